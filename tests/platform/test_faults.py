"""Real processes are killed while reports are made: each report is there, exactly once."""

import os
import shutil
import signal
import socket
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from reports.models import PublishedReport, ReportRun
from reports.publishing import compute, missing_runs
from reports.tasks import publish_due_reports
from tests.factories import make_visit
from tests.worker import Beat, Worker, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.worker]

LEASE = {"REPORT_LEASE_SECONDS": "3"}
with_redis = pytest.mark.skipif(not settings.REDIS_URL, reason="needs REDIS_URL")


@pytest.fixture
def due(transactional_db, family, mediator) -> int:
    """Return how many reports are due: those of the periods of three years."""
    day = timezone.localdate() - timedelta(days=1100)
    make_visit(family, mediator, day, assisted={family.memberships.first().person: ["education"]})
    count = len(missing_runs())
    assert count > 50
    return count


@pytest.fixture
def processes(tmp_path):
    """Return a function that starts Celery processes, which end with the test."""
    started = []

    def start(kind, **environment):
        process = kind(tmp_path / f"{kind.__name__}{len(started)}.log", **LEASE | environment)
        started.append(process)
        process.start()
        return process

    yield start
    for process in started:
        process.kill()


def published() -> int:
    return ReportRun.objects.filter(finished_at__isnull=False).count()


def assert_each_published_once(due: int) -> None:
    runs = ReportRun.objects.select_related("report")
    assert len(runs) == PublishedReport.objects.count() == due
    for run in runs:
        assert run.report.is_intact
        assert run.report.revision == 1
        assert compute(run).sha256 == run.report.sha256  # the same bytes, made without any fault


def ask_until_all_are_published(due: int) -> None:
    """Ask every second, as beat does every two minutes."""
    for _ in range(90):
        if published() == due:
            return
        publish_due_reports.delay()
        time.sleep(1)
    raise AssertionError(f"{published()} of {due} were published")


def test_a_worker_publishes_what_is_due(celery_worker, due):
    publish_due_reports.delay()
    wait_for(lambda: published() == due)
    assert_each_published_once(due)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(processes, due):
    worker = processes(Worker)
    publish_due_reports.delay()
    wait_for(lambda: published() >= 3)
    worker.kill()
    assert published() < due
    worker.start()
    ask_until_all_are_published(due)
    assert_each_published_once(due)


@with_redis
def test_a_task_whose_process_was_killed_is_done_again_without_being_asked(processes, due):
    worker = processes(Worker)
    publish_due_reports.delay()
    wait_for(lambda: published() >= 3)
    os.kill(child_of(worker.process.pid), signal.SIGKILL)
    assert published() < due
    # The message comes back at once, the report that was being made when its claim has run out.
    wait_for(lambda: published() >= due - 1)
    ask_until_all_are_published(due)
    assert_each_published_once(due)


def test_two_workers_and_two_beats_make_nothing_twice(processes, due):
    for kind in (Worker, Worker, Beat, Beat):
        processes(kind, REPORT_CHECK_SECONDS="1")
    wait_for(lambda: published() == due)
    assert_each_published_once(due)


def child_of(parent: int) -> int:
    """Return the process of the pool that does the work of a worker."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(children[-1])


# -- a broker that dies and forgets everything


class Redis:
    """A Redis of its own for one test."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(self.answers)

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def own_redis(tmp_path):
    if not shutil.which("redis-server"):
        assert not os.environ.get("CI"), "redis-server must be installed where CI runs"
        pytest.skip("redis-server is not installed")
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.kill()


@with_redis
def test_a_broker_that_dies_and_forgets_everything_delays_reports_but_loses_none(
    processes, own_redis, due
):
    address = f"redis://127.0.0.1:{own_redis.port}/0"
    for kind in (Worker, Beat):
        processes(kind, REDIS_URL=address, REPORT_CHECK_SECONDS="1")
    wait_for(lambda: published() >= 3)
    own_redis.kill()
    time.sleep(3)  # beat asks in vain meanwhile
    own_redis.start()
    wait_for(lambda: published() == due)
    assert_each_published_once(due)
