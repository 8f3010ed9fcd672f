"""What an export is made with, and what it says of itself."""

from dataclasses import dataclass
from typing import Protocol

from analysis.codebook import Codebook
from app.services.export_tables import StreamOf
from app.services.exported import Leaving
from app.services.exports import Wanted
from forms.schema import Library


@dataclass(frozen=True)
class Content:
    """One file or table, for the README: its name, how many rows, what each column is."""

    name: str
    count: int
    unit: str
    columns: dict[str, str]


class Writer(Protocol):
    """What an export is written by."""

    def add(self, leaving: Leaving) -> None:
        """Write one testimony."""

    def close(self) -> list[Content]:
        """End the files; return what they hold."""


@dataclass(frozen=True)
class Making:
    """What a writer needs."""

    wanted: Wanted
    library: Library
    codebook: Codebook
    stream_of: StreamOf
