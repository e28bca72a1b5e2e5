"""Which rows each member of the cast gets: families, names, visits, confidential notes."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from families.models import Family, IdentityAccess, Person
from mediation.models import Caseload, Visit
from tests.factories import make_visit

pytestmark = pytest.mark.django_db


def user_of(request, name):
    actor = request.getfixturevalue(name)
    return getattr(actor, "user", actor)


ALL_BUT_FAMILY_WORKERS = ["colleague", "stranger", "other_mentor", "administrator", "school_staff"]


@pytest.mark.parametrize(
    ("actor", "sees_family", "sees_name"),
    [
        ("mediator", True, True),
        ("colleague", False, False),
        ("stranger", False, False),
        ("staff", True, False),
        ("school_staff", False, False),
        ("staff_elsewhere", False, False),
        ("mentor", True, False),
        ("other_mentor", False, False),
        ("coordinator", True, False),
        ("administrator", False, False),
    ],
)
def test_family_person_and_visit_follow_one_rule(
    request, mediator, family, actor, sees_family, sees_name
):
    visit = make_visit(family, mediator)
    user = user_of(request, actor)
    anna = family.persons.first()
    assert Family.objects.visible_to(user).filter(pk=family.pk).exists() is sees_family
    assert Person.objects.visible_to(user).filter(pk=anna.pk).exists() is sees_family
    assert Visit.objects.visible_to(user).filter(pk=visit.pk).exists() is sees_family
    assert Family.objects.named_for(user).filter(pk=family.pk).exists() is sees_name
    assert Visit.objects.notes_readable_by(user).filter(pk=visit.pk).exists() is sees_name


@pytest.mark.parametrize("actor", ["coordinator", "mentor"])
def test_names_open_on_request_and_close_again(request, family, foreign_family, actor):
    user = user_of(request, actor)
    now = timezone.now()
    leave = IdentityAccess.objects.create(
        user=user, family=family, reason="a complaint", expires_at=now + timedelta(minutes=30)
    )
    assert list(Family.objects.named_for(user)) == [family]
    leave.expires_at = now - timedelta(seconds=1)
    leave.save()
    assert not Family.objects.named_for(user).exists()


def test_leave_to_see_names_never_helps_a_role_that_may_not_ask(family, staff, administrator):
    for user in (staff, administrator):
        IdentityAccess.objects.create(
            user=user,
            family=family,
            reason="none",
            expires_at=timezone.now() + timedelta(minutes=30),
        )
        assert not Family.objects.named_for(user).exists()


def test_a_mentor_loses_names_with_the_mediator(family, mediator, mentor):
    IdentityAccess.objects.create(
        user=mentor,
        family=family,
        reason="a complaint",
        expires_at=timezone.now() + timedelta(minutes=30),
    )
    mediator.mentor = None
    mediator.save()
    assert not Family.objects.named_for(mentor).exists()


def test_a_handed_over_family_is_seen_by_the_new_mediator_only(family, mediator, colleague):
    make_visit(family, mediator)
    today = timezone.localdate()
    family.caseloads.update(ended_on=today - timedelta(days=1))
    Caseload.objects.create(family=family, mediator=colleague, started_on=today)
    assert not Family.objects.visible_to(mediator.user).exists()
    assert not Visit.objects.visible_to(mediator.user).exists()
    assert list(Family.objects.visible_to(colleague.user)) == [family]
    assert Visit.objects.visible_to(colleague.user).count() == 1


def test_the_last_day_of_a_caseload_is_included_and_the_first_day_too(family, mediator):
    today = timezone.localdate()
    family.caseloads.update(started_on=today, ended_on=today)
    assert Family.objects.visible_to(mediator.user).exists()
    family.caseloads.update(started_on=today + timedelta(days=1), ended_on=None)
    assert not Family.objects.visible_to(mediator.user).exists()


def test_a_co_mediator_sees_that_one_visit_without_names_or_notes(family, mediator, colleague):
    shared = make_visit(family, mediator, co_mediators=(colleague.pk,))
    make_visit(family, mediator, date(2017, 11, 1))
    assert list(Visit.objects.visible_to(colleague.user)) == [shared]
    assert not Visit.objects.editable_by(colleague.user).exists()
    assert not Visit.objects.notes_readable_by(colleague.user).exists()
    assert not Family.objects.visible_to(colleague.user).exists()


@pytest.mark.parametrize(
    ("actor", "reads"),
    [
        ("mediator", True),
        ("colleague", False),
        ("staff", False),
        ("mentor", True),
        ("other_mentor", False),
        ("coordinator", False),
        ("administrator", False),
    ],
)
def test_a_confidential_note_is_for_its_author_and_their_mentor(
    request, family, mediator, actor, reads
):
    make_visit(family, mediator, confidential_note="only for us")
    user = user_of(request, actor)
    assert Visit.objects.confidential_notes_readable_by(user).exists() is reads


def test_only_the_familys_mediator_may_change_it(request, family, mediator):
    visit = make_visit(family, mediator)
    assert list(Visit.objects.editable_by(mediator.user)) == [visit]
    for name in ["staff", "mentor", "coordinator", *ALL_BUT_FAMILY_WORKERS]:
        user = user_of(request, name)
        assert not Family.objects.editable_by(user).exists(), name
        assert not Visit.objects.editable_by(user).exists(), name
