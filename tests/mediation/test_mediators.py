import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from mediation.models import Assignment, Caseload, Mediator
from tests.factories import make_family, make_institution, make_mediator, make_user, make_visit

from .posting import errors_of

pytestmark = pytest.mark.django_db

LIST = "/mediators/"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def url(mediator):
    return reverse("mediator-detail", args=[mediator.pk])


def rows_for(client, user) -> dict:
    client.force_login(user)
    return {row.mediator: row for row in client.get(LIST).context["rows"]}


# -- the list


def test_a_mentor_sees_their_mediators_and_a_coordinator_all(
    client, mediator, colleague, stranger, mentor, other_mentor, coordinator
):
    assert set(rows_for(client, mentor)) == {mediator}
    assert set(rows_for(client, other_mentor)) == set()
    assert set(rows_for(client, coordinator)) == {mediator, colleague, stranger}


@pytest.mark.parametrize("role", ["staff", "administrator"])
def test_nobody_else_has_this_page(client, request, role, url):
    client.force_login(request.getfixturevalue(role))
    assert client.get(LIST).status_code == client.get(url).status_code == 403


def test_a_mediator_has_no_list_of_mediators(client, mediator):
    client.force_login(mediator.user)
    assert client.get(LIST).status_code == 403


def test_a_row_tells_the_work_of_this_month(client, mentor, mediator, colleague, family, today):
    closed = make_family(mediator, "Bērziņi")
    closed.closed_on, closed.closure_reason = today, "moved"
    closed.save()
    make_visit(family, mediator, today)
    make_visit(family, colleague, today, co_mediators=(mediator.pk,))
    make_visit(family, mediator, today, status="planned")
    make_visit(family, mediator, today.replace(day=1) - timedelta(days=1))
    row = rows_for(client, mentor)[mediator]
    assert (row.families, row.visits_this_month, row.last_visit_on) == (1, 2, today)
    assert [str(one.municipality) for one in row.assignments] == ["Jelgava"]
    assert not row.is_quiet


def test_who_has_gone_quiet_comes_first_and_is_told_since_when(
    client, coordinator, mediator, family, stranger, foreign_family, colleague, today
):
    make_visit(foreign_family, stranger, today - timedelta(days=14))
    make_visit(family, mediator, today - timedelta(days=15))
    rows = rows_for(client, coordinator)
    assert next(iter(rows)) == mediator
    assert [row.is_quiet for row in rows.values()] == [True, False, False]
    assert "Gone quiet since" in client.get(LIST).content.decode()


def test_a_mediator_without_families_is_not_called_quiet(client, mentor, mediator):
    assert not rows_for(client, mentor)[mediator].is_quiet


def test_the_list_costs_as_many_queries_however_long_it_is(
    client, coordinator, django_assert_num_queries
):
    client.force_login(coordinator)
    for number in range(3):
        make_visit(make_family(made := make_mediator(f"Nr {number}"), "Kalniņi"), made)
        client.get(LIST)
        with django_assert_num_queries(2 + 3):  # session and user: 2
            client.get(LIST)


# -- one mediator


def test_the_page_tells_the_work_without_names(client, mentor, url, mediator, family):
    make_visit(family, mediator, assisted={family.persons.first(): ["housing"]}, note="Slepens")
    make_visit(family, mediator, status="draft")
    client.force_login(mentor)
    page = client.get(url)
    text = page.content.decode()
    assert family.code in text
    assert "Housing" in text
    assert [row.visit.status for row in page.context["visits"]] == ["confirmed"]
    for secret in ("Kalni", "Anna", "Slepens"):
        assert secret not in text


def test_a_foreign_mediator_is_answered_like_an_absent_one(client, other_mentor, url):
    client.force_login(other_mentor)
    assert client.get(url).status_code == 404
    assert client.get(reverse("mediator-detail", args=[uuid.uuid4()])).status_code == 404


def test_the_figure_of_the_month_leads_to_the_visits_it_counts(
    client, mentor, url, mediator, family, today
):
    visit = make_visit(family, mediator, today)
    make_visit(family, mediator, today, status="no_contact")
    client.force_login(mentor)
    rows = client.get(client.get(url).context["this_month_url"]).context["rows"]
    assert [row.visit for row in rows] == [visit]


def test_only_a_coordinator_is_offered_changes(client, mentor, coordinator, url, mediator):
    edit = reverse("mediator-edit", args=[mediator.pk])
    client.force_login(coordinator)
    assert edit in client.get(url).content.decode()
    client.force_login(mentor)
    assert edit not in client.get(url).content.decode()


# -- a coordinator's changes


@pytest.mark.parametrize("name", ["mediator-edit", "assignment-create"])
@pytest.mark.parametrize("role", ["mentor", "staff", "administrator"])
def test_only_a_coordinator_changes_mediators(client, request, mediator, name, role):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse(name, args=[mediator.pk])).status_code == 403
    assert client.post(reverse(name, args=[mediator.pk]), {}).status_code == 403


def test_the_facts_are_saved_and_the_change_recorded(client, coordinator, mediator, url):
    mentor = make_user(Role.MENTOR, "New mentor")
    employer = make_institution("Council", "council")
    client.force_login(coordinator)
    response = client.post(
        reverse("mediator-edit", args=[mediator.pk]),
        {
            "certified_on": "2017-09-15",
            "ethics_accepted_on": "2017-09-16",
            "employer": employer.pk,
            "mentor": mentor.pk,
        },
    )
    assert response.url == url
    saved = Mediator.objects.get(pk=mediator.pk)
    assert (saved.certified_on, saved.ethics_accepted_on, saved.employer, saved.mentor) == (
        date(2017, 9, 15), date(2017, 9, 16), employer, mentor,
    )  # fmt: skip
    event = AuditEvent.objects.get(action="changed", object_id=str(mediator.pk))
    assert set(event.detail["fields"]) == {
        "certified_on", "ethics_accepted_on", "employer", "mentor",
    }  # fmt: skip


def test_a_certificate_of_tomorrow_and_a_mentor_who_is_none_are_refused(
    client, coordinator, mediator, colleague, today
):
    client.force_login(coordinator)
    fields = {
        "certified_on": (today + timedelta(days=1)).isoformat(),
        "mentor": colleague.user.pk,
    }
    response = client.post(reverse("mediator-edit", args=[mediator.pk]), fields)
    assert set(errors_of(response)) == {"certified_on", "mentor"}


def test_a_mediator_is_assigned_to_a_municipality(client, coordinator, mediator, url, today):
    client.force_login(coordinator)
    address = reverse("assignment-create", args=[mediator.pk])
    fields = {"municipality": "LV-026", "started_on": today.isoformat()}
    assert client.post(address, fields).url == url
    made = Assignment.objects.get(municipality="LV-026")
    assert (made.mediator, made.started_on, made.ended_on) == (mediator, today, None)
    assert mediator.user.municipalities.filter(pk="LV-026").exists()
    assert AuditEvent.objects.filter(action="created", object_type="assignment").count() == 1
    assert list(errors_of(client.post(address, fields))) == ["municipality"]


def test_an_assignment_that_ends_before_it_begins_is_refused(client, coordinator, mediator):
    client.force_login(coordinator)
    fields = {"municipality": "LV-026", "started_on": "2018-02-01", "ended_on": "2018-01-31"}
    response = client.post(reverse("assignment-create", args=[mediator.pk]), fields)
    assert list(errors_of(response)) == ["ended_on"]


def test_an_assignment_ends_on_a_day_and_families_stay(client, coordinator, mediator, family, url):
    assignment = mediator.assignments.get()
    address = reverse("assignment-end", args=[assignment.pk])
    client.force_login(coordinator)
    assert list(errors_of(client.post(address, {"ended_on": "2017-09-30"}))) == ["ended_on"]
    for _ in range(2):
        assert client.post(address, {"ended_on": "2018-05-31"}).url == url
    assignment.refresh_from_db()
    assert assignment.ended_on == date(2018, 5, 31)
    assert not mediator.user.municipalities.exists()
    assert Caseload.objects.current().filter(mediator=mediator).exists()
    assert AuditEvent.objects.filter(action="changed", object_type="assignment").count() == 1


def test_an_assignment_that_is_not_there_is_a_404(client, coordinator):
    client.force_login(coordinator)
    assert client.get(reverse("assignment-end", args=[0])).status_code == 404
