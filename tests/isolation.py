"""Keeps tests apart from each other where a database rollback cannot reach."""

import os


def cache_key(key: str, prefix: str, version: int) -> str:
    """Return a key that only the running test uses: rate limits of one must not stop another."""
    run = os.environ["ROMA_TEST_DIR"]
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]  # without "(setup)"
    return f"{prefix}:{version}:{run}:{test}:{key}"
