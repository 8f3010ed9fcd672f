"""One moment of a database: its bytes, to be read once, and what is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

NOTHING = "La base de données est vide\u00a0: il n’y a rien à sauvegarder."


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """`tables` gives the rows of each, and `revision` Alembic's, in the very moment saved."""

    stream: IO[bytes]
    tables: Mapping[str, int]
    revision: str
