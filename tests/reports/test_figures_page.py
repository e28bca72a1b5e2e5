"""The figures of a period on one page."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from reports.indicators import INDICATORS
from tests.factories import make_visit

pytestmark = pytest.mark.django_db

AUTUMN = {"from": "2017-09-01", "to": "2017-11-30"}


@pytest.fixture
def visit(family, mediator):
    anna = family.persons.order_by("code").first()
    return make_visit(family, mediator, date(2017, 10, 10), assisted={anna: ["housing"]})


def page(client, user, **asked):
    client.force_login(user)
    return client.get(reverse("figures"), asked)


def totals(response) -> dict:
    return {
        figure.query.indicator.code: figure.total for figure, url in response.context["figures"]
    }


def test_the_coordinator_sees_every_figure_as_a_link(client, coordinator, visit):
    response = page(client, coordinator, **AUTUMN)
    assert totals(response) == {
        "families_reached": 1,
        "persons_assisted": 1,
        "visits": 1,
        "visit_minutes": 30,
        "mediators_active": 1,
        "mediators_certified": 1,
    }
    for code in INDICATORS:
        address = f"{reverse('figure-detail', args=[code])}?from=2017-09-01&amp;to=2017-11-30"
        assert address in response.text
    assert "Families reached, month by month" in response.text


def test_a_mediator_sees_their_own_work_only(client, mediator, colleague, visit, family):
    make_visit(family, mediator, co_mediators=(colleague.pk,))
    assert totals(page(client, mediator.user, **AUTUMN))["visits"] == 2
    own = totals(page(client, colleague.user, **AUTUMN))
    assert (own["visits"], own["mediators_active"], own["mediators_certified"]) == (1, 1, 1)


def test_a_mentor_sees_the_work_of_their_mediators(client, mentor, other_mentor, visit):
    assert totals(page(client, mentor, **AUTUMN))["visits"] == 1
    assert totals(page(client, other_mentor, **AUTUMN))["visits"] == 0


def test_staff_see_their_municipality_as_partners_do(client, staff, staff_elsewhere, visit):
    response = page(client, staff, **AUTUMN)
    assert "Jelgava" in response.text
    assert "prepared for partners" in response.text
    assert "&lt;5" in response.text
    assert totals(response)["families_reached"] is None
    assert "month by month" not in response.text
    assert totals(page(client, staff_elsewhere, **AUTUMN))["families_reached"] == 0


def test_staff_without_a_municipality_are_told_so(client, staff, visit):
    staff.municipalities.clear()
    response = page(client, staff, **AUTUMN)
    assert totals(response)["visits"] == 0
    assert "No municipality is given to you yet" in response.text


def test_an_administrator_sees_no_figures(client, administrator):
    assert page(client, administrator).status_code == 403
    assert AuditEvent.objects.filter(action="refused", actor=administrator).exists()


def test_without_dates_it_is_the_running_year(client, coordinator, visit):
    response = page(client, coordinator)
    assert response.context["period"].kind == "year"
    assert timezone.localdate() in response.context["period"]


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ({"from": "2018-02-01", "to": "2018-01-31"}, "The last day is before the first."),
        ({"from": "2018-02-30", "to": "2018-03-31"}, "Enter a valid date."),
        ({"from": "2018-02-01"}, "Give both dates."),
        ({"to": "2018-02-01"}, "Give both dates."),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "Give a date between 1990 and 2100."),
        ({"from": "<script>", "to": "2018-01-01"}, "Enter a valid date."),
    ],
)
def test_dates_that_make_no_period_are_said_at_the_field(client, coordinator, dates, sentence):
    response = page(client, coordinator, **dates)
    assert response.status_code == 200
    assert sentence in response.text
    assert "figures" not in response.context
    assert "<script>" not in response.text


def test_staff_asking_for_some_days_of_a_month_are_told_why_not(client, staff, visit):
    response = page(client, staff, **{"from": "2017-10-10", "to": "2017-10-10"})
    assert "made of whole calendar months" in response.text
    assert "figures" not in response.context


def test_other_periods_are_links(client, coordinator):
    response = page(client, coordinator, **{"from": "2018-02-01", "to": "2018-02-28"})
    kinds = {kind["label"]: kind for kind in response.context["period_kinds"]}
    assert [str(label) for label, kind in kinds.items() if kind["current"]] == ["Month"]
    assert response.context["period_before"] == "?from=2018-01-01&to=2018-01-31"
    assert response.context["period_after"] == "?from=2018-03-01&to=2018-03-31"
    assert kinds["Quarter"]["url"] == "?from=2018-01-01&to=2018-03-31"
    assert kinds["Project period"]["url"] == "?from=2017-10-01&to=2018-05-31"


def test_reading_exact_figures_goes_on_the_trail(client, coordinator, staff, visit):
    page(client, coordinator, **AUTUMN)
    event = AuditEvent.objects.get(action="figures_read")
    assert event.actor == coordinator
    assert event.detail == {"indicators": list(INDICATORS), "asked": AUTUMN}
    page(client, staff, **AUTUMN)
    assert AuditEvent.objects.filter(action="figures_read").count() == 1


def test_each_figure_is_one_statement(client, coordinator, visit, django_assert_num_queries):
    page(client, coordinator, **AUTUMN)
    # session, user, six figures, twelve months in three statements, the trail
    with django_assert_num_queries(2 + 6 + 3 + 1):
        client.get(reverse("figures"), AUTUMN)
