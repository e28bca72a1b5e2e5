"""The database itself refuses to change or delete what the audit trail holds."""

from django.db import migrations

SQLITE = [
    f"""
    CREATE TRIGGER audit_no_{operation.lower()} BEFORE {operation} ON accounts_auditevent
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """
    for operation in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'check_violation'; END
    $$
    """,
    """
    CREATE TRIGGER audit_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
]
UNDO = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": [
        "DROP TRIGGER audit_append_only ON accounts_auditevent",
        "DROP FUNCTION refuse_audit_change()",
    ],
}


def guard(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_users_places_codes_and_audit")]
    operations = [migrations.RunPython(guard, unguard)]
