"""The broker is killed: the reports are made all the same, by the command and afterwards."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker import Beat, Worker, wait_for

from .conftest import finish
from .processes import free_port

pytestmark = pytest.mark.worker


class Redis:
    """A Redis of this test's own that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(self.answers)

    def answers(self) -> bool:
        """Whether somebody listens."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """End it as a power cut would: what was queued is gone."""
        if self.process:
            self.process.kill()
            self.process.wait(30)
        self.process = None


@pytest.fixture
def redis(tmp_path, monkeypatch) -> Iterator[Redis]:
    """A Redis that every process started from here on uses."""
    if not shutil.which("redis-server"):
        assert not os.environ.get("CI"), "redis-server must be installed where CI runs"
        pytest.skip("redis-server is not installed")
    redis = Redis(tmp_path)
    redis.start()
    monkeypatch.setenv("REDIS_URL", redis.url)
    yield redis
    redis.kill()


@pytest.fixture
def worker_and_beat(transactional_db, redis, tmp_path) -> Iterator[list[Worker | Beat]]:
    """A worker, and a beat that asks every second."""
    processes = [
        Worker(tmp_path / "worker.log"),
        Beat(tmp_path / "beat.log", REPORT_CHECK_SECONDS="1"),
    ]
    for process in processes:
        process.start()
    yield processes
    for process in processes:
        process.kill()


def test_reports_are_made_without_the_broker_and_after_it_has_come_back(
    programme, redis, worker_and_beat, run_due_reports
):
    wait_for(lambda: not programme.due())
    redis.kill()

    programme.visit_months_ago(6)
    assert programme.due()
    finish(run_due_reports())
    assert not programme.due()

    programme.visit_months_ago(8)
    time.sleep(3)  # beat asks in vain
    assert programme.due()
    redis.start()
    wait_for(lambda: not programme.due())
    programme.assert_all_published_once()
    assert all(process.process.poll() is None for process in worker_and_beat)
