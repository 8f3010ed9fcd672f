"""A document before it is a file: what it says, block after block, for any of the three writers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of ours; `is_lead` for the sentence that opens a chapter, `is_note` for small print."""

    text: str
    is_lead: bool = False
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, exactly, and how they are signed."""

    text: str
    signature: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption, the heads of its columns, rows that begin with their own head."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A PNG, its caption, and what it shows for who does not see it; sizes in centimetres."""

    png: bytes = field(repr=False)
    caption: str
    description: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents stands here, with the titles of the first level or of two."""

    title: str = "Sommaire"
    depth: int = 2


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a page."""


Block: TypeAlias = Heading | Paragraph | Quote | Bullets | Table | Figure | Contents | PageBreak


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document: `lines` stand under its title.

    `is_compact`: small print and narrow margins, the title above the text rather than on a page.
    """

    title: str
    subtitle: str
    author: str
    made_on: date
    lines: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    blocks: Sequence[Block]
    is_compact: bool = False

    @property
    def headings(self) -> list[Heading]:
        return [each for each in self.blocks if isinstance(each, Heading)]


LANGUAGE = "fr-FR"
INK, QUIET, ACT, BAND = "241F2E", "5B5463", "4B2A78", "EEE9E1"
"""The house's colours, as legible on white paper."""
