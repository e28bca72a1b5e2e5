"""The command that makes reports is killed wherever it stands, and runs beside others."""

import pytest

from reports.models import PublishedReport, ReportRun
from reports.publishing import compute
from tests.worker import wait_for

from .conftest import finish
from .stands_still import POINTS, REACHED


def kill_at(point: str, start) -> None:
    """Let a process begin with the reports and kill it at that point of the first one."""
    process = start("-m", "tests.faults.stands_still", point)
    said = process.stdout.readline()
    assert REACHED in said, said + process.stdout.read()
    process.kill()
    process.wait(30)


@pytest.mark.parametrize("point", POINTS)
def test_a_report_whose_maker_is_killed_is_made_once_and_the_same(
    point, programme, start, run_due_reports
):
    kill_at(point, start)
    oldest = ReportRun.objects.order_by("ends_on", "-starts_on").first()
    assert PublishedReport.objects.exists() == (oldest.report is not None) == (point == "published")
    should_be = compute(oldest).sha256
    wait_for(lambda: oldest.report or ReportRun.objects.due().filter(pk=oldest.pk).exists())
    finish(run_due_reports())
    oldest.refresh_from_db()
    assert oldest.report.sha256 == should_be
    programme.assert_all_published_once()


def test_one_killed_again_and_again_ends_with_every_report_once(programme, run_due_reports):
    programme.visit_months_ago(9)
    kills = 0
    while programme.due() > 3:
        kill_after_the_next_report(programme, run_due_reports())
        kills += 1
    assert kills > 1
    wait_for(lambda: not ReportRun.objects.unfinished().exclude(pk__in=due_ids()).exists())
    finish(run_due_reports())
    programme.assert_all_published_once()


def kill_after_the_next_report(programme, process) -> None:
    """Kill it as soon as it has published something, wherever it stands then."""
    before = programme.published()
    wait_for(lambda: programme.published() > before or ended(process))
    process.kill()
    process.wait(30)


def ended(process) -> bool:
    """Whether it has come to its end by itself; fails when that was no good end."""
    if process.poll() is None:
        return False
    finish(process)
    return True


def due_ids() -> list[int]:
    return list(ReportRun.objects.due().values_list("pk", flat=True))


def test_several_at_once_make_every_report_once(programme, run_due_reports):
    programme.visit_months_ago(9)
    said = [finish(process) for process in [run_due_reports() for _ in range(3)]]
    programme.assert_all_published_once()
    made = sum(text.count("published, sha256") for text in said)
    assert made == programme.published()
