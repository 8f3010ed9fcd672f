"""What a backup says of itself: what it holds, and which keys it needs."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

FORMAT = 1
DIGITS = 16


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing that was saved: the database, or a file of the instance."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The fingerprints of an installation's keys: never the keys, which nothing gives back."""

    secret_key: str
    data_keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds. `tables` gives the rows of each, in the one moment that was saved."""

    made_at: str
    dialect: str
    revision: str
    keys: Keys
    tables: Mapping[str, int]
    parts: tuple[Part, ...]
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def rows(self) -> int:
        return sum(self.tables.values())

    def written(self) -> bytes:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False).encode()

    @classmethod
    def read(cls, written: bytes) -> "Manifest":
        """Raises ValueError, KeyError or TypeError for what is no manifest of this format."""
        given = json.loads(written)
        if given["format"] != FORMAT:
            raise ValueError(given["format"])
        keys = given.pop("keys")
        return cls(
            **given
            | {
                "keys": Keys(secret_key=keys["secret_key"], data_keys=tuple(keys["data_keys"])),
                "parts": tuple(Part(**each) for each in given["parts"]),
            }
        )


def fingerprint(key: str) -> str:
    """Return what tells a key from another (16 hexadecimal digits) and does not give it back."""
    return hashlib.sha256(b"recueil key " + key.encode()).hexdigest()[:DIGITS]


def keys_of(secret_key: str, data_keys: Sequence[str]) -> Keys:
    """Return the fingerprints of these keys, the newest first."""
    return Keys(
        secret_key=fingerprint(secret_key),
        data_keys=tuple(fingerprint(each) for each in data_keys),
    )
