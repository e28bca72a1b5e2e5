"""The audit trail is written once and never changed, whoever tries."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_auditevent SET action = 'created'", "DELETE FROM accounts_auditevent"],
)
def test_the_database_refuses_to_change_the_trail(mediator, statement):
    audit.record(audit.Action.SEARCHED, by=mediator.user)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.filter(action="searched").count() == 1
