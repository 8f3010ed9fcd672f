"""Columns that a stolen database cannot be read from: who people are, and unfinished answers.

Text is encrypted with the newest of `DATA_KEYS` and read with any of them (MultiFernet, so that
keys can be rotated). An encrypted address is found again by a keyed hash of its canonical form.
Hashes whose text nobody has (codes, refusals) outlive the key they were made with: the key of
look-ups that was drawn from it is kept, encrypted (`models.look_up_keys`).
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, LargeBinary, TypeDecorator


class KeyRing:
    """The keys of this process, newest first."""

    def __init__(self) -> None:
        self._fernets: list[Fernet] = []
        self._fernet: MultiFernet | None = None
        self._hash_keys: list[bytes] = []
        self._earlier: Callable[[], Sequence[bytes] | None] | None = None
        self.names: list[str] = []

    def configure(
        self, keys: Sequence[str], earlier: Callable[[], Sequence[bytes] | None] | None = None
    ) -> None:
        """Take `keys` (Fernet keys, newest first) into use.

        `earlier` gives the look-up keys of keys put away, when first needed; it is asked until it
        gives some, or says that there are none.
        """
        self._fernets = [Fernet(key) for key in keys]
        self._fernet = MultiFernet(self._fernets)
        self._hash_keys = [self._derived(key, b"recueil look-up") for key in keys]
        self._earlier = earlier
        self.names = [self._derived(key, b"recueil name").hex()[:8] for key in keys]

    @staticmethod
    def _derived(key: str, purpose: bytes) -> bytes:
        """Derive a key of its own for look-ups, so that one key never serves two purposes."""
        return hmac.digest(base64.urlsafe_b64decode(key), purpose, hashlib.sha256)

    def look_up_keys(self) -> Mapping[str, bytes]:
        """Return the look-up key of each key but the newest, by the name of the key."""
        return dict(zip(self.names[1:], self._hash_keys[1 : len(self.names)], strict=True))

    def _every_hash_key(self) -> list[bytes]:
        """Return the look-up keys of this process, then those of keys put away."""
        earlier = self._earlier() if self._earlier is not None else None
        if earlier is not None:
            known = self._hash_keys
            self._hash_keys = [*known, *(key for key in earlier if key not in known)]
            self._earlier = None
        return self._hash_keys

    def salts(self, purpose: bytes) -> list[bytes]:
        """Return a salt for `purpose` under each key, the newest first."""
        return [hmac.digest(key, purpose, hashlib.sha256) for key in self._every_hash_key()]

    def encrypt(self, text: str) -> bytes:
        return self._cipher.encrypt(text.encode())

    def decrypt(self, token: bytes) -> str:
        return self._cipher.decrypt(token).decode()

    def key_of(self, token: bytes) -> int | None:
        """Return the place of the key that opens this, 0 for the newest; None when none does."""
        for place, fernet in enumerate(self._fernets):
            try:
                fernet.decrypt(token)
            except InvalidToken:
                continue
            return place
        return None

    def renew(self, token: bytes) -> bytes:
        """Return what this holds, encrypted with the newest key; the time in it stays."""
        return self._cipher.rotate(token)

    def fingerprint(self, text: str) -> str:
        """Return the keyed hash (64 hexadecimal digits) that `text` is found again by."""
        return hmac.new(self._hash_keys[0], text.encode(), hashlib.sha256).hexdigest()

    def fingerprints(self, text: str) -> list[str]:
        """Return the hash under each key, for rows written before a rotation."""
        keys = self._every_hash_key()
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in keys]

    def fingerprints_here(self, text: str) -> list[str]:
        """Return the hash under each key of this process; the database is not asked."""
        keys = self._hash_keys[: len(self.names)]
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in keys]

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
