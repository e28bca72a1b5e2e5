"""Which reports are due, who makes them, and that what was published stays as it is."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from mediation.services import void_visit
from reports import publishing
from reports.models import PublishedReport, ReportRun
from reports.publishing import (
    attempt,
    claim,
    compute,
    ensure_runs,
    missing_runs,
    publish,
    publish_due,
    retry,
    waiting_runs,
)
from reports.snapshot import snapshot
from tests.factories import make_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


@pytest.fixture
def run(visit):
    """The oldest run that is due: November 2017."""
    ensure_runs()
    return ReportRun.objects.due().first()


def periods_of(runs) -> list[tuple[str, date]]:
    return [(run.kind, run.ends_on) for run in runs]


# -- what is due


def test_without_visits_nothing_is_due():
    ensure_runs()
    assert not ReportRun.objects.exists()


def test_every_closed_period_from_the_first_confirmed_visit_on_is_due(visit):
    ensure_runs()
    assert periods_of(ReportRun.objects.due()) == [
        ("month", date(2017, 11, 30)),
        ("month", date(2017, 12, 31)),
        ("quarter", date(2017, 12, 31)),
        ("half_year", date(2017, 12, 31)),
        ("year", date(2017, 12, 31)),
    ]


def test_a_draft_makes_nothing_due(family, mediator):
    make_visit(family, mediator, date(2017, 11, 15), status="draft")
    assert missing_runs() == []


def test_asking_again_adds_no_run(visit, django_assert_num_queries):
    ensure_runs()
    with django_assert_num_queries(2):
        ensure_runs()
    assert ReportRun.objects.count() == 5


def test_an_earlier_visit_entered_late_makes_its_periods_due_too(family, mediator, visit):
    ensure_runs()
    make_visit(family, mediator, date(2017, 10, 2))
    ensure_runs()
    assert periods_of(ReportRun.objects.due())[0] == ("month", date(2017, 10, 31))


@pytest.mark.parametrize(
    ("grace", "day", "closed"),
    [
        (0, date(2017, 11, 30), False),
        (0, date(2017, 12, 1), True),
        (5, date(2017, 12, 5), False),
        (5, date(2017, 12, 6), True),
    ],
)
def test_a_period_closes_after_its_last_day_and_the_grace(
    visit, settings, monkeypatch, grace, day, closed
):
    settings.REPORT_GRACE_DAYS = grace
    monkeypatch.setattr(publishing.timezone, "localdate", lambda *clock: day)
    assert bool(missing_runs()) is closed


def test_what_waits_is_known_before_any_row_is_written(visit):
    assert len(waiting_runs()) == 5
    assert not ReportRun.objects.exists()


def test_what_waits_holds_rows_and_missing_ones_in_order(family, mediator, visit):
    ensure_runs()
    make_visit(family, mediator, date(2017, 10, 2))
    assert periods_of(waiting_runs())[:2] == [
        ("month", date(2017, 10, 31)),
        ("month", date(2017, 11, 30)),
    ]


# -- who makes it


def test_two_workers_that_read_the_same_run_cannot_both_have_it(run):
    same = ReportRun.objects.get(pk=run.pk)
    assert claim(run)
    assert not claim(same)


def test_a_claimed_run_is_not_due_and_shows_who_holds_it(run):
    claim(run)
    run.refresh_from_db()
    assert run.is_held
    assert run not in ReportRun.objects.due()


def test_a_claim_that_ran_out_is_taken_by_another(run):
    claim(run)
    ReportRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    again = ReportRun.objects.due().first()
    assert again == run
    assert claim(again)
    assert again.claimed_by != run.claimed_by


def test_a_worker_that_lost_its_claim_publishes_nothing(run):
    claim(run)
    report = compute(run)
    ReportRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    other = ReportRun.objects.due().first()
    claim(other)
    attempt(other)
    assert not publish(run, report)
    assert PublishedReport.objects.count() == 1


def test_a_worker_that_lost_its_claim_to_one_still_at_it_publishes_nothing(run):
    claim(run)
    ReportRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    claim(ReportRun.objects.due().first())
    assert not publish(run, compute(run))
    assert not PublishedReport.objects.exists()


# -- what is published


def test_all_that_is_due_is_made_oldest_first_and_once(visit):
    assert periods_of(publish_due()) == [
        ("month", date(2017, 11, 30)),
        ("month", date(2017, 12, 31)),
        ("quarter", date(2017, 12, 31)),
        ("half_year", date(2017, 12, 31)),
        ("year", date(2017, 12, 31)),
    ]
    assert list(publish_due()) == []
    assert PublishedReport.objects.count() == 5


def test_a_pass_ends_when_its_time_is_over(visit):
    assert list(publish_due(seconds=0)) == []
    assert ReportRun.objects.due().count() == 5


def test_a_report_holds_the_official_figures_and_the_records_behind_them(run, visit, family):
    claim(run)
    attempt(run)
    report = PublishedReport.objects.get()
    totals = {figure["code"]: figure["total"] for figure in report.figures["totals"]["indicators"]}
    assert totals == {
        "families_reached": 1,
        "persons_assisted": 1,
        "visits": 1,
        "visit_minutes": 30,
        "mediators_active": 1,
        "mediators_certified": 1,
    }
    assert report.records["families_reached"] == [
        {"unit": str(family.pk), "code": family.code, "records": [[str(visit.pk), 1]]}
    ]
    assert report.figures["tables"]["topic"]["by"] == ["topic"]


def test_a_month_has_no_table_by_month_and_a_longer_period_has(visit):
    list(publish_due())
    tables = {report.kind: report.figures["tables"] for report in PublishedReport.objects.all()}
    assert "month" not in tables["month"]
    assert "month" in tables["quarter"]
    assert set(tables["year"]) == set(publishing.SLICES)


def test_publishing_is_on_the_audit_trail(run):
    claim(run)
    attempt(run)
    report = PublishedReport.objects.get()
    event = AuditEvent.objects.get(action="published")
    assert (event.object_id, event.actor) == (str(report.pk), None)
    assert event.detail["sha256"] == report.sha256


def test_the_same_records_give_the_same_bytes(run):
    first, second = compute(run), compute(run)
    assert first.canonical() == second.canonical()
    assert first.sha256 == second.sha256


def test_the_checksum_still_fits_after_the_database_has_kept_the_report(run):
    claim(run)
    attempt(run)
    report = PublishedReport.objects.get()
    assert report.is_intact
    assert json.loads(report.canonical())["from"] == "2017-11-01"


def test_a_report_that_was_tampered_with_is_not_intact(run):
    claim(run)
    attempt(run)
    report = PublishedReport.objects.get()
    report.figures["totals"]["indicators"][0]["total"] += 1
    assert not report.is_intact


def test_what_happens_to_a_visit_later_leaves_the_report_as_it_was(run, visit, mediator):
    claim(run)
    attempt(run)
    before = PublishedReport.objects.get()
    void_visit(visit, by=mediator.user, reason="entered for the wrong family")
    list(publish_due())
    after = PublishedReport.objects.get(pk=before.pk)
    assert after.canonical() == before.canonical()
    assert after.is_intact


# -- what goes wrong


@pytest.fixture
def broken(monkeypatch):
    """Counting fails, with a text that no log and no page may show."""

    def fail(*args, **kwargs):
        raise ZeroDivisionError("Anna Kalniņa")

    monkeypatch.setattr(publishing, "official_figures", fail)


def test_a_failure_is_noted_by_its_kind_only(run, broken):
    list(publish_due())
    run.refresh_from_db()
    assert (run.last_error, run.attempts, run.claimed_by) == ("ZeroDivisionError", 1, None)


def test_a_failed_run_does_not_stop_the_others_and_is_tried_once_a_pass(visit, broken):
    assert len(list(publish_due())) == 5
    assert set(ReportRun.objects.values_list("attempts", flat=True)) == {1}


def test_after_five_failures_nobody_takes_the_run_any_more(run, broken):
    for _ in range(6):
        list(publish_due())
    run.refresh_from_db()
    assert (run.attempts, run.has_failed) == (5, True)
    assert run in ReportRun.objects.failed()
    assert run not in ReportRun.objects.due()


def test_a_run_whose_worker_died_five_times_has_failed(run):
    for _ in range(5):
        assert claim(ReportRun.objects.due().get(pk=run.pk))
        ReportRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert run in ReportRun.objects.failed()


def test_the_fifth_attempt_has_not_failed_while_it_is_at_work(run):
    ReportRun.objects.update(attempts=4)
    claim(ReportRun.objects.due().get(pk=run.pk))
    run.refresh_from_db()
    assert not run.has_failed
    assert run not in ReportRun.objects.failed()


def test_a_failed_run_can_be_asked_for_again(run, coordinator):
    ReportRun.objects.update(attempts=5, last_error="ZeroDivisionError")
    assert retry(run, by=coordinator)
    assert ReportRun.objects.due().first() == run
    assert AuditEvent.objects.filter(action="changed", actor=coordinator).exists()


def test_a_run_that_has_not_failed_cannot_be_asked_for_again(run, coordinator):
    claim(run)
    assert not retry(run, by=coordinator)
    assert not AuditEvent.objects.filter(action="changed", actor=coordinator).exists()


def test_an_interrupted_worker_gives_its_run_back(run, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "compute", interrupt)
    with pytest.raises(KeyboardInterrupt):
        list(publish_due())
    run.refresh_from_db()
    assert (run.claimed_by, run.last_error) == (None, "KeyboardInterrupt")


# -- one moment


def in_another_connection(act, *args) -> None:
    """Do it as another process would, and wait until it is done."""

    def run() -> None:
        try:
            act(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result(timeout=10)


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_sees_one_moment_and_lets_others_save(visit, family, mediator):
    with snapshot():
        before = publishing.Visit.objects.count()
        in_another_connection(make_visit, family, mediator, date(2017, 11, 16))
        assert publishing.Visit.objects.count() == before
    assert publishing.Visit.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_ends_cleanly_when_counting_fails(visit):
    with pytest.raises(ZeroDivisionError), snapshot():
        _ = publishing.Visit.objects.count() / 0
    assert not connection.in_atomic_block
    visit.save()
