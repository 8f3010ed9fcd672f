"""A testimony as it leaves: what is known of it, its words, and what stands on them."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from analysis.exchange.moves import Moves
from analysis.exchange.project import Coder
from app.models import QuotationDegree
from app.services.standings import State
from forms.schema import Value as Said


@dataclass(frozen=True)
class Margin:
    """A memo."""

    id: uuid.UUID
    words: str
    who: Coder | None
    written_at: datetime


@dataclass(frozen=True)
class Laid:
    """A coding as it stands, on the text that leaves."""

    id: uuid.UUID
    theme: str
    start: int
    end: int
    state: State
    who: Coder
    made_at: datetime
    origin: str
    score: float
    memos: tuple[Margin, ...] = ()


@dataclass(frozen=True)
class Told:
    """An answer in free words, as it leaves; `moves` lead from the words typed to it."""

    id: uuid.UUID
    question: str
    wording: str
    text: str
    moves: Moves
    codings: tuple[Laid, ...]


@dataclass(frozen=True)
class Leaving:
    """One testimony, as it leaves."""

    id: uuid.UUID
    reference: str
    slug: str
    version: int
    audience: str
    channel: str
    received_on: date
    tagged_by: str | None
    submission_key: str  # for a print of it; never written
    quotation: QuotationDegree | None
    values: dict[str, Said]
    variables: dict[str, str]
    told: tuple[Told, ...]
    team: tuple[str, ...]  # the voices of those who ask, in an interview
    forms: Mapping[str, str]  # what was replaced, words typed → pseudonym; empty as typed
    memos: tuple[Margin, ...] = ()

    @property
    def codings(self) -> Iterator[tuple[Told, Laid]]:
        """Give each coding with its answer, in reading order."""
        for told in self.told:
            for laid in told.codings:
                yield told, laid
