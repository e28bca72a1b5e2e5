"""A real Celery worker is killed in the middle of the reports; two beats ask at once."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from django.conf import settings

from reports.models import ReportRun
from reports.tasks import publish_due_reports
from tests.worker import Beat, Worker, wait_for

from .processes import children_of

pytestmark = pytest.mark.worker


def ask_until_all_is_made(programme) -> None:
    """Ask for what is due every other second, as beat does, until nothing is."""

    def asked_in_vain() -> bool:
        if programme.due():
            publish_due_reports.delay()
            time.sleep(2)
        return not programme.due()

    wait_for(asked_in_vain)


def test_a_worker_killed_in_the_middle_leaves_nothing_undone_and_nothing_twice(
    programme, celery_worker
):
    programme.visit_months_ago(9)
    publish_due_reports.delay()
    wait_for(lambda: programme.published() > 2)
    celery_worker.kill()
    assert programme.due()
    celery_worker.start()
    ask_until_all_is_made(programme)
    programme.assert_all_published_once()


@pytest.mark.skipif(not settings.REDIS_URL, reason="the embedded worker has threads, no children")
def test_a_worker_whose_child_is_killed_goes_on(programme, celery_worker):
    programme.visit_months_ago(9)
    publish_due_reports.delay()
    wait_for(lambda: programme.published() > 2)
    for child in children_of(celery_worker.process.pid):
        os.kill(child, signal.SIGKILL)
    wait_for(lambda: ReportRun.objects.unfinished().count() <= 1)  # redone without being asked
    assert celery_worker.process.poll() is None
    ask_until_all_is_made(programme)
    programme.assert_all_published_once()


@pytest.fixture
def second_worker(celery_worker, tmp_path) -> Iterator[Worker]:
    """Another worker on the same queue."""
    worker = Worker(tmp_path / "second-worker.log")
    worker.start()
    yield worker
    worker.kill()


@pytest.fixture
def two_beats(tmp_path) -> Iterator[list[Beat]]:
    """Two beats that both ask every second, not started yet."""
    beats = [Beat(tmp_path / f"beat-{number}.log", REPORT_CHECK_SECONDS="1") for number in (1, 2)]
    yield beats
    for beat in beats:
        beat.kill()


def test_two_beats_and_two_workers_make_every_report_once(
    programme, celery_worker, second_worker, two_beats
):
    for beat in two_beats:
        beat.start()
    wait_for(lambda: not programme.due())
    programme.visit_months_ago(7)
    wait_for(lambda: not programme.due())
    programme.assert_all_published_once()


def test_a_beat_that_was_away_for_months_makes_up_for_all_of_them(
    programme, celery_worker, two_beats
):
    assert programme.due() > 3
    two_beats[0].start()
    wait_for(lambda: not programme.due())
    programme.assert_all_published_once()
