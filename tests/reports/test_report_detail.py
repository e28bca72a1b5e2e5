"""A published report: its sentence, its figures as they were frozen, and its proof."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import AuditEvent
from mediation.services import void_visit
from reports.cover import cover_sentence
from reports.models import PublishedReport
from reports.publishing import publish_due
from reports.report_tables import tables_of
from tests.factories import make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator)
    return client


def url_of(report) -> str:
    return reverse("report-detail", args=[report.pk])


def totals(mediators: int, families: int, persons: int, visits: int = 1) -> dict:
    values = {
        "mediators_active": mediators,
        "families_reached": families,
        "persons_assisted": persons,
        "visits": visits,
    }
    return {"indicators": [{"code": code, "total": total} for code, total in values.items()]}


@pytest.mark.parametrize("role", ["mediator", "staff", "mentor", "administrator"])
def test_others_than_coordinators_get_403(client, request, role, report):
    actor = request.getfixturevalue(role)
    client.force_login(getattr(actor, "user", actor))
    assert client.get(url_of(report)).status_code == 403


def test_an_absent_report_is_404(signed_in):
    assert signed_in.get(reverse("report-detail", args=[uuid4()])).status_code == 404


def test_the_report_says_its_sentence(signed_in, report):
    page = signed_in.get(url_of(report)).content.decode()
    assert "1 mediator co-operated with 1 family and assisted 1 person." in page


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((5, 134, 173), "5 mediators co-operated with 134 families and assisted 173 persons."),
        ((1, 1, 1), "1 mediator co-operated with 1 family and assisted 1 person."),
        ((2, 21, 0), "2 mediators co-operated with 21 families and assisted 0 persons."),
        ((9, 1134, 12), "9 mediators co-operated with 1,134 families and assisted 12 persons."),
    ],
)
def test_every_number_of_the_sentence_brings_its_own_plural(numbers, sentence):
    with override("en"):
        assert cover_sentence(totals(*numbers)) == sentence


def test_a_period_without_visits_says_so(signed_in, reports):
    december = PublishedReport.objects.get(kind="month", starts_on=date(2017, 12, 1))
    page = signed_in.get(url_of(december)).content.decode()
    assert "No visits were recorded in this period." in page


def test_every_figure_opens_to_its_records(signed_in, report):
    page = signed_in.get(url_of(report)).content.decode()
    records = reverse("report-records", args=[report.pk])
    for figure in report.figures["totals"]["indicators"]:
        assert f"{records}?indicator={figure['code']}" in page


def test_the_tables_are_those_of_the_report(coordinator, reports):
    tables = {table.slice_code: table for table in tables_of(reports["year"], coordinator)}
    [housing] = tables["topic"].rows
    assert (housing.key, dict(housing.cells)["Persons assisted"]) == ("housing", 1)
    assert [row.key for row in tables["month"].rows] == ["2017-11"]
    assert dict(tables["municipality"].total.cells)["Visits"] == 1


def test_a_table_whose_rows_do_not_add_up_shows_how_they_fit_together(
    signed_in, family, mediator, visit, coordinator, in_january
):
    make_visit(family, mediator, date(2017, 12, 3))
    list(publish_due())
    year = PublishedReport.objects.get(kind="year")
    months = {table.slice_code: table for table in tables_of(year, coordinator)}["month"]
    lines = {row.key: dict(row.cells)["Families reached"] for row in months.reconciliation}
    assert lines == {"sum_of_rows": 2, "in_several_rows": 1, "in_no_row": 0}
    assert not months.adds_up
    assert "Counted in several rows" in signed_in.get(url_of(year)).content.decode()


def test_the_figures_stay_as_they_were_published(signed_in, report, visit, mediator):
    void_visit(visit, by=mediator.user, reason="entered for the wrong family")
    page = signed_in.get(url_of(report)).content.decode()
    assert "1 mediator co-operated with 1 family" in page
    assert "These figures are frozen" in page


def test_the_report_shows_its_proof_and_how_it_was_counted(signed_in, report):
    page = signed_in.get(url_of(report)).content.decode()
    assert report.sha256 in page
    assert "Being present is not being assisted." in page


def test_the_report_names_no_person_of_a_family(signed_in, reports):
    page = signed_in.get(url_of(reports["year"])).content.decode()
    assert "Kalni" not in page


def test_reading_a_report_is_on_the_audit_trail(signed_in, report, coordinator):
    signed_in.get(url_of(report))
    event = AuditEvent.objects.get(action="figures_read")
    assert (event.actor, event.object_id) == (coordinator, str(report.pk))


def test_a_damaged_report_says_so_and_shows_no_figure(signed_in, report):
    report.figures["totals"]["indicators"][0]["total"] = 987654321
    report.save()
    page = signed_in.get(url_of(report)).content.decode()
    assert "This report is not what was published" in page
    assert "987,654,321" not in page
    assert "987654321" not in page
    assert "Download" not in page


def test_a_report_emptied_by_hand_still_answers(signed_in, report):
    PublishedReport.objects.update(figures={}, records={})
    assert signed_in.get(url_of(report)).status_code == 200
    assert signed_in.get("/reports/").status_code == 200


@pytest.mark.parametrize("name", ["report-records", "report-export", "report-json"])
def test_nothing_is_taken_from_a_damaged_report(signed_in, report, name):
    PublishedReport.objects.update(sha256="0" * 64)
    answer = signed_in.get(reverse(name, args=[report.pk]))
    assert (answer.status_code, answer.url) == (302, url_of(report))


def test_the_page_asks_the_database_six_times_at_most(
    signed_in, reports, django_assert_max_num_queries
):
    signed_in.get(url_of(reports["year"]))
    with django_assert_max_num_queries(6):
        signed_in.get(url_of(reports["year"]))
