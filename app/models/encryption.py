"""Columns that a stolen database cannot be read from: who people are, and unfinished answers.

Text is encrypted with the newest of `DATA_KEYS` and read with any of them (MultiFernet, so that
keys can be rotated). An encrypted address is found again by a keyed hash of its canonical form.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Dialect, LargeBinary, TypeDecorator


class KeyRing:
    """The keys of this process, newest first."""

    def __init__(self) -> None:
        self._fernet: MultiFernet | None = None
        self._hash_keys: list[bytes] = []

    def configure(self, keys: Sequence[str]) -> None:
        """Take `keys` (Fernet keys, newest first) into use."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._hash_keys = [self._hash_key(key) for key in keys]

    @staticmethod
    def _hash_key(key: str) -> bytes:
        """Derive a key of its own for look-ups, so that one key never serves two purposes."""
        return hmac.digest(base64.urlsafe_b64decode(key), b"recueil look-up", hashlib.sha256)

    def salts(self, purpose: bytes) -> list[bytes]:
        """Return a salt for `purpose` under each key, the newest first."""
        return [hmac.digest(key, purpose, hashlib.sha256) for key in self._hash_keys]

    def encrypt(self, text: str) -> bytes:
        return self._cipher.encrypt(text.encode())

    def decrypt(self, token: bytes) -> str:
        return self._cipher.decrypt(token).decode()

    def fingerprint(self, text: str) -> str:
        """Return the keyed hash (64 hexadecimal digits) that `text` is found again by."""
        return hmac.new(self._hash_keys[0], text.encode(), hashlib.sha256).hexdigest()

    def fingerprints(self, text: str) -> list[str]:
        """Return the hash under each key, for rows written before a rotation."""
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in self._hash_keys]

    @property
    def _cipher(self) -> MultiFernet:
        if self._fernet is None:
            raise RuntimeError("the key ring is used before it is configured")
        return self._fernet


key_ring = KeyRing()


class EncryptedText(TypeDecorator[str]):
    """Text that the database only ever sees encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else key_ring.encrypt(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else key_ring.decrypt(bytes(value))
