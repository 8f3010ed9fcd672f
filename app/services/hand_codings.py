"""What people lay by hand: a theme on words that no pipeline proposed it for."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import BY_HAND, Answer, Coding, Decision, Verdict
from app.services import bounds, codings_log, corrections, decisions, memos, testimonies
from app.services.corrections import Done, Outcome
from app.services.decisions import NoSuchCodingError
from app.services.passages import Span


class NoSuchAnswerError(LookupError):
    """The answer is gone: its testimony was withdrawn or amended."""


class CorrectedElsewhereError(Exception):
    """This very suggestion was made, and corrected into something else: its place is taken."""

    def __init__(self, coding: Coding) -> None:
        super().__init__(coding.id)
        self.coding = coding


def add(
    session: Session,
    testimony_id: uuid.UUID,
    position: int,
    *,
    theme: str,
    span: Span,
    by: int | None,
) -> Done:
    """Lay `theme` on `span` of the answer at `position`.

    Where a coding stands for it already, it is accepted as it is. Raises NoSuchAnswerError,
    BadBoundsError, CorrectedElsewhereError.
    """
    if not testimonies.hold(session, testimony_id):
        raise NoSuchAnswerError(position)
    query = select(Answer).where(Answer.testimony_id == testimony_id, Answer.position == position)
    answer = session.scalar(query.execution_options(populate_existing=True))
    if answer is None or not answer.text:
        raise NoSuchAnswerError(position)
    span = bounds.checked(answer.text, span)
    there = corrections.standing_for(session, answer, theme, span)
    if there is not None:
        change = corrections.accept_as_it_stands(session, testimony_id, there, by=by)
        return Done(Outcome.ACCEPTED if change else Outcome.ALREADY, there)
    if (taken := _laid(session, answer, theme, span)) is not None:
        raise CorrectedElsewhereError(taken)
    coding = _made(answer.id, theme, span)
    coding.decision = Decision(verdict=Verdict.ACCEPTED, decided_by_id=by)
    session.add(coding)
    session.flush()
    after = codings_log.standing(coding)
    codings_log.write(session, testimony_id, coding.id, before=None, after=after, by=by)
    return Done(Outcome.ADDED, coding)


def _made(answer_id: uuid.UUID, theme: str, span: Span) -> Coding:
    return Coding(
        id=uuid.uuid4(),
        answer_id=answer_id,
        theme=theme,
        start=span[0],
        end=span[1],
        score=1.0,
        evidence=[],
        origin=BY_HAND,
        is_by_hand=True,
    )


def _laid(session: Session, answer: Answer, theme: str, span: Span) -> Coding | None:
    return session.scalar(
        select(Coding).where(
            Coding.answer_id == answer.id,
            Coding.theme == theme,
            Coding.start == span[0],
            Coding.end == span[1],
        )
    )


def remove(
    session: Session,
    testimony_id: uuid.UUID,
    coding_id: uuid.UUID,
    *,
    by: int | None,
    seen: str | None = None,
) -> None:
    """Take off what was laid by hand, its memos too; undone, all of it is back.

    Raises NoSuchCodingError, ChangedMeanwhileError.
    """
    coding = decisions.held(session, testimony_id, coding_id)
    if not coding.is_by_hand:
        raise NoSuchCodingError(coding_id)
    decisions.as_seen(coding, seen)
    before = codings_log.standing(coding) | {"memos": memos.kept(session, coding_id)}
    take_off(session, coding)
    codings_log.write(session, testimony_id, coding_id, before=before, after=None, by=by)


def take_off(session: Session, coding: Coding) -> None:
    """Delete a coding with its decision and its memos."""
    memos.forget(session, coding.id)
    if coding.decision is not None:
        session.delete(coding.decision)
    session.delete(coding)
    session.flush()


def put_back(session: Session, coding_id: uuid.UUID, stood: codings_log.Standing) -> Coding:
    """Lay again what was taken off, as it stood but for its decision."""
    theme, start, end = stood["laid"]
    coding = _made(uuid.UUID(stood["answer"]), theme, (start, end))
    coding.id = coding_id
    session.add(coding)
    session.flush()
    return coding
