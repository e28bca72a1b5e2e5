"""The records that a report counted, and what has become of them."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from families.models import Family
from mediation.models import Visit
from mediation.services import change_visit, void_visit
from mediation.visit_content import VisitContent, content_of
from reports import report_records
from reports.publishing import publish_due
from reports.views import published
from tests.factories import make_family, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator)
    return client


def url_of(report) -> str:
    return reverse("report-records", args=[report.pk])


def test_others_than_coordinators_get_403(client, staff, report):
    client.force_login(staff)
    assert client.get(url_of(report)).status_code == 403


def test_a_family_is_shown_with_the_visit_that_made_it_count(signed_in, report, family, visit):
    page = signed_in.get(url_of(report), {"indicator": "families_reached"})
    [unit] = page.context["units"]
    assert unit.code == family.code
    assert [(source.record, source.version) for source in unit.sources] == [(visit, 1)]
    assert visit.get_absolute_url() in page.content.decode()


def test_a_certified_mediator_is_shown_with_the_assignment(signed_in, report, mediator):
    page = signed_in.get(url_of(report), {"indicator": "mediators_certified"})
    [unit] = page.context["units"]
    assert unit.code == mediator.ref
    assert "Jelgava" in page.content.decode()


def test_an_indicator_that_makes_no_sense_shows_the_first(signed_in, report):
    page = signed_in.get(url_of(report), {"indicator": "happiness", "page": "many"})
    assert page.context["indicator"] == "families_reached"


def test_a_visit_changed_later_is_marked(signed_in, report, visit, mediator):
    content = VisitContent(**{**vars(content_of(visit)), "minutes": 45})
    change_visit(visit, content, based_on=1, by=mediator.user)
    assert "changed since" in signed_in.get(url_of(report)).content.decode()


def test_a_visit_voided_later_is_marked(signed_in, report, visit, mediator):
    void_visit(visit, by=mediator.user, reason="entered twice")
    assert "no longer counts" in signed_in.get(url_of(report)).content.decode()


def test_a_visit_that_is_gone_is_marked(signed_in, report, visit):
    Visit.objects.all().delete()
    assert "gone since" in signed_in.get(url_of(report)).content.decode()


def test_records_of_one_unit_stand_in_order_of_their_days(
    signed_in, family, mediator, visit, in_january
):
    for day in (20, 3, 11):
        make_visit(family, mediator, date(2017, 11, day))
    report = next(publish_due()).report
    [unit] = signed_in.get(url_of(report)).context["units"]
    assert [source.day.day for source in unit.sources] == [3, 11, 15, 20]


def test_of_many_records_behind_one_unit_some_are_shown_and_the_rest_counted(
    signed_in, family, mediator, visit, in_january, monkeypatch
):
    monkeypatch.setattr(report_records, "MOST_SOURCES", 2)
    for day in (1, 2, 3):
        make_visit(family, mediator, date(2017, 11, day))
    report = next(publish_due()).report
    assert "and 2 more" in signed_in.get(url_of(report)).content.decode()


def test_many_units_come_a_page_at_a_time(signed_in, colleague, visit, in_january, monkeypatch):
    monkeypatch.setattr(published, "UNITS_A_PAGE", 1)
    other = make_family(colleague, "Liepas", ("Ilze", "Liepa"))
    make_visit(other, colleague, date(2017, 11, 1))
    report = next(publish_due()).report
    pages = [signed_in.get(url_of(report), {"page": number}) for number in (1, 2)]
    codes = [unit.code for page in pages for unit in page.context["units"]]
    assert codes == sorted(Family.objects.values_list("code", flat=True))


def test_reading_the_records_is_on_the_audit_trail(signed_in, report, coordinator):
    signed_in.get(url_of(report), {"indicator": "visits"})
    event = AuditEvent.objects.get(action="figures_read")
    assert (event.actor, event.detail["indicator"]) == (coordinator, "visits")


def test_the_page_asks_the_database_six_times_at_most(
    signed_in, report, django_assert_max_num_queries
):
    signed_in.get(url_of(report))
    with django_assert_max_num_queries(6):
        signed_in.get(url_of(report))
