"""Faults are real here: processes of their own on the test's database, ended with kill -9."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from families.models import Family
from mediation.models import Mediator, Visit
from reports.models import PublishedReport, ReportRun
from reports.publishing import compute, missing_runs
from tests.factories import make_family, make_mediator, make_visit
from tests.worker import environment

LEASE_SECONDS = "1"  # nobody waits ten minutes for the claim of a dead process here


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def short_lease(monkeypatch) -> None:
    """A claim soon runs out, in this process and in those it starts."""
    monkeypatch.setenv("REPORT_LEASE_SECONDS", LEASE_SECONDS)


class Programme:
    """A family with visits over the last months, so that the reports of those are due."""

    def __init__(self) -> None:
        self.mediator: Mediator = make_mediator("Mediator")
        self.family: Family = make_family(self.mediator, "Kalniņi", ("Anna", "Kalniņa"))
        self.first = timezone.localdate()

    def visit_months_ago(self, *months: int) -> None:
        """Add visits that many months ago; an earlier one than before makes more reports due."""
        anna = self.family.persons.first()
        for number in months:
            day = self._months_ago(number)
            make_visit(self.family, self.mediator, day, assisted={anna: ["housing"]})

    def _months_ago(self, number: int) -> date:
        day = timezone.localdate().replace(day=1)
        for _ in range(number):
            day = (day - timedelta(days=1)).replace(day=1)
        return day + timedelta(days=14)

    def due(self) -> int:
        """How many reports are still to be made, whether or not they have a row."""
        return len(missing_runs()) + ReportRun.objects.unfinished().count()

    def published(self) -> int:
        return PublishedReport.objects.count()

    def assert_all_published_once(self) -> None:
        """Every closed period has exactly one report, one audit event and the right bytes."""
        assert self.due() == 0
        reports = list(PublishedReport.objects.all())
        runs = ReportRun.objects.values_list("kind", "starts_on")
        assert sorted((report.kind, report.starts_on) for report in reports) == sorted(runs)
        events = AuditEvent.objects.filter(action="published").values_list("object_id", flat=True)
        assert sorted(events) == sorted(str(report.pk) for report in reports)
        last_visit = Visit.objects.latest("received_at").received_at
        for report in reports:
            assert report.is_intact
            if report.published_at > last_visit:
                assert report.sha256 == compute(report.run).sha256


@pytest.fixture
def programme(transactional_db) -> Programme:
    """Visits over the last four months."""
    programme = Programme()
    programme.visit_months_ago(4, 3, 2, 1)
    return programme


Start = Callable[..., subprocess.Popen]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start Python on the test's database; whatever still runs at the end is killed."""
    started: list[subprocess.Popen] = []

    def start(*arguments: str, **options: object) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.fixture
def run_due_reports(start: Start) -> Callable[[], subprocess.Popen]:
    """Start `manage.py run_due_reports` in a process of its own."""
    return lambda: start("manage.py", "run_due_reports")


def finish(process: subprocess.Popen) -> str:
    """Wait until the process has ended well; return what it said."""
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said
