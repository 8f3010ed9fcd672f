"""Corrections: another theme, other bounds, or both, held instead of what was laid."""

import enum
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Answer, Coding, CodingChange, Decision, Verdict
from app.services import bounds, decisions, standings
from app.services.decisions import NOTHING_ELSE
from app.services.passages import Span
from app.services.standings import State

KEPT = (State.ACCEPTED, State.CORRECTED)


class Outcome(enum.StrEnum):
    """What became of what was asked."""

    CORRECTED = "corrected"
    ADDED = "added"
    ACCEPTED = "accepted"  # it is what was proposed
    ALREADY = "already"  # it stands so already: nothing changed
    JOINED = "joined"  # another coding stands for it: that one is accepted, this one rejected


@dataclass(frozen=True)
class Done:
    """What was done, and the coding that now stands for what was asked."""

    outcome: Outcome
    coding: Coding


def correct(
    session: Session,
    testimony_id: uuid.UUID,
    coding_id: uuid.UUID,
    *,
    theme: str,
    span: Span,
    by: int | None,
    seen: str | None = None,
) -> Done:
    """Hold `theme` on `span` instead of what a coding says; its suggestion stays beside.

    Two codings never stand for the same: where another one does, it is accepted and this one
    rejected. Raises NoSuchCodingError, ChangedMeanwhileError, BadBoundsError.
    """
    coding = decisions.held(session, testimony_id, coding_id)
    span = bounds.checked(coding.answer.text or "", span)
    state, *stood = standings.of(coding)
    if stood == [theme, *span] and state in KEPT:
        return Done(Outcome.ALREADY, coding)
    decisions.as_seen(coding, seen)
    other = standing_for(session, coding.answer, theme, span, but=coding)
    if other is not None:
        return _join(session, testimony_id, coding, other, by=by)
    if (coding.theme, coding.start, coding.end) == (theme, *span):
        decisions.settle(session, testimony_id, coding, Verdict.ACCEPTED, by=by)
        return Done(Outcome.ACCEPTED, coding)
    moved: tuple[int | None, int | None] = span
    if span == (coding.start, coding.end):
        moved = (None, None)
    held = (theme if theme != coding.theme else None, *moved)
    decisions.settle(session, testimony_id, coding, Verdict.CORRECTED, by=by, held=held)
    return Done(Outcome.CORRECTED, coding)


def _join(
    session: Session, testimony_id: uuid.UUID, coding: Coding, other: Coding, *, by: int | None
) -> Done:
    accepted = accept_as_it_stands(session, testimony_id, other, by=by)
    decisions.settle(session, testimony_id, coding, Verdict.REJECTED, by=by, along=accepted)
    return Done(Outcome.JOINED, other)


def accept_as_it_stands(
    session: Session, testimony_id: uuid.UUID, coding: Coding, *, by: int | None
) -> CodingChange | None:
    """Accept a coding of a testimony that is held; none where it was kept already."""
    state, *_ = standings.of(coding)
    if state in KEPT:
        return None
    return decisions.settle(
        session, testimony_id, coding, Verdict.ACCEPTED, by=by, held=NOTHING_ELSE
    )


def standing_for(
    session: Session, answer: Answer, theme: str, span: Span, *, but: Coding | None = None
) -> Coding | None:
    """Return the coding that stands for `theme` on `span` of an answer, or stood when rejected."""
    start, end = span
    # By the words on which each was laid, then among the few that were moved: both by an index.
    laid = select(Coding.id).where(
        Coding.answer_id == answer.id, Coding.start == start, Coding.end == end
    )
    moved = (
        select(Coding.id)
        .join(Coding.decision)
        .where(Decision.start == start, Decision.end == end, Coding.answer_id == answer.id)
    )
    query = (
        select(Coding)
        .where(Coding.id.in_([*session.scalars(laid), *session.scalars(moved)]))
        .options(joinedload(Coding.decision))
        .order_by(Coding.id)
    )
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    standing = [
        each
        for each in found
        if each is not but and standings.of(each)[1:] == (theme, span[0], span[1])
    ]
    return standing[0] if standing else None
