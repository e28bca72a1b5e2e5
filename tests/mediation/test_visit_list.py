from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from mediation.models import Visit
from tests.factories import START, make_family, make_visit

pytestmark = pytest.mark.django_db

URL = "/visits/"


@pytest.fixture
def visits(family, mediator, colleague, foreign_family, stranger):
    """By name: three of the mediator, one of the stranger."""
    anna = family.persons.first()
    return {
        "old": make_visit(family, mediator, date(2017, 10, 5), assisted={anna: ["housing"]}),
        "phone": make_visit(
            family, mediator, date(2017, 11, 5), mode="phone", assisted={anna: ["health", "legal"]}
        ),
        "missed": make_visit(family, mediator, date(2017, 12, 5), status="no_contact"),
        "foreign": make_visit(foreign_family, stranger, date(2017, 11, 6)),
    }


@pytest.fixture
def listed(client, visits):
    """The names of the visits that a user's list shows."""
    names = {visit.pk: name for name, visit in visits.items()}

    def listed(user, **query):
        client.force_login(user)
        page = client.get(URL, query)
        return [names.get(row.visit.pk, "?") for row in page.context["rows"]]

    return listed


def test_everybody_sees_the_visits_of_their_own_families_newest_first(
    listed, mediator, stranger, mentor, staff, staff_elsewhere, coordinator
):
    own = ["missed", "phone", "old"]
    assert listed(mediator.user) == own
    assert listed(mentor) == own
    assert listed(staff) == own
    assert listed(stranger.user) == ["foreign"]
    assert listed(staff_elsewhere) == ["foreign"]
    assert listed(coordinator) == ["missed", "foreign", "phone", "old"]


@pytest.mark.parametrize("role", ["school_staff", "other_mentor"])
def test_who_reviews_no_cases_and_guides_nobody_sees_an_empty_list(listed, request, role):
    assert listed(request.getfixturevalue(role)) == []


def test_an_administrator_has_no_business_here(client, administrator):
    client.force_login(administrator)
    assert client.get(URL).status_code == 403


def test_a_co_mediator_finds_the_shared_visit_without_the_familys_name(
    client, family, mediator, colleague
):
    shared = make_visit(family, mediator, co_mediators=(colleague.pk,))
    client.force_login(colleague.user)
    page = client.get(URL)
    assert [row.visit for row in page.context["rows"]] == [shared]
    assert "Kalni" not in page.content.decode()


def test_names_are_read_by_the_mediator_alone_and_recorded(client, visits, mediator, mentor):
    client.force_login(mediator.user)
    assert "Kalniņi" in client.get(URL).content.decode()
    assert AuditEvent.objects.filter(action="names_read").count() == 1
    client.force_login(mentor)
    assert "Kalniņi" not in client.get(URL).content.decode()
    assert AuditEvent.objects.filter(action="names_read").count() == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"start": "2017-11-01"}, ["missed", "phone"]),
        ({"end": "2017-11-05"}, ["phone", "old"]),
        ({"start": "2017-11-05", "end": "2017-11-05"}, ["phone"]),
        ({"status": "no_contact"}, ["missed"]),
        ({"mode": "phone"}, ["phone"]),
        ({"topic": "legal"}, ["phone"]),
        ({"topic": "legal", "mode": "home"}, []),
        ({"start": "yesterday", "status": "glory", "topic": "'"}, ["missed", "phone", "old"]),
        ({"municipality": "LV-026", "mediator": "17"}, ["missed", "phone", "old"]),
    ],
)
def test_filters_stand_in_the_address_and_nonsense_is_left_out(listed, mediator, query, found):
    assert listed(mediator.user, **query) == found


def test_a_coordinator_narrows_by_municipality_and_mediator(
    listed, coordinator, stranger, mediator, colleague
):
    assert listed(coordinator, municipality="LV-026") == ["foreign"]
    assert listed(coordinator, mediator=str(stranger.pk)) == ["foreign"]
    assert listed(coordinator, mediator=str(colleague.pk)) == []


def test_a_co_mediators_visits_are_found_under_both(
    client, coordinator, family, mediator, colleague
):
    shared = make_visit(family, mediator, co_mediators=(colleague.pk,))
    client.force_login(coordinator)
    for one in (mediator, colleague):
        page = client.get(URL, {"mediator": str(one.pk)})
        assert [row.visit for row in page.context["rows"]] == [shared]


def test_a_mentor_is_offered_only_their_mediators(client, visits, mentor, mediator):
    client.force_login(mentor)
    filters = client.get(URL).context["filters"]
    assert [value for value, _ in filters.fields["mediator"].choices] == ["", str(mediator.pk)]
    assert [value for value, _ in filters.fields["municipality"].choices] == ["", "LV-JEL"]


def test_each_filter_that_is_set_can_be_taken_away(client, visits, mediator):
    client.force_login(mediator.user)
    filters = client.get(URL, {"mode": "phone", "topic": "legal"}).context["filters"]
    assert {tag.value: tag.url for tag in filters.tags()} == {
        "Phone call": "?topic=legal",
        "Legal matters and police": "?mode=phone",
    }


def test_a_long_list_goes_on_page_by_page_and_misses_nothing(client, family, mediator, monkeypatch):
    monkeypatch.setattr("mediation.views.visits.VISITS_ON_A_PAGE", 3)
    made = [make_visit(family, mediator, START + timedelta(days=n // 2)) for n in range(8)]
    client.force_login(mediator.user)
    found, address = [], URL
    while address:
        page = client.get(address).context["page"]
        found += [visit.pk for visit in page.rows]
        address = page.older_url and URL + page.older_url
    assert len(found) == 8
    assert found == list(Visit.objects.values_list("pk", flat=True))
    assert set(found) == {visit.pk for visit in made}


def test_drafts_are_listed_for_their_writer_only(client, family, mediator, mentor):
    draft = make_visit(family, mediator, status="draft")
    client.force_login(mediator.user)
    assert [row.visit for row in client.get(URL).context["rows"]] == [draft]
    client.force_login(mentor)
    assert client.get(URL).context["rows"] == []


def test_empty_lists_teach(client, mediator, staff):
    client.force_login(mediator.user)
    assert reverse("visit-start") in client.get(URL).content.decode()
    assert "No visit like that" in client.get(URL, {"mode": "phone"}).content.decode()
    client.force_login(staff)
    assert "without names" in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("role", "queries"),
    # session and user: 2; a mediator's names and their audit: 2
    [("mediator", 2 + 2 + 2), ("mentor", 2 + 4), ("coordinator", 2 + 4), ("staff", 2 + 4)],
)
def test_a_list_costs_as_many_queries_however_long_it_is(
    client, request, family, mediator, role, queries, django_assert_num_queries
):
    reader = request.getfixturevalue(role)
    client.force_login(getattr(reader, "user", reader))
    other = make_family(mediator, "Bērziņi", ("Marta", "Bērziņa"))
    for _ in range(2):
        for one in (family, other):
            make_visit(one, mediator, assisted={one.persons.first(): ["health"]})
        client.get(URL)
        with django_assert_num_queries(queries):
            client.get(URL)
