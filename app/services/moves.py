"""Excerpts of one theme moved to another, by what they contain or one by one, as corrections.

A move is a person's word: what was only proposed is decided by it, and stays when the testimony is
read again.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from app.models import Answer, Coding, Testimony
from app.services import corrections, decisions, standings
from app.services.standings import State
from app.services.words import Span, contains, find, words_of

PAGE_SIZE = 50
MOST = 1_000  # excerpts moved at once


@dataclass(frozen=True)
class Movable:
    """An excerpt of a theme, as it is offered to be moved."""

    coding_id: uuid.UUID
    testimony_id: uuid.UUID
    reference: str
    audience: str
    state: State
    place: tuple[int, int]  # the answer's position, the first character
    text: str
    found: Sequence[Span]  # where the words that were looked for stand


def count(session: Session, theme: str, words: str = "") -> int:
    """Return how many excerpts of a theme stand, and contain these words."""
    query = select(func.count(Coding.id)).join(Coding.answer).outerjoin(Coding.decision)
    return session.scalar(query.where(*_wanted(theme, words))) or 0


def page(session: Session, theme: str, words: str = "", *, number: int = 1) -> list[Movable]:
    """Return a page of the excerpts of a theme that stand and contain these words."""
    query = (
        select(Coding)
        .where(Coding.id.in_(ids(session, theme, words, most=PAGE_SIZE, number=number)))
        .options(joinedload(Coding.decision))
        .options(joinedload(Coding.answer).joinedload(Answer.testimony))
    )
    found = [_movable(coding, words) for coding in session.scalars(query)]
    return sorted(found, key=lambda each: (each.reference, each.place))


def ids(
    session: Session, theme: str, words: str = "", *, most: int = MOST, number: int = 1
) -> list[uuid.UUID]:
    """Return the excerpts of a theme that stand and contain these words, `most` a page."""
    query = (
        select(Coding.id)
        .join(Coding.answer)
        .join(Answer.testimony)
        .outerjoin(Coding.decision)
        .where(*_wanted(theme, words))
        .order_by(Testimony.reference, Answer.position, Coding.start, Coding.id)
    )
    return list(session.scalars(query.limit(most).offset((number - 1) * most)))


def move(
    session: Session, coding_ids: Iterable[uuid.UUID], *, of: str, into: str, by: int | None
) -> int:
    """Have these excerpts stand for another theme, by the account `by`; return how many did.

    What no longer stands for `of` (somebody else has decided meanwhile) is left alone. Where an
    excerpt of the other theme stands on the same words, the two become that one.
    """
    moved = 0
    query = (
        select(Answer.testimony_id, Coding.id)
        .join(Coding, Coding.answer_id == Answer.id)
        .where(Coding.id.in_(list(coding_ids)[:MOST]))
        .order_by(Answer.testimony_id, Coding.id)
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for testimony_id, coding_id in session.execute(query):
        found.setdefault(testimony_id, []).append(coding_id)
    for testimony_id, its in found.items():  # always in one order: no two wait for each other
        moved += sum(_move(session, testimony_id, each, of, into, by) for each in its)
    return moved


def _wanted(theme: str, words: str) -> list[ColumnElement[bool]]:
    return [standings.bears(theme), *(_says(word) for word in words_of(words))]


def _says(word: str) -> ColumnElement[bool]:
    """Return the condition that an excerpt contains a folded word."""
    length = standings.end() - standings.start()
    return contains(func.substr(Answer.text, standings.start() + 1, length), word)


def _movable(coding: Coding, words: str) -> Movable:
    state, _, start, end = standings.of(coding)
    text = (coding.answer.text or "")[start:end]
    testimony = coding.answer.testimony
    return Movable(
        coding.id,
        testimony.id,
        testimony.reference,
        testimony.audience,
        state,
        (coding.answer.position, start),
        text,
        find(text, words_of(words)),
    )


def _move(
    session: Session,
    testimony_id: uuid.UUID,
    coding_id: uuid.UUID,
    of: str,
    into: str,
    by: int | None,
) -> bool:
    try:
        coding = decisions.held(session, testimony_id, coding_id)
    except decisions.NoSuchCodingError:
        return False
    state, theme, *span = standings.of(coding)
    if theme != of or state == State.REJECTED:
        return False
    place = (span[0], span[1])
    corrections.correct(session, testimony_id, coding_id, theme=into, span=place, by=by)
    return True
