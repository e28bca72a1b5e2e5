"""Reads the environment and its files; a secret that is missing or wrong is one sentence."""

import base64
import binascii
import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values
from environs import Env, EnvError

HOW_TO = (
    "Print a fresh set with `python scripts/make_keys.py` and put it into the environment or "
    "into the file .env (see .env.example)."
)
KEY_BYTES = 32
DEVELOPMENT = {  # with DEBUG on only: everybody knows them
    "SECRET_KEY": "for development only, everybody knows this key",
    "VAULT_KEYS": "dev:ZGV2ZWxvcG1lbnQgb25seSwgbmV2ZXIgaW4gdXNlISE=",
    "BLIND_INDEX_KEY": "ZGV2ZWxvcG1lbnQgb25seSwgYmxpbmQgaW5kZXghISE=",
}


class Environment(Env):
    """environs, for which an empty variable is one that is not set, and with our secrets."""

    def _get_value(self, env_key: str, default: Any) -> Any:
        return os.environ.get(env_key) or default

    @staticmethod
    def load_file(path: Path) -> None:
        """Add what the file says, if it is there; what is already in the environment wins."""
        values = dotenv_values(path) if path.is_file() else {}
        for name, value in values.items():
            if value:
                os.environ.setdefault(name, value)

    def secret(self, name: str, *, debug: bool) -> str:
        """Return the secret; without DEBUG refuse to start with none or with a known one."""
        value = self.str(name, DEVELOPMENT[name] if debug else "").strip()
        if not value:
            raise ImproperlyConfigured(f"{name} is not set and DEBUG is off. {HOW_TO}")
        if value == DEVELOPMENT[name] and not debug:
            raise ImproperlyConfigured(f"{name} is the one for development. {HOW_TO}")
        return value

    def vault_keys(self, name: str, *, debug: bool) -> dict[str, str]:
        """Return {key id: key}, the first one being the key that encrypts.

        Raises ImproperlyConfigured for anything but `id:key,id2:key2` with 32-byte base64 keys.
        """
        keys: dict[str, str] = {}
        for entry in self.secret(name, debug=debug).split(","):
            key_id, separator, key = entry.strip().partition(":")
            if not separator or not key_id.isalnum() or key_id in keys:
                raise ImproperlyConfigured(f"{name} must read `id:key,id2:key2`. {HOW_TO}")
            keys[key_id] = _checked_key(name, key)
        return keys

    def index_key(self, name: str, *, debug: bool) -> str:
        """Return the key of the blind index, checked to be 32 bytes in base64."""
        return _checked_key(name, self.secret(name, debug=debug))


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
