"""How far the decisions on a testimony are, and which one to read over next; read from digests."""

import struct
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from app.models import Digest, Facet, Testimony
from app.services import digests
from app.services.testimonies import Filters, matching

BATCH = 500


@dataclass(frozen=True)
class Progress:
    """How many of a testimony's excerpts are to decide, kept (as proposed or not), rejected."""

    waiting: int
    kept: int
    rejected: int

    @property
    def total(self) -> int:
        return self.waiting + self.kept + self.rejected


def of(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Progress]:
    """Return how far each of these testimonies is."""
    query = select(Digest.testimony_id, Digest.themes).where(Digest.testimony_id.in_(list(ids)))
    return {row[0]: _progress(_counts(row[1])) for row in session.execute(query)}


def next_to_review(
    session: Session, filters: Filters, *, after: Testimony | None = None
) -> uuid.UUID | None:
    """Return the first testimony after `after` that has something to decide; none if no other has.

    In the order of the list of those that pass `filters`, from its beginning once at its end. With
    a theme looked for, what waits is of this theme.
    """
    facet = _facet(session, filters.theme)
    if filters.theme and facet is None:
        return None
    for begins_at in (after, None) if after else (None,):
        for testimony_id, packed in _in_turn(session, filters, begins_at):
            if after is not None and testimony_id == after.id:
                return None
            counts = _counts(packed)
            if facet is not None:
                counts = {name: each for name, each in counts.items() if name == facet}
            if _progress(counts).waiting:
                return testimony_id
    return None


def _facet(session: Session, theme: str) -> int | None:
    query = select(Facet.id).where(Facet.name == digests.THEME, Facet.value == theme)
    return session.scalar(query) if theme else None


def _in_turn(
    session: Session, filters: Filters, after: Testimony | None
) -> Iterator[tuple[uuid.UUID, bytes]]:
    """Give the testimonies after one, and their digests, a batch at a time from where it stopped.

    One without a digest waits to be counted: it is given none.
    """
    columns = (Testimony.id, Digest.themes, Testimony.received_on, Testimony.reference)
    query = (
        matching(filters)
        .outerjoin(Digest, Digest.testimony_id == Testimony.id)
        .with_only_columns(*columns)
    )
    last: tuple[Any, str] | None = (after.received_on, after.reference) if after else None
    while True:
        batch: Sequence[Any] = session.execute(_later(query, last).limit(BATCH)).all()
        for row in batch:
            yield row[0], row[1] or b""
        if len(batch) < BATCH:
            return
        last = (batch[-1][2], batch[-1][3])


def _later(query: Any, last: tuple[Any, str] | None) -> Any:
    if last is None:
        return query
    return query.where(
        tuple_(literal(last[0]), Testimony.reference)
        > tuple_(Testimony.received_on, literal(last[1]))
    )


def _counts(packed: bytes) -> Mapping[int, Sequence[int]]:
    return {theme: counts for theme, *counts in struct.iter_unpack("<4i", packed)}


def _progress(counts: Mapping[int, Sequence[int]]) -> Progress:
    waiting, kept, rejected = (sum(each[at] for each in counts.values()) for at in range(3))
    return Progress(waiting, kept, rejected)
