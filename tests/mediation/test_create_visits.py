"""Visits saved many at once are those that would have been saved one by one."""

import uuid
from datetime import date, time

import pytest
from django.db import IntegrityError

from accounts.models import AuditEvent
from mediation.models import Assistance, Visit, VisitVersion
from mediation.services import NewVisit, correct_municipality, create_visit, create_visits
from mediation.visit_content import AssistanceContent, VisitContent, content_of
from tests.factories import make_family, make_institution, make_person

pytestmark = pytest.mark.django_db

OWN = {"id", "visit_id", "ref", "received_at", "recorded_at"}  # differ from visit to visit


def facts(rows) -> list[dict]:
    """What the rows say, apart from their own ids and the moment they were written."""
    found = [{k: v for k, v in vars(row).items() if k[0] != "_" and k not in OWN} for row in rows]
    return sorted(found, key=str)


def everything_about(visit_id) -> dict:
    visit = Visit.objects.get(pk=visit_id)
    return {
        "visit": facts([visit]),
        "mediators": set(visit.mediators.all()),
        "present": set(visit.present.all()),
        "assistance": facts(Assistance.objects.filter(visit=visit)),
        "versions": facts(VisitVersion.objects.filter(visit=visit)),
    }


@pytest.fixture
def contents(mediator, colleague, family):
    anna, janis = family.persons.order_by("code")
    child = make_person(family, "Bērns", birth_date=date(2008, 2, 29))
    service = make_institution("Service", "social_service")
    return [
        VisitContent(
            family=family.pk,
            mediator=mediator.pk,
            date=date(2018, 2, 28),
            mode="home",
            minutes=45,
            started_at=time(10, 30),
            co_mediators=(colleague.pk,),
            present=(anna.pk, janis.pk, child.pk),
            assistance=(
                AssistanceContent(anna.pk, "housing", outcome="obtained", institution=service.pk),
                AssistanceContent(anna.pk, "debts", "form_help"),
                AssistanceContent(child.pk, "school_attendance"),
            ),
            note="Piezīme",
            confidential_note="Slepena",
            next_step="Piezvanīt",
            next_step_on=date(2018, 3, 5),
        ),
        VisitContent(
            family=family.pk,
            mediator=mediator.pk,
            date=date(2018, 3, 1),
            mode="phone",
            status="no_contact",
        ),
        VisitContent(
            family=family.pk,
            mediator=colleague.pk,
            date=date(2018, 3, 2),
            mode="letter",
            status="cancelled",
            status_reason="Pārcelts",
        ),
    ]


def test_the_rows_equal_those_of_visits_saved_one_by_one(mediator, contents):
    single, many = ([uuid.uuid4() for _ in contents] for _ in range(2))
    for visit_id, content in zip(single, contents, strict=True):
        create_visit(visit_id, content, by=mediator.user)
    create_visits(
        [
            NewVisit(visit_id, content, by=mediator.user)
            for visit_id, content in zip(many, contents, strict=True)
        ]
    )
    for one, other, content in zip(single, many, contents, strict=True):
        assert everything_about(other) == everything_about(one)
        assert content_of(Visit.objects.get(pk=other)) == content


def test_a_visit_saved_among_many_and_sent_again_is_the_same_visit(mediator, contents):
    visit_id = uuid.uuid4()
    create_visits([NewVisit(visit_id, contents[0], by=mediator.user)])
    again, is_new = create_visit(visit_id, contents[0], by=mediator.user)
    assert (again.pk, is_new) == (visit_id, False)


def test_a_visit_elsewhere_keeps_its_municipality_and_has_no_place(mediator, contents):
    visit_id = uuid.uuid4()
    create_visits([NewVisit(visit_id, contents[0], municipality="LV-026", ref="V-1")])
    visit = Visit.objects.get(ref="V-1")
    assert (visit.pk, visit.municipality_id, visit.place) == (visit_id, "LV-026", None)


def test_an_id_that_is_taken_refuses_all(mediator, contents):
    visit_id = uuid.uuid4()
    create_visits([NewVisit(visit_id, contents[0])])
    with pytest.raises(IntegrityError):
        create_visits([NewVisit(uuid.uuid4(), contents[1]), NewVisit(visit_id, contents[2])])
    assert Visit.objects.count() == 1


def test_the_number_of_queries_does_not_grow_with_the_visits(
    mediator, contents, django_assert_max_num_queries
):
    family = make_family(mediator, "Liepas", ("Ilze", "Liepa"))
    person = family.persons.get()
    many = [
        VisitContent(
            family=family.pk,
            mediator=mediator.pk,
            date=date(2018, 1, 1),
            mode="home",
            minutes=number,
            assistance=(AssistanceContent(person.pk, "health"),),
        )
        for number in range(30)
    ]
    with django_assert_max_num_queries(12):
        create_visits([NewVisit(uuid.uuid4(), content) for content in many])


def test_a_corrected_municipality_is_a_version_on_the_audit_trail(coordinator, mediator, contents):
    visit, _ = create_visit(uuid.uuid4(), contents[0], by=mediator.user)
    elsewhere = type(visit.municipality).objects.get(pk="LV-026")
    correct_municipality(visit, elsewhere, by=coordinator)
    visit.refresh_from_db()
    assert (visit.municipality, visit.version) == (elsewhere, 2)
    assert visit.versions.count() == 2
    assert AuditEvent.objects.filter(action="changed", object_id=str(visit.pk)).count() == 1
