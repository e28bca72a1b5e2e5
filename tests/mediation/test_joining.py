"""Who becomes a user as a mediator becomes a mediator here, appointed from that day."""

from datetime import date

import pytest
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, Invitation, Municipality, Role, User
from mediation.joining import ensure_mediator
from mediation.models import Assignment, Mediator
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def places(*codes):
    return Municipality.objects.filter(pk__in=codes)


def join(by, role=Role.MEDIATOR, *codes, email="new@example.test") -> User:
    _, token = services.invite_user(
        by=by,
        pk=Invitation().pk,
        email=email,
        full_name="Zane Jaunā",
        role=role,
        language="lv",
        institution=None,
        municipalities=places(*codes),
    )
    return services.accept_invitation(token, password=PASSWORD)


def assigned(user) -> dict[str, tuple]:
    rows = Assignment.objects.filter(mediator__user=user)
    return {row.municipality_id: (row.started_on, row.ended_on) for row in rows}


def test_an_invited_mediator_is_appointed_from_today(coordinator):
    user = join(coordinator, Role.MEDIATOR, "LV-JEL", "LV-026")
    mediator = Mediator.objects.get(user=user)
    assert (mediator.ref, mediator.full_name) == ("M-0001", "Zane Jaunā")
    today = timezone.localdate()
    assert assigned(user) == {"LV-JEL": (today, None), "LV-026": (today, None)}
    created = AuditEvent.objects.filter(actor=user, action="created")
    assert set(created.values_list("object_type", flat=True)) == {"user", "mediator", "assignment"}


def test_the_next_free_reference_is_taken(coordinator):
    Mediator.objects.create(ref="M-0041", full_name="Earlier")
    Mediator.objects.create(ref="JELGAVA-99", full_name="From a sheet")
    Mediator.objects.create(ref="M-12-x", full_name="From a sheet")
    assert Mediator.objects.get(user=join(coordinator, Role.MEDIATOR, "LV-JEL")).ref == "M-0042"


def test_other_roles_become_no_mediators(coordinator):
    join(coordinator, Role.MENTOR)
    assert not Mediator.objects.exists()


def test_a_user_who_takes_up_the_role_becomes_a_mediator(administrator, staff):
    staff.role, staff.institution = Role.MEDIATOR, None
    services.change_user(staff, by=administrator, municipalities=places("LV-JEL"))
    assert set(assigned(staff)) == {"LV-JEL"}


def test_another_workplace_ends_one_appointment_and_starts_another(administrator, mediator):
    user, today = mediator.user, timezone.localdate()
    services.change_user(user, by=administrator, municipalities=places("LV-026"))
    assert assigned(user) == {
        "LV-JEL": (date(2017, 10, 1), today),
        "LV-026": (today, None),
    }
    services.change_user(user, by=administrator, municipalities=places("LV-JEL"))
    assert assigned(user) == {
        "LV-JEL": (date(2017, 10, 1), None),  # the same day: it goes on
        "LV-026": (today, today),
    }
    assert set(user.municipalities.values_list("pk", flat=True)) == {"LV-JEL"}


def test_another_name_is_the_mediators_too(administrator, mediator):
    mediator.user.full_name = "Married name"
    services.change_user(mediator.user, by=administrator, municipalities=places("LV-JEL"))
    mediator.refresh_from_db()
    assert mediator.full_name == "Married name"


def test_ensuring_twice_changes_nothing(coordinator):
    user = make_user(Role.MEDIATOR, "Mediator", "LV-JEL")
    assert ensure_mediator(user, by=coordinator) == ensure_mediator(user, by=coordinator)
    assert Assignment.objects.count() == 1
