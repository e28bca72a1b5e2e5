"""Real Celery processes for tests that must see them work, die and come back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

START_SECONDS = 60


class CeleryProcess:
    """A Celery command in a process group of its own, on the running test's database and broker."""

    ready = ""

    def __init__(self, log: Path, **environment: str) -> None:
        self.log = log
        self.environment = environment
        self.process: subprocess.Popen | None = None

    def arguments(self) -> list[str]:
        """Return what follows `celery -A roma_platform`."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it works; raise AssertionError with its log if it does not."""
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "roma_platform"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *self.arguments(), "--loglevel", "INFO"],
                env=environment() | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.ready not in self.log.read_text():
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
            self.process.wait(60)
        self.process = None


class Worker(CeleryProcess):
    """`celery worker`."""

    ready = " ready."

    def arguments(self) -> list[str]:
        """One task at a time, as little chatter between workers as possible."""
        pool = "prefork" if settings.REDIS_URL else "threads"
        return [
            *["worker", "--pool", pool, "--concurrency", "1"],
            *["--without-gossip", "--without-mingle", "--without-heartbeat"],
        ]


class Beat(CeleryProcess):
    """`celery beat`, with a memory of its own."""

    ready = "beat: Starting"

    def arguments(self) -> list[str]:
        """Beside the log, so that two of them do not share it."""
        return ["beat", "--schedule", str(self.log.with_suffix(".schedule"))]


def environment() -> dict[str, str]:
    """Return os.environ with the address of the test database instead of the real one."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        login = ":".join(filter(None, [database["USER"], database["PASSWORD"]]))
        url = f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    return os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def wait_for(condition: Callable[[], object], seconds: float = 90) -> None:
    """Wait until the condition is true; fail the test when it takes longer than that."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
