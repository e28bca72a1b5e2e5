"""Reads the environment: files first loaded, secrets checked, refusals in one plain sentence."""

import base64
import binascii
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

HOW_TO = (
    "Print a fresh set with `python scripts/make_keys.py` and put it into the environment or "
    "into the file .env (see .env.example)."
)
KEY_BYTES = 32


class Environment(Env):
    """environs, with Django's error for a value that cannot be read and our secrets."""

    def load_files(self, *paths: Path) -> None:
        """Load each file that exists; the real environment wins, then the earlier file."""
        for path in paths:
            if path.is_file():
                self.read_env(path, recurse=False, override=False)

    def secret(self, name: str, *, development: str | None) -> str:
        """Return the secret, or its fixed value for development; refuse to start without one."""
        value = os.environ.get(name, "").strip() or development
        if not value:
            raise ImproperlyConfigured(f"{name} is not set and DEBUG is off. {HOW_TO}")
        return value

    def vault_keys(self, name: str, *, development: str | None) -> dict[str, str]:
        """Return {key id: key}, the first one being the key that encrypts.

        Raises ImproperlyConfigured for anything but `id:key,id2:key2` with 32-byte base64 keys.
        """
        keys: dict[str, str] = {}
        for entry in self.secret(name, development=development).split(","):
            key_id, separator, key = entry.strip().partition(":")
            if not separator or not key_id.isalnum() or key_id in keys:
                raise ImproperlyConfigured(f"{name} must read `id:key,id2:key2`. {HOW_TO}")
            keys[key_id] = _checked_key(name, key)
        return keys

    def index_key(self, name: str, *, development: str | None) -> str:
        """Return the key of the blind index, checked to be 32 bytes in base64."""
        return _checked_key(name, self.secret(name, development=development))


def private_directory(path: Path) -> Path:
    """Create the directory, readable by its owner only, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _checked_key(name: str, key: str) -> str:
    try:
        length = len(base64.urlsafe_b64decode(key.encode()))
    except (binascii.Error, ValueError):
        length = 0
    if length != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} holds a key that is not 32 bytes in base64. {HOW_TO}")
    return key


__all__ = ["EnvError", "Environment", "private_directory"]
