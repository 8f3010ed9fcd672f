"""What was settled, said by a testimony's codings too: accepted, rejected, or laid by hand."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Answer, Coding, Verdict
from app.services import corrections, decisions, hand_codings, standings, testimonies
from app.services.bounds import BadBoundsError
from app.services.corrections import KEPT, Outcome
from app.services.passages import Span
from app.services.standings import State


def carry(
    session: Session,
    answer_id: uuid.UUID,
    theme: str,
    span: Span,
    *,
    is_given: bool,
    by: int,
) -> int:
    """Have the codings of an answer say that a sentence bears a theme, or not; return how many
    changed.

    A yes accepts what stands for the theme within the sentence, or lays it by hand; it leaves alone
    what somebody kept on words that meet it, or corrected into something else. A no rejects what
    stands for it within the sentence.
    """
    answer = session.get(Answer, answer_id)
    if answer is None or not testimonies.hold(session, answer.testimony_id):
        return 0
    within, is_kept = [], False
    for coding in _codings(session, answer_id):
        state, stands_for, start, end = standings.of(coding)
        if stands_for == theme and start < span[1] and span[0] < end:
            is_kept = is_kept or state in KEPT
            if span[0] <= start and end <= span[1]:
                within.append(coding)
    if is_given:
        return 0 if is_kept else _give(session, answer, within, theme, span, by)
    return _refuse(session, answer, within, by)


def _codings(session: Session, answer_id: uuid.UUID) -> list[Coding]:
    query = select(Coding).where(Coding.answer_id == answer_id).options(joinedload(Coding.decision))
    ordered = query.order_by(Coding.start, Coding.end, Coding.id)
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def _give(
    session: Session, answer: Answer, within: list[Coding], theme: str, span: Span, by: int
) -> int:
    if within:
        corrections.accept_as_it_stands(session, answer.testimony_id, within[0], by=by)
        return 1
    try:
        done = hand_codings.add(
            session, answer.testimony_id, answer.position, theme=theme, span=span, by=by
        )
    except (hand_codings.CorrectedElsewhereError, BadBoundsError):
        return 0
    return int(done.outcome is not Outcome.ALREADY)


def _refuse(session: Session, answer: Answer, within: list[Coding], by: int) -> int:
    standing = [each for each in within if standings.of(each)[0] is not State.REJECTED]
    for coding in standing:
        decisions.settle(session, answer.testimony_id, coding, Verdict.REJECTED, by=by)
    return len(standing)
