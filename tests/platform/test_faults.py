"""Real processes are killed in the middle of their work: all of it is there, exactly once."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from mediation.models import Assistance, Visit, VisitVersion
from reports.models import PublishedReport, ReportRun
from reports.publishing import compute, missing_runs
from reports.tasks import publish_due_reports
from tests.factories import make_visit
from tests.mediation.posting import visit_fields
from tests.worker import Beat, Worker, environment, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.worker]

LEASE = {"REPORT_LEASE_SECONDS": "3"}
with_redis = pytest.mark.skipif(not settings.REDIS_URL, reason="needs REDIS_URL")


@pytest.fixture
def due(transactional_db, family, mediator) -> int:
    """Return how many reports are due: those of the periods of three years."""
    day = timezone.localdate() - timedelta(days=1100)
    make_visit(family, mediator, day, assisted={family.memberships.first().person: ["housing"]})
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def child_of(parent: int) -> int:
    """Return the process of the pool that does the work of a worker."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(children[-1])


# -- a broker that dies and forgets everything


class Redis:
    """A Redis of its own for one test."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
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


# -- a web server that dies in the middle of saving


class WebServer:
    """gunicorn on the running test's database, as `make run` starts it."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "roma_platform.wsgi:application", "--preload"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread"]
        command += ["--workers", "2", "--threads", "4", "--no-control-socket"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment(), stdout=log, stderr=log, start_new_session=True
            )
        wait_for(lambda: self.request("GET", "/healthz") == 200)

    def request(self, method: str, path: str, body: str = "", **headers: str) -> int:
        """Return the status of the answer, or 0 when there is none."""
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            web.request(method, path, body, headers)
            return web.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            web.close()

    def kill_a_worker(self) -> None:
        with contextlib.suppress(IndexError, ProcessLookupError):
            os.kill(child_of(self.process.pid), signal.SIGKILL)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def web(transactional_db, tmp_path):
    web = WebServer(tmp_path / "web.log")
    web.start()
    yield web
    web.kill()


def test_a_web_server_that_dies_while_saving_loses_and_doubles_no_visit(web, family, mediator):
    client = Client()
    client.force_login(mediator.user)
    session, csrf = client.cookies[settings.SESSION_COOKIE_NAME].value, "c" * 32
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}",
    }
    person, path = family.persons.first(), reverse("visit-create", args=[family.pk])
    over, saved, unanswered = threading.Event(), [], []

    def phone() -> None:
        """Save one visit after the other; ask again with the same id until it is confirmed."""
        while not over.is_set():
            fields = visit_fields(present=[person], assisted=[person], topics=["housing"])
            body = urlencode(fields | {"csrfmiddlewaretoken": csrf}, doseq=True)
            while (status := web.request("POST", path, body, **headers)) != 302:
                assert status in {0, 503}, status
                unanswered.append(fields["visit"])
                time.sleep(0.05)
            saved.append(fields["visit"])

    with ThreadPoolExecutor(4) as phones:
        working = [phones.submit(phone) for _ in range(4)]
        for number in range(12):
            time.sleep(0.4)
            if number % 4 == 3:
                web.kill()
                web.start()
            else:
                web.kill_a_worker()
        over.set()
        for thread in working:
            thread.result()

    assert unanswered  # the deaths did hit somebody
    assert set(Visit.objects.values_list("pk", flat=True)) == set(saved)
    assert (
        len(set(saved)) == len(saved) == VisitVersion.objects.count() == Assistance.objects.count()
    )
    created = AuditEvent.objects.filter(action=AuditEvent.Action.CREATED, object_type="visit")
    assert created.count() == len(saved)
