"""One figure: the number, its rows, how they fit together, and their charts."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from mediation.models import Visit
from tests.factories import make_family, make_visit

pytestmark = pytest.mark.django_db

AUTUMN = {"from": "2017-09-01", "to": "2017-11-30"}


@pytest.fixture
def visits(family, mediator, foreign_family, stranger):
    """Two visits in Jelgava, in two months, and one in Dobele, without a topic."""
    anna = family.persons.order_by("code").first()
    make_visit(family, mediator, date(2017, 10, 10), assisted={anna: ["housing", "health"]})
    make_visit(family, mediator, date(2017, 11, 10), assisted={anna: ["housing"]})
    make_visit(foreign_family, stranger, date(2017, 11, 20))


def page(client, user, code="families_reached", **asked):
    client.force_login(user)
    return client.get(reverse("figure-detail", args=[code]), AUTUMN | asked)


def lines(response) -> dict:
    return {
        line.label: [cell.value for cell in line.cells] for line in response.context["table"].lines
    }


def test_the_number_stands_with_its_official_wording(client, coordinator, visits):
    response = page(client, coordinator)
    assert response.context["figure"].total == 2
    assert "Families with at least one confirmed visit dated in the period." in response.text
    assert reverse("figure-records", args=["families_reached"]) in response.text


def test_rows_in_the_order_people_expect_and_months_of_zero_too(client, coordinator, visits):
    response = page(client, coordinator, by="month")
    assert lines(response) == {"September 2017": [0], "October 2017": [1], "November 2017": [2]}
    assert list(lines(response)) == ["September 2017", "October 2017", "November 2017"]


def test_the_line_below_says_how_rows_and_total_fit_together(client, coordinator, visits):
    text = page(client, coordinator, by="topic").text
    assert "The rows add up to 2." in text
    assert "1 family stands in more than one row." in text
    assert "1 family stands in no row." in text
    assert "in=several" in text
    assert "in=none" in text
    assert "The rows add up to the total." in page(client, coordinator, by="municipality").text


def test_two_slices_make_a_grid(client, coordinator, visits):
    response = page(client, coordinator, by=["municipality", "month"])
    assert response.context["table"].columns == [
        "September 2017", "October 2017", "November 2017",
    ]  # fmt: skip
    assert lines(response) == {"Dobele municipality": [0, 0, 1], "Jelgava": [0, 1, 1]}


def test_every_number_is_a_link_to_its_records(client, coordinator, visits):
    response = page(client, coordinator, by=["municipality", "month"])
    for line in response.context["table"].lines:
        for cell in line.cells:
            assert bool(cell.url) == bool(cell.value)
            if cell.url:
                records = client.get(cell.url)
                assert len(records.context["units"]) == cell.value


def test_bars_say_in_words_what_they_show(client, coordinator, visits):
    text = page(client, coordinator, by="topic").text
    assert (
        '<svg class="chart-fluid" role="img" aria-labelledby="chart-title chart-description"'
        in text
    )
    assert '<title id="chart-title">Families reached: Topic</title>' in text
    assert "Housing: 1; Health care: 1" in text
    assert 'width="100.00%"' in text
    assert "style=" not in text


def test_months_are_a_line(client, coordinator, visits):
    text = page(client, coordinator, by="month").text
    assert "Sep 2017: 0; Oct 2017: 1; Nov 2017: 2" in text


def test_without_rows_the_last_twelve_months_are_shown(client, coordinator, visits):
    response = page(client, coordinator)
    table = response.context["line"]["table"]
    assert len(table.lines) == 12
    assert table.lines[-1].label == "November 2017"


def test_narrowed_to_a_municipality_and_to_a_topic(client, coordinator, visits):
    response = page(client, coordinator, code="visits", municipality="LV-JEL", topic="health")
    assert response.context["figure"].total == 1
    assert [(c.label, c.value) for c in response.context["conditions"]] == [
        ("Municipality", "Jelgava"),
        ("Topic", "Health care"),
    ]
    without_topic = response.context["conditions"][1].without
    assert client.get(without_topic).context["figure"].total == 2


def test_merged_municipalities_as_they_are_now(client, coordinator, visits):
    Visit.objects.filter(municipality="LV-026").update(municipality="LV-102")
    then = page(client, coordinator, by="municipality")
    assert "Varakļāni municipality" in lines(then)
    now = page(client, coordinator, by="municipality", **{"as": "now"})
    assert lines(now) == {"Jelgava": [1], "Madona municipality": [1]}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"by": "colour"}, "colour"),
        ({"by": "sex"}, "sex"),
        ({"by": ["month", "mode", "topic"]}, "A figure is sliced by two slices at most."),
        ({"topic": "weather"}, "There is no topic “weather”."),
        ({"municipality": "LV-XXX"}, "LV-XXX is not one of the available choices."),
        ({"mediator": "nobody"}, "nobody is not one of the available choices."),
        ({"as": "never"}, "never is not one of the available choices."),
        ({"from": "2018-01-01", "to": "2017-01-01"}, "The last day is before the first."),
    ],
)
def test_what_cannot_be_asked_is_said(client, coordinator, visits, asked, sentence):
    response = page(client, coordinator, **asked)
    assert response.status_code == 200
    assert sentence in response.text
    assert "figure" not in response.context


def test_an_unknown_figure_is_not_found(client, coordinator):
    assert page(client, coordinator, code="happiness").status_code == 404


def test_an_administrator_is_refused(client, administrator):
    assert page(client, administrator).status_code == 403


def test_a_mediator_cannot_ask_for_the_work_of_another(client, mediator, stranger, visits):
    assert page(client, mediator.user).context["figure"].total == 1
    response = page(client, mediator.user, mediator=stranger.ref)
    assert "is not one of the available choices" in response.text


def test_a_mediator_sees_no_row_of_another(client, mediator, colleague, family):
    make_visit(family, mediator, co_mediators=(colleague.pk,))
    assert lines(page(client, mediator.user, by="mediator")) == {"Mediator": [1]}


# -- for partners ------------------------------------------------------------------------------


@pytest.fixture
def crowd(mediator):
    """Six families in October; two of them also in November."""
    families = [make_family(mediator) for _ in range(6)]
    for family in families:
        make_visit(family, mediator, date(2017, 10, 10))
    for family in families[:2]:
        make_visit(family, mediator, date(2017, 11, 10))


def test_staff_are_told_no_small_number_and_nothing_that_gives_it_away(client, staff, crowd):
    response = page(client, staff, by="month")
    assert response.context["figure"].total == 6
    hidden = {"September 2017": [0], "October 2017": [None], "November 2017": [None]}
    assert lines(response) == hidden
    assert response.context["figure"].sum_of_rows is None
    assert "Some rows are hidden" in response.text
    assert '<span class="hidden-value">hidden</span>' in response.text


def test_staff_find_no_way_down_to_the_records(client, staff, crowd):
    response = page(client, staff, by="month")
    assert reverse("figure-records", args=["families_reached"]) not in response.text
    records = client.get(reverse("figure-records", args=["families_reached"]), AUTUMN)
    assert records.status_code == 403


@pytest.mark.parametrize("narrow", [{"municipality": "LV-JEL"}, {"topic": "housing"}])
def test_staff_cannot_narrow_a_figure(client, staff, crowd, narrow):
    response = page(client, staff, **narrow)
    assert "Figures for partners cannot be narrowed." in response.text
    assert "figure" not in response.context


def test_staff_get_two_slices_only_where_nothing_is_hidden(client, staff, crowd):
    response = page(client, staff, by=["month", "mode"])
    assert "too small to be shown" in response.text
    whole = page(client, staff, by=["municipality", "mode"], to="2017-10-31")
    assert lines(whole) == {"Jelgava": [6]}


# -- what it costs, and who is told ------------------------------------------------------------


def test_reading_goes_on_the_trail_with_what_was_asked(client, coordinator, visits):
    page(client, coordinator, by="topic", municipality="LV-JEL")
    event = AuditEvent.objects.get(action="figures_read")
    assert event.detail == {
        "indicators": ["families_reached"],
        "asked": AUTUMN | {"by": ["topic"], "municipality": ["LV-JEL"]},
    }


def test_a_figure_with_rows_takes_three_statements(
    client, coordinator, visits, django_assert_num_queries
):
    page(client, coordinator, by="topic")
    # session, user, two choices of the bar, the figure in three, the trail
    with django_assert_num_queries(2 + 2 + 3 + 1):
        client.get(reverse("figure-detail", args=["families_reached"]), AUTUMN | {"by": "topic"})
