"""The list of published reports, and what is still to be made."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from reports.models import PublishedReport, ReportRun
from reports.publishing import ensure_runs
from reports.views import published

pytestmark = pytest.mark.django_db
URL = "/reports/"


@pytest.fixture
def signed_in(client, coordinator):
    client.force_login(coordinator)
    return client


def periods_on(page) -> list[str]:
    return [period.label for _report, period, _found in page.context["rows"]]


@pytest.mark.parametrize("role", ["mediator", "staff", "mentor", "administrator"])
def test_others_than_coordinators_get_403(client, request, role, reports):
    actor = request.getfixturevalue(role)
    client.force_login(getattr(actor, "user", actor))
    assert client.get(URL).status_code == 403


def test_before_the_first_report_the_page_says_what_will_come(signed_in):
    page = signed_in.get(URL).content.decode()
    assert "No report yet" in page
    assert "Still to be made" not in page


def test_reports_stand_newest_period_first_the_shorter_one_above(signed_in, reports):
    assert periods_on(signed_in.get(URL)) == [
        "December 2017",
        "Quarter 4 of 2017",
        "Second half of 2017",
        "Year 2017",
        "November 2017",
    ]


def test_a_report_shows_its_headline_figures_and_opens(signed_in, report):
    page = signed_in.get(URL)
    *_, (found, _period, numbers) = page.context["rows"]
    assert found == report
    assert (numbers["families_reached"], numbers["persons_assisted"], numbers["visits"]) == (
        1,
        1,
        1,
    )
    assert report.sha256[:12] in page.content.decode()
    assert reverse("report-detail", args=[report.pk]) in page.content.decode()


def test_one_kind_can_be_shown_alone(signed_in, reports):
    assert periods_on(signed_in.get(URL, {"kind": "year"})) == ["Year 2017"]


def test_a_kind_without_reports_says_so(signed_in, reports):
    PublishedReport.objects.filter(kind="year").update(kind="month", starts_on=date(2017, 3, 1))
    assert "No report of this kind yet" in signed_in.get(URL, {"kind": "year"}).content.decode()


@pytest.mark.parametrize("bad", ["kind=decade", "older=nonsense", "kind=%00"])
def test_an_address_that_makes_no_sense_shows_all(signed_in, reports, bad):
    assert len(periods_on(signed_in.get(f"{URL}?{bad}"))) == 5


def test_long_lists_come_a_page_at_a_time(signed_in, reports, monkeypatch):
    monkeypatch.setattr(published, "REPORTS_A_PAGE", 3)
    first = signed_in.get(URL)
    second = signed_in.get(URL + first.context["page"].older_url)
    assert periods_on(first) == ["December 2017", "Quarter 4 of 2017", "Second half of 2017"]
    assert periods_on(second) == ["Year 2017", "November 2017"]
    back = signed_in.get(URL + second.context["page"].newer_url)
    assert periods_on(back) == periods_on(first)


def test_the_page_asks_the_database_six_times_at_most(
    signed_in, reports, django_assert_max_num_queries
):
    signed_in.get(URL)
    with django_assert_max_num_queries(6):
        signed_in.get(URL)


# -- what is still to be made


def test_one_report_that_is_due_is_named(signed_in, visit, monkeypatch):
    monkeypatch.setattr("reports.publishing.timezone.localdate", lambda *clock: date(2017, 12, 1))
    page = signed_in.get(URL).content.decode()
    assert "The report of November 2017 is due and will be made within minutes." in page
    assert not ReportRun.objects.exists()


def test_several_reports_that_are_due_are_counted(signed_in, visit, in_january):
    page = signed_in.get(URL).content.decode()
    assert "5 reports are due and will be made within minutes" in page
    assert "the oldest is that of November 2017" in page


@pytest.fixture
def failed(visit, in_january):
    ensure_runs()
    run = ReportRun.objects.due().first()
    run.attempts, run.last_error = 5, "ZeroDivisionError"
    run.save()
    return run


def test_a_report_that_failed_for_good_is_shown_with_its_error(signed_in, failed):
    page = signed_in.get(URL).content.decode()
    assert "Failed 5 times." in page
    assert "ZeroDivisionError" in page
    assert "4 reports are due" in page


def test_a_failed_report_is_tried_again_when_asked(signed_in, failed, coordinator):
    answer = signed_in.post(reverse("report-run-retry", args=[failed.pk]), follow=True)
    assert "The report of November 2017 will be tried again" in answer.content.decode()
    failed.refresh_from_db()
    assert failed.attempts == 0
    event = AuditEvent.objects.get(action="changed", object_type="reportrun")
    assert event.actor == coordinator


def test_asking_twice_changes_nothing_more(signed_in, failed):
    url = reverse("report-run-retry", args=[failed.pk])
    signed_in.post(url)
    page = signed_in.post(url, follow=True).content.decode()
    assert "Nothing to try again" in page
    assert AuditEvent.objects.filter(action="changed", object_type="reportrun").count() == 1


def test_reading_the_address_of_a_new_try_changes_nothing(signed_in, failed):
    assert signed_in.get(reverse("report-run-retry", args=[failed.pk])).status_code == 405


def test_a_run_that_does_not_exist_is_404(signed_in):
    assert signed_in.post(reverse("report-run-retry", args=[4711])).status_code == 404


def test_only_coordinators_ask_for_a_new_try(client, administrator, failed):
    client.force_login(administrator)
    assert client.post(reverse("report-run-retry", args=[failed.pk])).status_code == 403
    failed.refresh_from_db()
    assert failed.attempts == 5
