"""Encryption of everything that could name a person, with keys that live outside the database.

Ciphertext is written as ``<key id>:<Fernet token>``: the id says which key of ``VAULT_KEYS``
opens it, so keys can be rotated row by row. The first key encrypts, all of them decrypt.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


class DecryptionError(Exception):
    """A stored value cannot be opened: its key is missing or the value was changed."""


@lru_cache(maxsize=4)
def _fernets(keys: tuple[tuple[str, str], ...]) -> dict[str, Fernet]:
    return {key_id: Fernet(key.encode()) for key_id, key in keys}


def _keyring() -> dict[str, Fernet]:
    return _fernets(tuple(settings.VAULT_KEYS.items()))


def encrypt_text(text: str) -> str:
    """Return ``text`` sealed with the current key."""
    key_id, fernet = next(iter(_keyring().items()))
    return f"{key_id}:{fernet.encrypt(text.encode()).decode()}"


def decrypt_text(sealed: str) -> str:
    """Open a value written by :func:`encrypt_text`; raise `DecryptionError` when it cannot be."""
    key_id, _, token = sealed.partition(":")
    try:
        return _keyring()[key_id].decrypt(token.encode()).decode()
    except KeyError:
        raise DecryptionError(f"No vault key with id {key_id!r} is configured.") from None
    except InvalidToken:
        raise DecryptionError(f"A value sealed with vault key {key_id!r} was changed.") from None


def blind_index(word: str) -> str:
    """Return the keyed fingerprint (24 hex characters) under which ``word`` can be found.

    The key is not one of the vault's: whoever steals a dump can neither read nor guess words.
    """
    digest = hmac.new(settings.BLIND_INDEX_KEY.encode(), word.encode(), hashlib.sha256)
    return digest.hexdigest()[:24]


class EncryptedTextField(models.TextField):
    """Text that is ciphertext in the database and plain text in Python.

    Empty text and NULL stay what they are. Filtering by content is impossible and refused;
    to find somebody use the blind index.
    """

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt_text(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt_text(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be filtered by {lookup_name}.")
        return super().get_lookup(lookup_name)
