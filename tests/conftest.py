"""The cast: two municipalities and everybody who works there, each seeing only their own."""

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseOperations as SQLite

from accounts.models import Role, forget_codes

from . import factories

# -- the database between tests ----------------------------------------------------------------
# Tests with real transactions empty every table afterwards. Reference lists stay, and the audit
# trail, which refuses to be emptied, is let go for that moment only.

REFERENCE_TABLES = {"accounts_code", "accounts_municipality", "accounts_place"}


def _keeping_reference_lists(flush, before, after):
    def sql_flush(self, style, tables, **kwargs):
        emptied = [table for table in tables if table not in REFERENCE_TABLES]
        statements = flush(self, style, emptied, **kwargs)
        return [*before(self.connection), *statements, *after(self.connection)]

    return sql_flush


def _audit_triggers(connection) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"
        )
        return cursor.fetchall()


SQLite.sql_flush = _keeping_reference_lists(
    SQLite.sql_flush,
    lambda connection: [f"DROP TRIGGER {name}" for name, _ in _audit_triggers(connection)],
    lambda connection: [sql for _, sql in _audit_triggers(connection)],
)
PostgreSQL.sql_flush = _keeping_reference_lists(
    PostgreSQL.sql_flush,
    lambda connection: ["ALTER TABLE accounts_auditevent DISABLE TRIGGER USER"],
    lambda connection: ["ALTER TABLE accounts_auditevent ENABLE TRIGGER USER"],
)


@pytest.fixture(autouse=True)
def fresh_codes():
    """Code lists changed by one test are read anew by the next."""
    forget_codes()
    yield
    forget_codes()


# -- the cast ----------------------------------------------------------------------------------


@pytest.fixture
def social_service(db):
    return factories.make_institution("Social service", "social_service", reviews_cases=True)


@pytest.fixture
def school(db):
    return factories.make_institution("First school", "school")


@pytest.fixture
def mentor(db):
    return factories.make_user(Role.MENTOR, "Mentor")


@pytest.fixture
def other_mentor(db):
    return factories.make_user(Role.MENTOR, "Other mentor")


@pytest.fixture
def mediator(mentor):
    """Works in Jelgava."""
    return factories.make_mediator("Mediator", "LV-JEL", mentor=mentor)


@pytest.fixture
def colleague(db):
    """Another mediator in Jelgava, with another mentor and another caseload."""
    return factories.make_mediator("Colleague", "LV-JEL")


@pytest.fixture
def stranger(db):
    """A mediator in Dobele."""
    return factories.make_mediator("Stranger", "LV-026")


@pytest.fixture
def staff(social_service):
    """Works for the social service of Jelgava, which reviews cases."""
    return factories.make_user(Role.STAFF, "Staff", "LV-JEL", institution=social_service)


@pytest.fixture
def school_staff(school):
    """Works for a school in Jelgava, which does not review cases."""
    return factories.make_user(Role.STAFF, "School staff", "LV-JEL", institution=school)


@pytest.fixture
def staff_elsewhere(db):
    """Works for the social service of Dobele."""
    service = factories.make_institution(
        "Dobele service", "social_service", "LV-026", reviews_cases=True
    )
    return factories.make_user(Role.STAFF, "Staff elsewhere", "LV-026", institution=service)


@pytest.fixture
def coordinator(db):
    return factories.make_user(Role.COORDINATOR, "Coordinator")


@pytest.fixture
def administrator(db):
    return factories.make_user(Role.ADMINISTRATOR, "Administrator")


@pytest.fixture
def family(mediator):
    """The mediator's family: Anna and Jānis Kalniņi."""
    return factories.make_family(mediator, "Kalniņi", ("Anna", "Kalniņa"), ("Jānis", "Kalniņš"))


@pytest.fixture
def foreign_family(stranger):
    """A family of the stranger, in Dobele."""
    return factories.make_family(stranger, "Ozoli", ("Zane", "Ozola"), municipality="LV-026")
