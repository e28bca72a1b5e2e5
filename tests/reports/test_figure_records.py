"""From a figure down to its records: as many as it says, each with its reason."""

from datetime import date, timedelta
from random import Random

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Role, User
from mediation.models import Visit
from reports import drilldown
from reports.engine import count
from reports.figures import Query
from reports.indicators import INDICATORS
from reports.periods import Period
from tests.factories import make_family, make_visit

from .world import APPLIES, SLICES, invent, store

pytestmark = pytest.mark.django_db

AUTUMN = {"from": "2017-09-01", "to": "2017-11-30"}


def page(client, user, code="families_reached", **asked):
    client.force_login(user)
    return client.get(reverse("figure-records", args=[code]), AUTUMN | asked)


def things(response) -> list:
    return [unit.thing for unit, rows in response.context["units"]]


@pytest.mark.parametrize("code", INDICATORS)
def test_behind_every_cell_stand_as_many_as_it_says(code):
    store(invent(Random(7), families=6, visits=40))
    period = Period(date(2019, 12, 31), date(2020, 2, 29))
    ways = [(), *((one,) for one in SLICES), ("month", "mediator"), ("topic", "outcome")]
    for by in (by for by in ways if {*by} <= APPLIES[code]):
        query = Query(INDICATORS[code], period, by)
        figure = count(query)
        assert size(query) == figure.total
        for row in figure.rows:
            cell = query.narrowed(dict(zip(by, row.keys, strict=True)))
            assert size(cell) == row.value
        if by:
            assert size(query, standing="several") == figure.in_several_rows
            assert size(query, standing="none") == figure.in_no_row


def size(query, **standing) -> int:
    coordinator = User(role=Role.COORDINATOR)
    return drilldown.extent(query, drilldown.units_of(query, **standing), coordinator).number


# -- reasons -----------------------------------------------------------------------------------


def test_a_family_counts_because_of_its_visits(client, coordinator, family, mediator):
    first = make_visit(family, mediator, date(2017, 10, 3))
    second = make_visit(family, mediator, date(2017, 11, 14))
    make_visit(family, mediator, date(2018, 1, 1))
    response = page(client, coordinator)
    assert response.context["title"] == "1 family"
    assert things(response) == [family]
    assert f'<a href="{first.get_absolute_url()}">Oct. 3, 2017</a>' in response.text
    assert f'<a href="{second.get_absolute_url()}">Nov. 14, 2017</a>' in response.text
    assert "2018" not in response.text


def test_a_person_counts_because_of_what_they_were_helped_with(
    client, coordinator, family, mediator
):
    anna = family.persons.order_by("code").first()
    make_visit(family, mediator, assisted={anna: ["housing", "health"]})
    response = page(client, coordinator, "persons_assisted")
    assert anna.code in response.text
    assert "(Health care, Housing)" in response.text
    assert "Kalni" not in response.text  # a code, never a name
    narrowed = page(client, coordinator, "persons_assisted", topic="housing")
    assert "(Housing)" in narrowed.text


def test_minutes_open_to_the_visits_that_took_them(client, coordinator, family, mediator):
    make_visit(family, mediator, minutes=45)
    make_visit(family, mediator, minutes=15)
    response = page(client, coordinator, "visit_minutes")
    assert response.context["title"] == "60 minutes"
    assert len(things(response)) == 2
    assert "45 minutes" in response.text


def test_a_certified_mediator_counts_because_of_an_assignment(client, coordinator, mediator):
    text = page(client, coordinator, "mediators_certified").text
    assert "Certified on Sept. 1, 2017; works in Jelgava from Oct. 1, 2017" in text


def test_many_reasons_are_cut_short(client, coordinator, family, mediator):
    for day in range(1, 16):
        make_visit(family, mediator, date(2017, 10, day))
    response = page(client, coordinator)
    [(unit, _rows)] = response.context["units"]
    assert [reason.day.day for reason in unit.reasons] == list(range(1, 11))
    assert unit.further == 5
    assert "and 5 more" in response.text


def test_those_in_several_rows_are_told_with_their_rows(client, coordinator, family, mediator):
    make_visit(family, mediator, date(2017, 10, 3))
    make_visit(family, mediator, date(2017, 11, 14))
    other = make_family(mediator)
    make_visit(other, mediator, date(2017, 10, 3))
    response = page(client, coordinator, by="month", **{"in": "several"})
    assert things(response) == [family]
    assert "October 2017; November 2017" in response.text


def test_those_in_no_row_are_the_rest(client, coordinator, family, mediator):
    make_visit(family, mediator)
    response = page(client, coordinator, by="topic", **{"in": "none"})
    assert things(response) == [family]
    assert page(client, coordinator, by="month", **{"in": "none"}).context["units"] == []


# -- who sees what -----------------------------------------------------------------------------


def test_what_the_reader_may_not_see_is_a_number_in_words(client, mediator, colleague, family):
    own = make_family(colleague)
    make_visit(own, colleague)
    visit = make_visit(family, mediator, co_mediators=(colleague.pk,))
    response = page(client, colleague.user)
    assert response.context["title"] == "2 families"
    assert things(response) == [own]
    assert "1 more counts here that you may not open." in response.text
    assert family.code not in response.text
    assert things(page(client, colleague.user, "visits")) == sorted(
        [visit, own.visits.get()], key=lambda row: str(row.pk)
    )


def test_a_mentor_sees_the_families_of_their_mediators(
    client, mentor, other_mentor, mediator, family
):
    make_visit(family, mediator)
    assert things(page(client, mentor)) == [family]
    assert things(page(client, other_mentor)) == []


@pytest.mark.parametrize("role", ["staff", "administrator"])
def test_others_are_refused(client, request, role, family, mediator):
    user = request.getfixturevalue(role)
    assert page(client, user).status_code == 403
    assert AuditEvent.objects.filter(action="refused", actor=user).exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"in": "several"},
        {"in": "<b>", "by": "month"},
        {"by": "colour"},
        {"topic": "weather"},
        {"from": "2019-01-01"},
        {"older": "nonsense", "from": "x"},
    ],
)
def test_a_question_without_an_answer_is_a_bad_request(client, coordinator, asked):
    assert page(client, coordinator, **asked).status_code == 400


def test_an_unknown_figure_is_not_found(client, coordinator):
    assert page(client, coordinator, "happiness").status_code == 404


# -- long lists --------------------------------------------------------------------------------


@pytest.fixture
def many_visits(family, mediator):
    """Sixty visits, on thirty days."""
    visits = Visit.objects.bulk_create(
        Visit(
            family=family,
            municipality_id="LV-JEL",
            mediator=mediator,
            mode="home",
            date=date(2017, 10, 1) + timedelta(days=number // 2),
        )
        for number in range(60)
    )
    for visit in visits:
        visit.mediators.add(mediator)
    return visits


def test_a_long_list_comes_in_pages_without_a_gap(client, coordinator, many_visits):
    first = page(client, coordinator, "visits")
    second = client.get(
        reverse("figure-records", args=["visits"]) + first.context["page"].older_url
    )
    found = things(first) + things(second)
    assert len(things(first)) == 50
    assert len({visit.pk for visit in found}) == len(found) == 60
    assert [visit.date for visit in found] == sorted(visit.date for visit in found)


def test_the_page_costs_the_same_however_long_the_list(
    client, coordinator, many_visits, django_assert_num_queries
):
    page(client, coordinator, "families_reached")
    # session, user, two choices; extent, list, reasons, which visits may be opened; trail
    with django_assert_num_queries(2 + 2 + 4 + 1):
        page_again = client.get(reverse("figure-records", args=["families_reached"]), AUTUMN)
    assert page_again.status_code == 200


def test_reading_records_goes_on_the_trail(client, coordinator, family):
    page(client, coordinator, by="topic", **{"in": "none"})
    event = AuditEvent.objects.get(action="figures_read")
    assert event.detail["records"] == "none"
    assert event.detail["asked"] == AUTUMN | {"by": ["topic"]}
