"""The digests of the testimonies that pass some filters, read at once, as a board of numbers.

One statement reads them; numbers do the rest, but for words, which only the database can look
for.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import psycopg
from sqlalchemy import Engine, Select, event, select
from sqlalchemy.orm import Session

from analysis.board import DAY, Board, Dimension, Mask, State
from analysis.lazy_numpy import np
from app.models import Digest, Facet, Testimony
from app.services import digests, filters
from app.services.excerpts import State as Word
from app.services.filters import UNSAID, VARIABLES, Filters

AS_BYTES = "recueil_as_bytes"
CHUNK = 500  # fewer than wake Python's collector
STATES: Mapping[str, State] = {
    "": "standing",
    Word.STANDING: "standing",
    Word.PROPOSED: "proposed",
    Word.KEPT: "kept",
    Word.REJECTED: "rejected",
}


def read(
    session: Session,
    wanted: Filters,
    *,
    is_ordered: bool = False,
    without: Sequence[uuid.UUID] = (),
) -> Board:
    """Return the board of the testimonies that pass `wanted`, in no order, or always in the same.

    Those of `without` are left out. A state alone narrows nothing: it says which excerpts are
    counted. Digests that are still to be drawn are left out (`digest_sweeps.count_missing`).
    """
    pairs = {id_: (name, value) for id_, name, value in session.execute(_FACETS)}
    query = select(Digest.facets, Digest.themes)
    if wanted.words:
        passing = filters.conditions(Filters(words=wanted.words))
        query = query.join(Testimony, Testimony.id == Digest.testimony_id).where(*passing)
    if without:
        query = query.where(Digest.testimony_id.not_in(without))
    if is_ordered:
        query = query.order_by(Digest.testimony_id)
    board = Board.read(pairs, _rows(session, query))
    mask = _passing(board, wanted)
    return board if mask is None else board.only(mask)


def _rows(session: Session, query: Select[bytes, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the rows as the driver gives them, a few at once: SQLAlchemy's own cost twice that."""
    asked = query.execution_options(**{AS_BYTES: True})
    cursor = session.connection().execute(asked).cursor
    assert cursor is not None
    while rows := cursor.fetchmany(CHUNK):
        yield from rows
    cursor.close()


@event.listens_for(Engine, "before_cursor_execute")
def _ask_for_bytes(
    _connection: Any, cursor: Any, _statement: str, _values: Any, context: Any, _many: bool
) -> None:
    """Have PostgreSQL send bytes as they are: written in hexadecimal, they take twice the time."""
    is_asked = context is not None and context.execution_options.get(AS_BYTES)
    if is_asked and isinstance(cursor, psycopg.Cursor):
        cursor.format = psycopg.pq.Format.BINARY


_FACETS = select(Facet.id, Facet.name, Facet.value)


def _passing(board: Board, wanted: Filters) -> "Mask | None":
    """Return which testimonies pass, or none where nothing narrows."""
    masks = [
        board.dimension(name).is_value("" if value == UNSAID else value)
        for name, value in (
            (digests.AUDIENCE, wanted.audience),
            (digests.CHANNEL, wanted.channel),
            *((name, getattr(wanted, field)) for field, name in VARIABLES.items()),
        )
        if value
    ]
    if wanted.questionnaire:
        masks.append(board.dimension(digests.QUESTIONNAIRE, slug).is_value(wanted.questionnaire))
    if wanted.since or wanted.until:
        masks.append(_between(board.dimension(DAY), wanted.since, wanted.until))
    masks.extend(board.bears(theme, STATES[wanted.state]) for theme in wanted.themes)
    return np.logical_and.reduce(masks) if masks else None


def _between(days: Dimension, since: date | None, until: date | None) -> Mask:
    first, last = (since or date.min).isoformat(), (until or date.max).isoformat()
    inside = np.array([first <= day <= last for day in days.values] + [False])
    return np.asarray(inside[days.codes])


def slug(questionnaire: str) -> str:
    """Return the name of a questionnaire, whatever its version: « elu » for « elu.v2 »."""
    return questionnaire.rpartition(".v")[0]
