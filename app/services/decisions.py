"""Decisions: what people say of suggestions, and what can be learnt from it."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from analysis import labelled
from analysis.corpus import Passage
from app.models import Answer, Coding, CodingChange, Decision, Testimony, Verdict
from app.models.base import now
from app.services import codings_log, lessons, testimonies, voices

ONE_IN = 5  # testimonies held apart: never learnt from, they measure what was learnt

Held: TypeAlias = tuple[str | None, int | None, int | None]  # theme, start, end
NOTHING_ELSE: Held = (None, None, None)


class NoSuchCodingError(LookupError):
    """The suggestion is gone: its testimony was withdrawn, amended, or read again."""


class ChangedMeanwhileError(Exception):
    """The coding no longer stands as it was seen: somebody decided on it since."""

    def __init__(self, coding: Coding) -> None:
        super().__init__(coding.id)
        self.coding = coding


@dataclass(frozen=True)
class Lesson:
    """What was decided, as labelled answers: those to learn from, and those held apart."""

    learnt: Sequence[labelled.Answer]
    apart: Sequence[labelled.Answer]


@dataclass(frozen=True)
class Counted:
    """How many decisions there are to learn from, and held apart."""

    learnt: int
    apart: int

    @property
    def total(self) -> int:
        return self.learnt + self.apart


def decide(
    session: Session,
    testimony_id: uuid.UUID,
    coding_id: uuid.UUID,
    verdict: Verdict | None,
    *,
    by: int | None,
    seen: str | None = None,
) -> Coding:
    """Keep what the account `by` says of a suggestion; none takes the decision back.

    A later decision replaces an earlier one; said again, it changes nothing. It takes its turn with
    whoever reads the testimony again. `seen`: how the coding stood on the page where this was
    decided (codings_log.sight). What a person laid is taken off, not decided anew
    (hand_codings.remove). Raises NoSuchCodingError, ChangedMeanwhileError.
    """
    coding = held(session, testimony_id, coding_id)
    kept = coding.decision
    if (kept.verdict if kept else None) == verdict:
        return coding
    as_seen(coding, seen)
    if verdict is None and coding.is_by_hand:
        raise NoSuchCodingError(coding_id)
    settle(session, testimony_id, coding, verdict, by=by)
    return coding


def held(session: Session, testimony_id: uuid.UUID, coding_id: uuid.UUID) -> Coding:
    """Lock a testimony; return one of its codings, as it stands. Raises NoSuchCodingError."""
    if not testimonies.hold(session, testimony_id):
        raise NoSuchCodingError(coding_id)
    query = (
        select(Coding)
        .join(Coding.answer)
        .where(Coding.id == coding_id, Answer.testimony_id == testimony_id)
        .options(joinedload(Coding.decision))
    )
    coding = session.scalar(query.execution_options(populate_existing=True))
    if coding is None:
        raise NoSuchCodingError(coding_id)
    return coding


def as_seen(coding: Coding, seen: str | None) -> None:
    """Raise ChangedMeanwhileError unless a coding stands as it was seen, if anything was."""
    if seen is not None and seen != codings_log.sight_of(coding):
        raise ChangedMeanwhileError(coding)


def settle(
    session: Session,
    testimony_id: uuid.UUID,
    coding: Coding,
    verdict: Verdict | None,
    *,
    by: int | None,
    held: Held = NOTHING_ELSE,
    along: CodingChange | None = None,
) -> CodingChange:
    """Write a decision on a coding of a testimony that is held, and log it.

    `held`: the theme, the start and the end that a correction holds instead.
    """
    before, kept = codings_log.standing(coding), coding.decision
    if verdict is None:
        coding.decision = None
    elif kept is None:
        coding.decision = Decision(verdict=verdict, decided_by_id=by)
    else:
        kept.verdict, kept.decided_by_id, kept.decided_at = verdict, by, now()
    if kept is not None and verdict is None:
        session.delete(kept)
    if coding.decision is not None:
        coding.decision.theme, coding.decision.start, coding.decision.end = held
    session.flush()
    after = codings_log.standing(coding)
    return codings_log.write(
        session, testimony_id, coding.id, before=before, after=after, by=by, along=along
    )


def is_apart(testimony_id: uuid.UUID) -> bool:
    """Say whether a testimony is held apart: always the same ones, about one in ONE_IN.

    No version has ever learnt from them, so that any two can be compared on them.
    """
    return hashlib.sha256(testimony_id.bytes).digest()[0] % ONE_IN == 0


def count(session: Session) -> Counted:
    """Return how many decisions there are."""
    query = (
        select(Answer.testimony_id, func.count())
        .select_from(Decision)
        .join(Decision.coding)
        .join(Coding.answer)
        .group_by(Answer.testimony_id)
    )
    counts = {True: 0, False: 0}
    for testimony_id, number in session.execute(query):
        counts[is_apart(testimony_id)] += number
    return Counted(counts[False], counts[True])


def count_since(session: Session, moment: datetime | None) -> int:
    """Return how many decisions were taken since a moment: all of them when there is none."""
    query = select(func.count()).select_from(Decision)
    if moment is not None:
        query = query.where(Decision.decided_at > moment)
    return session.scalar(query) or 0


def lesson(session: Session) -> Lesson:
    """Return all that was decided, the testimonies held apart on their own."""
    found: tuple[list[labelled.Answer], list[labelled.Answer]] = ([], [])
    for testimony_id, answer in _answers(session):
        found[is_apart(testimony_id)].append(answer)
    return Lesson(learnt=found[False], apart=found[True])


def size(answers: Sequence[labelled.Answer]) -> int:
    """Return how many pairs of a sentence and a theme were decided in labelled answers."""
    return sum(len(each.judged or ()) for answer in answers for each in answer.sentences)


def _answers(session: Session) -> Iterator[tuple[uuid.UUID, labelled.Answer]]:
    query = (
        select(Testimony)
        .where(
            Testimony.id.in_(
                select(Answer.testimony_id)
                .join(Coding, Coding.answer_id == Answer.id)
                .join(Decision, Decision.coding_id == Coding.id)
            )
        )
        .order_by(Testimony.id)
    )
    from analysis.components.splitting import sentences_of  # noqa: PLC0415 - it loads spaCy

    decided = _decided(session)
    for testimony in session.scalars(query):
        team = voices.team_of(testimony)
        for answer in testimony.answers:
            if answer.text and decided[answer.id]:
                passage = Passage(
                    id=str(answer.id),
                    text=voices.heard(answer.text, team),
                    question=answer.question_id,
                    audience=testimony.audience,
                )
                sentences = lessons.taught(passage.text, decided[answer.id], split=sentences_of)
                yield testimony.id, labelled.Answer(str(testimony.id), passage, sentences)


def _decided(session: Session) -> dict[uuid.UUID, list[Coding]]:
    query = select(Coding).join(Coding.decision).options(joinedload(Coding.decision))
    decided: dict[uuid.UUID, list[Coding]] = defaultdict(list)
    for coding in session.scalars(query.order_by(Coding.start, Coding.end, Coding.theme)):
        decided[coding.answer_id].append(coding)
    return decided
