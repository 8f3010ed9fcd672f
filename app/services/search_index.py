"""The index of words: written with the answers, in the same transaction, and erased with them.

Whoever writes a testimony's answers calls `write`. What is not indexed yet, or was cut by another
version of `stems`, `missing` finds: `flask setup` and the worker index it.
"""

import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, exists, insert, select, text
from sqlalchemy.orm import Session

from app.models import Answer, SearchPart
from app.services import stems

PART = 256  # words: past its 256th place, a tsvector forgets where a word stands
OVERLAP = 50  # words: no phrase that can be asked is longer
_NOT_PLAIN = re.compile(r"[^a-z0-9]")


def write(session: Session, testimony_id: uuid.UUID) -> None:
    """Index a testimony's answers in free words anew; the testimony is held, or was just made."""
    session.flush()
    mine = select(Answer.id).where(Answer.testimony_id == testimony_id)
    session.execute(delete(SearchPart).where(SearchPart.answer_id.in_(mine)))
    written = mine.add_columns(Answer.text).where(Answer.text.is_not(None))
    found = session.execute(written).all()
    parts = [row for answer_id, text_ in found for row in rows(testimony_id, answer_id, text_)]
    if parts:
        session.execute(insert(SearchPart), parts)


def rows(testimony_id: uuid.UUID, answer_id: uuid.UUID, written: str) -> Iterator[dict[str, Any]]:
    """Give the parts of a text, that cover it all: one at least, which may have no word."""
    tokens = stems.tokens(written)
    for first in range(0, max(1, len(tokens) - OVERLAP), PART - OVERLAP):
        words = tokens[first : first + PART]
        following = tokens[first + PART : first + PART + 1]
        yield {
            "answer_id": answer_id,
            "testimony_id": testimony_id,
            "start": words[0].start if first else 0,
            "end": following[0].start if following else len(written),
            "method": stems.METHOD,
            "words": [encoded(token.word) for token in words],
            "stems": [encoded(token.stem) for token in words if token.stem is not None],
        }


def encoded(word: str) -> str:
    """Return a folded word in the only signs that both databases take as they are."""
    if word.isalnum() and word.isascii():  # nearly all: folded, they have no capital
        return word
    return _NOT_PLAIN.sub(lambda sign: f"_{ord(sign.group()):x}_", word)


def missing(session: Session) -> Sequence[uuid.UUID]:
    """Return the testimonies that bear an answer that is not indexed as it would be now."""
    indexed = exists().where(SearchPart.answer_id == Answer.id, SearchPart.method == stems.METHOD)
    query = select(Answer.testimony_id).where(Answer.text.is_not(None), ~indexed).distinct()
    return session.scalars(query.order_by(Answer.testimony_id)).all()


def scrub(session: Session) -> None:
    """Leave nothing in SQLite's index of what was erased: it keeps erased words until it is merged.

    To be called once answers were erased for good. PostgreSQL forgets them as it does any row.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))
