"""Fixtures that start real processes; the cast is in tests/conftest.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker import Worker


@pytest.fixture
def celery_worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """Start a real worker on the test's own database and broker, whose queue is empty."""
    from roma_platform.celery import app

    app.control.purge()
    worker = Worker(tmp_path / "worker.log")
    worker.start()
    yield worker
    worker.kill()
