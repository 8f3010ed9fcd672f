"""Quotations: passages chosen for a guide's chapter, by places, and what is done with them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager

from app.models import Act, Answer, Quotation, Testimony
from app.models.base import today
from app.services import audit, testimonies
from app.services.guide_names import Names
from app.services.quotable import Desk, RefusedError, Why
from guides import ellipsis
from guides.ellipsis import NothingLeftError, Span
from guides.schema import Kind

LONGEST_NOTE = 2000


class GoneError(LookupError):
    """The testimony, its answer or the chosen passage is not there any more."""


class AlreadyChosenError(ValueError):
    """The same passage is in this chapter already, for the same thing."""


@dataclass(frozen=True)
class Choice:
    """What somebody chooses: where it goes, what is left out."""

    guide: str
    chapter: str
    kind: Kind
    start: int
    end: int
    cuts: tuple[Span, ...] = ()
    is_unplaced: bool = False
    note: str | None = None


def check(desk: Desk, answer: Answer, choice: Choice) -> None:
    """Say no to what may not be quoted. Raises RefusedError, GoneError."""
    if (why := desk.refusal(answer.testimony)) is not None:
        raise RefusedError(why)
    if not 0 <= choice.start < choice.end <= len(answer.text or ""):
        raise GoneError
    try:
        desk.text(answer, choice.start, choice.end, choice.cuts)
    except NothingLeftError:
        raise RefusedError(Why.EMPTY) from None


def choose(
    session: Session, names: Names, answer_id: uuid.UUID, choice: Choice, *, by: int | None
) -> Quotation:
    """Put a passage into a chapter, at its end. Raises RefusedError, GoneError, AlreadyChosenError.

    The testimony is held: a consent taken back at the same instant comes before, or after.
    """
    answer = held(session, answer_id)
    check(Desk(session, names), answer, choice)
    same = _same(session, answer_id, choice)
    if same is not None and same.removed_on is None:
        raise AlreadyChosenError
    made = same or Quotation(answer_id=answer_id, start=choice.start, end=choice.end)
    made.position = _last(session, choice) + 1
    made.chosen_by_id, made.chosen_on, made.removed_on = by, today(), None
    _write(made, choice)
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise AlreadyChosenError from None
    audit.record(session, Act.QUOTATION_CHOSEN, answer.testimony_id, by=by)
    return made


def change(session: Session, names: Names, quotation: Quotation, choice: Choice) -> None:
    """Change what is left out of a chosen passage, or where it goes. Raises as `choose` does."""
    answer = held(session, quotation.answer_id)
    check(Desk(session, names), answer, choice)
    same = _same(session, answer.id, choice)
    if same is not None and same.id != quotation.id:
        raise AlreadyChosenError
    if (quotation.guide, quotation.chapter, quotation.kind) != _where(choice):
        quotation.position = _last(session, choice) + 1
    _write(quotation, choice)
    quotation.start, quotation.end = choice.start, choice.end
    session.flush()


def _write(quotation: Quotation, choice: Choice) -> None:
    quotation.guide, quotation.chapter, quotation.kind = _where(choice)
    cuts = ellipsis.normal(choice.cuts, choice.start, choice.end)
    quotation.cuts = [list(cut) for cut in cuts]
    quotation.is_unplaced, quotation.note = choice.is_unplaced, choice.note or None


def _where(choice: Choice) -> tuple[str, str, Kind]:
    return choice.guide, choice.chapter, choice.kind


def _of(choice: Choice) -> tuple[ColumnElement[bool], ...]:
    return (
        Quotation.guide == choice.guide,
        Quotation.chapter == choice.chapter,
        Quotation.kind == choice.kind,
    )


def _same(session: Session, answer_id: uuid.UUID, choice: Choice) -> Quotation | None:
    query = select(Quotation).where(
        *_of(choice),
        Quotation.answer_id == answer_id,
        Quotation.start == choice.start,
        Quotation.end == choice.end,
    )
    return session.scalar(query)


def _last(session: Session, choice: Choice) -> int:
    return session.scalar(select(func.max(Quotation.position)).where(*_of(choice))) or 0


def held(session: Session, answer_id: uuid.UUID) -> Answer:
    """Lock the testimony of an answer, and return the answer as it is then. Raises GoneError."""
    owner = session.scalar(select(Answer.testimony_id).where(Answer.id == answer_id))
    if owner is None or not testimonies.hold(session, owner):
        raise GoneError
    session.expire_all()
    answer = session.get(Answer, answer_id)
    if answer is None:
        raise GoneError
    return answer


def find(session: Session, quotation_id: uuid.UUID) -> Quotation | None:
    """Return a chosen passage, taken off or not."""
    return session.scalar(_loaded().where(Quotation.id == quotation_id))


def of(
    session: Session, guide: str, chapter: str | None = None, *, removed: bool = False
) -> Sequence[Quotation]:
    """Return what was chosen for a guide, or a chapter of it, in order; or what was taken off."""
    query = _loaded().where(
        Quotation.guide == guide,
        Quotation.removed_on.is_not(None) if removed else Quotation.removed_on.is_(None),
    )
    if chapter is not None:
        query = query.where(Quotation.chapter == chapter)
    return session.scalars(query.order_by(Quotation.position, Quotation.id)).all()


def of_testimony(session: Session, testimony_id: uuid.UUID) -> Sequence[Quotation]:
    """Return every passage of a testimony that was chosen, whatever for, taken off or not."""
    query = _loaded().where(Answer.testimony_id == testimony_id)
    return session.scalars(query.order_by(Answer.position, Quotation.start)).all()


def _loaded() -> Select[Quotation]:
    own = contains_eager(Quotation.answer).joinedload(Answer.testimony)
    return (
        select(Quotation)
        .join(Quotation.answer)
        .options(
            own.selectinload(Testimony.answers),
            own.selectinload(Testimony.consents),
            own.selectinload(Testimony.variables),
        )
    )


def move(session: Session, quotation: Quotation, *, up: bool) -> bool:
    """Put a passage before, or after, its neighbour of the same kind; say whether it had one."""
    row = [
        each
        for each in of(session, quotation.guide, quotation.chapter)
        if each.kind is quotation.kind
    ]
    place = next((n for n, each in enumerate(row) if each.id == quotation.id), -1)
    other = place - 1 if up else place + 1
    if place < 0 or not 0 <= other < len(row):
        return False
    row[place], row[other] = row[other], row[place]
    for number, each in enumerate(row, start=1):
        each.position = number
    session.flush()
    return True


def take_off(session: Session, quotation: Quotation) -> None:
    """Take a passage off its chapter; it can be put back."""
    quotation.removed_on = today()
    audit.record(session, Act.QUOTATION_DROPPED, quotation.answer.testimony_id)
    session.flush()


def put_back(session: Session, quotation: Quotation) -> None:
    """Put a passage back into its chapter."""
    quotation.removed_on = None
    audit.record(session, Act.QUOTATION_CHOSEN, quotation.answer.testimony_id)
    session.flush()
