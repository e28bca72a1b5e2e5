#!/usr/bin/env python3
"""Print fresh secrets as lines for the environment; needs nothing but Python.

Keep them apart from the database: without VAULT_KEYS no name in it can ever be read again, and
whoever has both can read them all.
"""

import base64
import secrets


def fresh_keys() -> dict[str, str]:
    """Return a new value for each secret that the portal refuses to start without."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "VAULT_KEYS": f"k1:{random_key()}",
        "BLIND_INDEX_KEY": random_key(),
    }


def random_key() -> str:
    """Return 32 random bytes in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def as_lines(keys: dict[str, str]) -> str:
    """Return the keys as they stand in an environment file."""
    return "".join(f"{name}={value}\n" for name, value in keys.items())


if __name__ == "__main__":
    print(as_lines(fresh_keys()), end="")
