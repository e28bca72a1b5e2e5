"""The command that makes the reports where no worker runs."""

import pytest
from django.core.management import CommandError, call_command

from reports import publishing
from reports.models import PublishedReport, ReportRun

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


def run(capsys, *arguments) -> list[str]:
    call_command("run_due_reports", *arguments)
    return capsys.readouterr().out.splitlines()


def test_it_makes_what_is_due_and_prints_each_report(visit, capsys):
    lines = run(capsys)
    assert [line.split()[0] for line in lines] == ["month", "month", "quarter", "half_year", "year"]
    assert PublishedReport.objects.get(kind="year").sha256 in lines[-1]


def test_a_second_run_has_nothing_to_do(visit, capsys):
    run(capsys)
    assert run(capsys) == ["Nothing is due."]


def test_without_visits_nothing_is_due(capsys):
    assert run(capsys) == ["Nothing is due."]


def test_list_shows_what_is_due_and_makes_nothing(visit, capsys):
    lines = run(capsys, "--list")
    assert len(lines) == 5
    assert "2017-11-01..2017-11-30  due" in lines[0]
    assert not ReportRun.objects.exists()


def test_list_shows_who_failed_and_why(visit, capsys):
    publishing.ensure_runs()
    ReportRun.objects.filter(kind="year").update(attempts=5, last_error="ZeroDivisionError")
    assert "failed 5 times: ZeroDivisionError" in run(capsys, "--list")[-1]


def test_list_shows_what_another_worker_is_at(visit, capsys):
    publishing.ensure_runs()
    publishing.claim(ReportRun.objects.due().first())
    assert "another worker is making it" in run(capsys, "--list")[0]


def test_a_report_that_cannot_be_made_fails_the_command_after_all_were_tried(
    visit, capsys, monkeypatch
):
    compute = publishing.compute

    def fail_for_quarters(report_run):
        return compute(report_run) if report_run.kind != "quarter" else 1 / 0

    monkeypatch.setattr(publishing, "compute", fail_for_quarters)
    with pytest.raises(CommandError, match="1 of 5 reports could not be made") as error:
        run(capsys)
    assert error.value.returncode == 1
    assert PublishedReport.objects.count() == 4


def test_a_report_given_up_fails_the_command_though_it_is_not_tried(visit):
    publishing.ensure_runs()
    ReportRun.objects.filter(kind="year").update(attempts=5)
    with pytest.raises(CommandError, match="1 in all have failed 5 times"):
        call_command("run_due_reports")


def test_what_another_worker_is_at_is_no_failure(visit, capsys):
    publishing.ensure_runs()
    publishing.claim(ReportRun.objects.due().first())
    assert len(run(capsys)) == 4
