import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from families.models import IdentityAccess
from mediation.models import Caseload
from mediation.services import change_visit
from mediation.visit_content import content_of
from tests.factories import make_visit

pytestmark = pytest.mark.django_db

SECRETS = ["Kalni", "Anna", "Parastā piezīme", "Slepenā piezīme", "Piezvanīt domei"]


@pytest.fixture
def visit(family, mediator, colleague):
    anna = family.persons.order_by("code").first()
    return make_visit(
        family,
        mediator,
        assisted={anna: ["housing"]},
        co_mediators=(colleague.pk,),
        note="Parastā piezīme",
        confidential_note="Slepenā piezīme",
        next_step="Piezvanīt domei",
        next_step_on=date(2017, 11, 1),
    )


@pytest.fixture
def page_for(client, visit):
    def page_for(user):
        client.force_login(user)
        return client.get(reverse("visit-detail", args=[visit.pk]))

    return page_for


def secrets_on(page) -> list[str]:
    text = page.content.decode()
    return [secret for secret in SECRETS if secret in text]


def notes_read(user) -> list:
    events = AuditEvent.objects.filter(action="note_read", actor=user)
    return [event.detail for event in events]


def test_the_families_mediator_reads_everything_and_it_is_recorded(page_for, mediator):
    page = page_for(mediator.user)
    assert secrets_on(page) == SECRETS
    assert "Housing" in page.content.decode()
    assert notes_read(mediator.user) == [{"confidential": True}]


def test_a_co_mediator_sees_the_facts_under_codes_without_notes(page_for, colleague, family):
    page = page_for(colleague.user)
    assert secrets_on(page) == []
    assert f"{family.code}-1" in page.content.decode()
    assert "Housing" in page.content.decode()
    assert notes_read(colleague.user) == []


def test_reviewing_staff_see_the_facts_under_codes_without_notes(page_for, staff):
    page = page_for(staff)
    assert page.status_code == 200
    assert secrets_on(page) == []
    assert notes_read(staff) == []


def test_the_mentor_reads_the_confidential_note_alone(page_for, mentor):
    assert secrets_on(page_for(mentor)) == ["Slepenā piezīme"]
    assert notes_read(mentor) == [{"confidential": True}]


def test_a_coordinator_sees_no_text(page_for, coordinator):
    assert secrets_on(page_for(coordinator)) == []


def test_a_coordinator_with_leave_reads_names_and_note_but_nothing_confidential(
    page_for, coordinator, family
):
    IdentityAccess.objects.create(
        user=coordinator,
        family=family,
        reason="Pārbaude",
        expires_at=timezone.now() + timedelta(minutes=5),
    )
    assert "Slepenā piezīme" not in secrets_on(page_for(coordinator))
    assert "Parastā piezīme" in secrets_on(page_for(coordinator))


def test_a_successor_reads_the_note_but_not_what_was_confided_to_another(
    page_for, stranger, family
):
    Caseload.objects.create(family=family, mediator=stranger, started_on=date(2018, 1, 1))
    found = secrets_on(page_for(stranger.user))
    assert "Parastā piezīme" in found
    assert "Slepenā piezīme" not in found


@pytest.mark.parametrize("role", ["staff_elsewhere", "school_staff", "other_mentor"])
def test_others_find_nothing(page_for, request, role):
    assert page_for(request.getfixturevalue(role)).status_code == 404
    assert AuditEvent.objects.filter(action="refused", object_type="visit").count() == 1


def test_an_administrator_has_no_business_here(page_for, administrator):
    assert page_for(administrator).status_code == 403


def test_a_visit_that_is_not_there_is_a_404(client, mediator):
    client.force_login(mediator.user)
    assert client.get(reverse("visit-detail", args=[uuid.uuid4()])).status_code == 404


def test_the_history_names_what_changed_and_not_how(page_for, visit, mediator, staff):
    changed = replace(content_of(visit), note="Pavisam cita", minutes=60)
    change_visit(visit, changed, based_on=1, by=mediator.user)
    text = page_for(staff).content.decode()
    assert "minutes, note" in text
    assert "Pavisam cita" not in text


def test_the_next_step_can_be_ticked_off_here_and_twice_is_once(client, visit, mediator):
    client.force_login(mediator.user)
    for _ in range(2):
        response = client.post(reverse("follow-up-done", args=[visit.pk]), {"from": "visit"})
        assert response.url == reverse("visit-detail", args=[visit.pk])
    visit.refresh_from_db()
    assert visit.next_step_done_by == mediator.user
    assert AuditEvent.objects.filter(action="changed", object_id=str(visit.pk)).count() == 1


def test_nobody_ticks_off_a_foreign_step(client, visit, stranger, colleague):
    for other in (stranger, colleague):
        client.force_login(other.user)
        assert client.post(reverse("follow-up-done", args=[visit.pk])).status_code == 404
    visit.refresh_from_db()
    assert visit.is_follow_up_open


def test_actions_are_offered_to_who_may_take_them(page_for, visit, mediator, colleague, mentor):
    edit = reverse("visit-edit", args=[visit.pk])
    assert edit in page_for(mediator.user).content.decode()
    for other in (colleague.user, mentor):
        text = page_for(other).content.decode()
        assert edit not in text
        assert reverse("visit-void", args=[visit.pk]) not in text


def test_a_draft_is_nobodys_business_but_its_writers(client, family, mediator, mentor, staff):
    draft = make_visit(family, mediator, status="draft")
    address = reverse("visit-detail", args=[draft.pk])
    client.force_login(mediator.user)
    assert client.get(address).status_code == 200
    for other in (mentor, staff):
        client.force_login(other)
        assert client.get(address).status_code == 404


def test_a_page_costs_as_many_queries_with_more_people(
    client, family, mediator, django_assert_num_queries
):
    client.force_login(mediator.user)
    people = list(family.persons.all())
    for helped in (people[:1], people):
        visit = make_visit(family, mediator, assisted={one: ["health"] for one in helped})
        client.get(reverse("visit-detail", args=[visit.pk]))
        with django_assert_num_queries(10):
            client.get(reverse("visit-detail", args=[visit.pk]))
