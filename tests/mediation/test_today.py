from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from families.services import close_family
from mediation.models import Caseload, HeldForm, Visit
from tests.factories import make_family, make_user, make_visit

pytestmark = pytest.mark.django_db

URL = "/today/"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def signed_in(client, mediator):
    client.force_login(mediator.user)
    return client


@pytest.fixture
def agenda(signed_in):
    """The lists of the page, as visits."""

    def agenda(name: str) -> list[Visit]:
        return [item.visit for item in getattr(signed_in.get(URL).context["agenda"], name)]

    return agenda


@pytest.mark.parametrize("role", ["staff", "mentor", "coordinator", "administrator"])
def test_today_is_the_mediators_page(client, request, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(URL).status_code == 403


def test_next_steps_are_listed_when_due_overdue_first(agenda, family, mediator, today):
    def step(days, **fields):
        due = today + timedelta(days=days)
        return make_visit(family, mediator, next_step="Zvanīt", next_step_on=due, **fields)

    later, tomorrow, overdue, older = step(8), step(1), step(-1), step(-20)
    step(0, status="planned")
    done = step(-2)
    Visit.objects.filter(pk=done.pk).update(
        next_step_done_at=timezone.now(), next_step_done_by=mediator.user
    )
    assert agenda("overdue") == [older, overdue]
    assert agenda("due") == [tomorrow]
    assert later not in agenda("due")


def test_an_overdue_step_says_so_in_words(signed_in, family, mediator, today):
    make_visit(family, mediator, next_step="Zvanīt", next_step_on=today - timedelta(days=1))
    make_visit(family, mediator, next_step="", next_step_on=today)
    page = signed_in.get(URL).content.decode()
    assert "Overdue since" in page
    assert "Zvanīt" in page
    assert "Get in touch again" in page


def test_a_step_is_ticked_off_with_one_press_and_twice_is_once(
    signed_in, agenda, family, mediator, today
):
    visit = make_visit(family, mediator, next_step="Zvanīt", next_step_on=today)
    for _ in range(2):
        assert signed_in.post(reverse("follow-up-done", args=[visit.pk])).url == reverse("today")
    assert agenda("due") == []
    assert AuditEvent.objects.filter(action="changed", object_id=str(visit.pk)).count() == 1


def test_planned_visits_are_listed_in_their_order_past_ones_first(agenda, family, mediator, today):
    later = make_visit(family, mediator, today + timedelta(days=30), status="planned")
    afternoon = make_visit(family, mediator, today, status="planned", started_at=time(14))
    morning = make_visit(family, mediator, today, status="planned", started_at=time(9))
    missed = make_visit(family, mediator, today - timedelta(days=2), status="planned")
    make_visit(family, mediator, today, status="cancelled")
    assert agenda("planned") == [missed, morning, afternoon, later]


def test_what_can_be_done_with_a_plan_depends_on_its_day(signed_in, family, mediator, today):
    due = make_visit(family, mediator, today, status="planned")
    later = make_visit(family, mediator, today + timedelta(days=3), status="planned")
    page = signed_in.get(URL).content.decode()
    for name, visit, is_offered in [
        ("visit-took-place", due, True),
        ("visit-no-contact", due, True),
        ("visit-took-place", later, False),
        ("visit-no-contact", later, False),
        ("visit-replan", later, True),
        ("visit-cancel", due, True),
        ("visit-cancel", later, True),
    ]:
        assert (reverse(name, args=[visit.pk]) in page) == is_offered, name


def test_own_drafts_wait_to_be_finished(agenda, family, mediator, colleague):
    Caseload.objects.create(family=family, mediator=colleague, started_on=family.registered_on)
    own = make_visit(family, mediator, status="draft")
    make_visit(family, colleague, status="draft")
    assert agenda("drafts") == [own]


def test_what_a_predecessor_planned_waits_for_the_successor(
    agenda, mediator, stranger, foreign_family, today, signed_in
):
    plan = make_visit(foreign_family, stranger, today, status="planned")
    assert agenda("planned") == []
    Caseload.objects.create(family=foreign_family, mediator=mediator, started_on=today)
    assert agenda("planned") == [plan]
    assert "Stranger" in signed_in.get(URL).content.decode()


def test_steps_of_families_handed_over_are_gone(agenda, family, mediator, today):
    make_visit(family, mediator, next_step="Zvanīt", next_step_on=today)
    Caseload.objects.update(ended_on=today - timedelta(days=1))
    assert agenda("due") == []


def test_a_step_with_a_closed_family_still_waits(agenda, family, mediator, today):
    visit = make_visit(family, mediator, next_step="Dokumenti", next_step_on=today)
    close_family(family, by=mediator.user, closed_on=today, reason="moved")
    assert agenda("due") == [visit]


def test_a_kept_form_is_offered_to_its_owner_alone(client, mediator, stranger, family):
    held = HeldForm.objects.create(owner=mediator.user, path="/", body="a=b")
    address = reverse("held-form", args=[held.pk])
    client.force_login(mediator.user)
    assert address in client.get(URL).content.decode()
    client.force_login(stranger.user)
    assert address not in client.get(URL).content.decode()


def test_an_empty_day_teaches_what_will_be_here(client, signed_in, family):
    assert "Nothing waits for you" in signed_in.get(URL).content.decode()
    client.force_login(make_user(Role.MEDIATOR, "Without a family"))
    page = client.get(URL).content.decode()
    assert "Your day will be here" in page
    assert reverse("family-create") in page


def test_names_and_texts_read_here_are_on_the_trail(signed_in, family, mediator, today):
    visit = make_visit(family, mediator, next_step="Zvanīt", next_step_on=today)
    signed_in.get(URL)
    assert AuditEvent.objects.filter(action="names_read", object_id=str(family.pk)).count() == 1
    assert AuditEvent.objects.filter(action="note_read", object_id=str(visit.pk)).count() == 1


def test_a_busy_day_costs_as_many_queries_as_a_quiet_one(
    signed_in, mediator, today, django_assert_num_queries
):
    for number in range(1, 4):
        family = make_family(mediator, f"Ģimene {number}")
        make_visit(family, mediator, next_step="Zvanīt", next_step_on=today)
        make_visit(family, mediator, today, status="planned")
        make_visit(family, mediator, today, status="draft")
        signed_in.get(URL)
        # session and user: 2; names, notes and their audit: 3
        with django_assert_num_queries(2 + 2 + 3):
            signed_in.get(URL)
