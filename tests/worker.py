"""A real Celery worker for tests that must see one work, die and come back."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

START_SECONDS = 30


class Worker:
    """`celery worker` in a process of its own, on the running test's database and broker."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start the worker and wait until it takes tasks; raise AssertionError with its log."""
        pool = "prefork" if settings.REDIS_URL else "threads"
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "roma_platform", "worker"]
        command += ["--pool", pool, "--concurrency", "1", "--loglevel", "INFO"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment(), stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while " ready." not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def kill(self) -> None:
        """End it the hard way, with all its children, as a power cut would."""
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it finish what it has begun, and end it."""
        self.end(signal.SIGTERM)

    def end(self, number: int) -> None:
        """Send the signal to the whole process group and wait until it is gone."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, number)
            self.process.wait(30)
        self.process = None


def environment() -> dict[str, str]:
    """Return os.environ with the address of the test database instead of the real one."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        login = ":".join(filter(None, [database["USER"], database["PASSWORD"]]))
        url = f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def wait_for(condition, seconds: float = 30) -> None:
    """Wait until the condition is true; fail the test when it takes longer than that."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
