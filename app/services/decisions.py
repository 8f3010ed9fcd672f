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
from app.models import Answer, Coding, Decision, Testimony, Verdict
from app.models.base import now
from app.services import testimonies, voices

ONE_IN = 5  # testimonies held apart: never learnt from, they measure what was learnt

Span: TypeAlias = tuple[int, int]


class NoSuchCodingError(LookupError):
    """The suggestion is gone: its testimony was withdrawn, amended, or read again."""


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
) -> Coding:
    """Keep what the account `by` says of a suggestion; none takes the decision back.

    A later decision replaces an earlier one; said again, it changes nothing. It takes its turn with
    whoever reads the testimony again. Raises NoSuchCodingError.
    """
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
    kept = coding.decision
    if verdict is None and kept is not None:
        session.delete(kept)
        coding.decision = None
    elif verdict is not None and kept is None:
        coding.decision = Decision(verdict=verdict, decided_by_id=by)
    elif kept is not None and verdict is not None and kept.verdict != verdict:
        kept.verdict, kept.theme, kept.decided_by_id, kept.decided_at = verdict, None, by, now()
    session.flush()
    return coding


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
                sentences = _sentences(decided[answer.id])
                yield testimony.id, labelled.Answer(str(testimony.id), passage, sentences)


def _decided(session: Session) -> dict[uuid.UUID, list[Coding]]:
    query = select(Coding).join(Coding.decision).options(joinedload(Coding.decision))
    decided: dict[uuid.UUID, list[Coding]] = defaultdict(list)
    for coding in session.scalars(query.order_by(Coding.start, Coding.end, Coding.theme)):
        decided[coding.answer_id].append(coding)
    return decided


def _sentences(codings: Sequence[Coding]) -> tuple[labelled.Sentence, ...]:
    """Return the spans decided on; where two decisions disagree on a theme, the yes stands."""
    given: dict[Span, set[str]] = defaultdict(set)
    judged: dict[Span, set[str]] = defaultdict(set)
    for coding in codings:
        span, decision = (coding.start, coding.end), coding.decision
        assert decision is not None
        judged[span].add(coding.theme)
        if decision.verdict == Verdict.ACCEPTED:
            given[span].add(coding.theme)
        elif decision.verdict == Verdict.CORRECTED and decision.theme:
            given[span].add(decision.theme)
            judged[span].add(decision.theme)
    return tuple(
        labelled.Sentence(*span, frozenset(given[span]), frozenset(judged[span]))
        for span in sorted(judged)
    )
