"""A visit is saved once, however often it is sent, and never silently overwritten."""

import uuid
from datetime import date

import pytest

from accounts.models import AuditEvent
from mediation.models import Visit
from mediation.services import VisitConflict, change_visit, create_visit
from mediation.visit_content import AssistanceContent, VisitContent, content_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(mediator, family):
    anna = family.persons.first()
    return VisitContent(
        family=family.pk,
        mediator=mediator.pk,
        date=date(2017, 10, 5),
        mode="home",
        minutes=30,
        present=(anna.pk,),
        assistance=(AssistanceContent(anna.pk, "housing"),),
        note="Slepena piezīme",
    )


def test_sending_the_same_visit_twice_makes_one_visit_and_one_audit_event(mediator, content):
    visit_id = uuid.uuid4()
    first, is_new = create_visit(visit_id, content, by=mediator.user)
    again, is_new_again = create_visit(visit_id, content, by=mediator.user)
    assert (is_new, is_new_again) == (True, False)
    assert first == again
    assert Visit.objects.count() == 1
    assert AuditEvent.objects.filter(object_type="visit", action="created").count() == 1


def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(mediator, content):
    visit_id = uuid.uuid4()
    visit, _ = create_visit(visit_id, content, by=mediator.user)
    other = VisitContent(**{**vars(content), "minutes": 90})
    with pytest.raises(VisitConflict):
        create_visit(visit_id, other, by=mediator.user)
    visit.refresh_from_db()
    assert visit.minutes == 30


def test_two_equal_visits_with_two_ids_are_two_visits(mediator, content):
    create_visit(uuid.uuid4(), content, by=mediator.user)
    create_visit(uuid.uuid4(), content, by=mediator.user)
    assert Visit.objects.count() == 2


def test_a_repetition_that_arrives_after_a_change_does_not_undo_the_change(mediator, content):
    visit_id = uuid.uuid4()
    visit, _ = create_visit(visit_id, content, by=mediator.user)
    changed = VisitContent(**{**vars(content), "minutes": 60})
    change_visit(visit, changed, based_on=1, by=mediator.user)
    again, is_new = create_visit(visit_id, content, by=mediator.user)
    assert not is_new
    assert again.minutes == 60


def test_the_second_of_two_editors_gets_a_conflict(mediator, content):
    visit, _ = create_visit(uuid.uuid4(), content, by=mediator.user)
    mine = VisitContent(**{**vars(content), "minutes": 60})
    theirs = VisitContent(**{**vars(content), "minutes": 45})
    change_visit(visit, mine, based_on=1, by=mediator.user)
    with pytest.raises(VisitConflict):
        change_visit(visit, theirs, based_on=1, by=mediator.user)
    visit.refresh_from_db()
    assert (visit.minutes, visit.version) == (60, 2)


def test_what_is_stored_is_what_was_written_and_notes_are_sealed(mediator, content):
    from django.db import connection

    visit, _ = create_visit(uuid.uuid4(), content, by=mediator.user)
    visit = Visit.objects.get(pk=visit.pk)
    assert content_of(visit) == content
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM mediation_visit")
        (stored,) = cursor.fetchone()
    assert "Slepena" not in stored
    assert stored.startswith("test:")
