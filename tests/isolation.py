"""Keeps tests apart from each other where a database rollback cannot reach."""

import os
from hashlib import blake2s


def cache_key(key: str, prefix: str, version: int) -> str:
    """Return a key that only the running test uses: rate limits of one must not stop another."""
    run = os.environ["ROMA_TEST_DIR"]
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]  # without "(setup)"
    scope = blake2s(f"{run}:{test}".encode(), digest_size=8).hexdigest()  # keys may be 250 long
    return f"{prefix}:{version}:{scope}:{key}"
