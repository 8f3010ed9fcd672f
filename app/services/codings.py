"""Codings: what the pipeline suggests for a testimony, written once and never over a decision."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.suggestions import Suggestion
from app.models import Answer, Coding, Decision, Testimony, Verdict
from app.services import digests, standings, testimonies, voices

STRONG, MEDIUM = 0.75, 0.55  # measured: of ten strong ones eight are right, of ten weak ones four


class Suggester(Protocol):
    """What reads passages: the built-in pipeline, or another with the same manners."""

    @property
    def origin(self) -> str:
        """Name and version, at most 80 characters: stamped on every coding."""

    def suggest(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, list[Suggestion]]]:
        """Give each passage back, in order, with its suggestions."""


def _always() -> bool:
    return True


def suggest(
    session: Session,
    suggester: Suggester,
    testimony_id: uuid.UUID,
    *,
    again: bool = False,
    is_in_use: Callable[[], bool] = _always,
    codebook: Codebook | None = None,
) -> int:
    """Have `suggester` read a testimony and store what it suggests; return how many are new.

    What it has already read it leaves alone, unless `again`: a codebook may have changed under the
    same version. In an interview, what the team says is not read. Nothing is added twice. What is
    suggested no more is removed, unless somebody decided on it. A testimony that is gone is left
    alone; so is one whose author changed its answers meanwhile, which waits to be read again.
    `is_in_use` is asked once all is read: what was replaced meanwhile writes nothing. By
    `codebook`, what is said of a merged theme is said of the one that stands, and of a retired one
    nothing new is stored, nothing removed.
    """
    testimony = session.get(Testimony, testimony_id)
    if testimony is None:
        return 0
    if testimony.tagged_by == suggester.origin and not again and not testimony.is_stale:
        return 0
    answers = [answer for answer in testimony.answers if answer.text]
    team = voices.team_of(testimony)
    passages = [
        Passage(
            id=str(answer.id),
            text=voices.heard(answer.text, team),
            question=answer.question_id,
            audience=testimony.audience,
        )
        for answer in answers
        if answer.text
    ]
    answered = {answer.id for answer in testimony.answers}
    read = list(suggester.suggest(passages))  # it takes long: nothing is locked meanwhile
    if not _still_says(session, testimony_id, answered) or not is_in_use():
        return 0
    added = 0
    for answer, (_, suggestions) in zip(answers, read, strict=True):
        kept = suggestions if codebook is None else _standing(suggestions, codebook)
        retired = codebook.retired if codebook else frozenset()
        added += _store(session, answer, kept, origin=suggester.origin, retired=retired)
    testimony.tagged_by, testimony.is_stale = suggester.origin, False
    digests.draw(session, testimony_id)
    return added


def _still_says(session: Session, testimony_id: uuid.UUID, answered: set[uuid.UUID]) -> bool:
    """Lock a testimony, and say whether its answers are still these: an amended one has others."""
    if not testimonies.hold(session, testimony_id):
        return False
    query = select(Answer.id).where(Answer.testimony_id == testimony_id)
    return set(session.scalars(query)) == answered


def _standing(suggestions: Sequence[Suggestion], codebook: Codebook) -> list[Suggestion]:
    """Return suggestions of themes in use alone, the strongest of each theme and span."""
    found: dict[tuple[str, int, int], Suggestion] = {}
    for each in suggestions:
        theme = codebook.resolve(each.theme)
        place = (theme, each.start, each.end)
        if theme not in codebook.retired and (
            place not in found or each.score > found[place].score
        ):
            found[place] = replace(each, theme=theme)
    return list(found.values())


def _store(
    session: Session,
    answer: Answer,
    suggestions: Sequence[Suggestion],
    *,
    origin: str,
    retired: frozenset[str],
) -> int:
    # The testimony is held: a decision taken while it was being read is seen here.
    query = select(Coding).where(Coding.answer_id == answer.id).options(joinedload(Coding.decision))
    kept = {
        (coding.theme, coding.start, coding.end): coding
        for coding in session.scalars(query.execution_options(populate_existing=True))
    }
    # What a correction holds stands already: suggested at last, it is not laid a second time.
    held = {standings.of(coding)[1:] for coding in kept.values() if coding.decision is not None}
    added = 0
    for suggestion in suggestions:
        place = (suggestion.theme, suggestion.start, suggestion.end)
        coding = kept.pop(place, None)
        if coding is None and place in held:
            continue
        if coding is None:
            coding = Coding(
                answer=answer, theme=suggestion.theme, start=suggestion.start, end=suggestion.end
            )
            session.add(coding)
            added += 1
        elif coding.decision is not None or coding.is_by_hand:
            continue
        coding.score = suggestion.score
        coding.evidence = [evidence.as_dict() for evidence in suggestion.evidence]
        coding.origin = origin
    for outdated in kept.values():
        is_settled = outdated.decision is not None or outdated.is_by_hand
        if not is_settled and outdated.theme not in retired:
            session.delete(outdated)
    return added


def of_testimony(session: Session, testimony_id: uuid.UUID) -> Sequence[Coding]:
    """Return a testimony's codings in reading order, each with its decision."""
    query = (
        select(Coding)
        .join(Coding.answer)
        .where(Answer.testimony_id == testimony_id)
        .options(joinedload(Coding.decision).joinedload(Decision.decided_by))
        .order_by(Answer.position, Coding.start, Coding.theme)
    )
    return session.scalars(query).all()


def verdicts(session: Session, testimonies: Select[uuid.UUID]) -> dict[Verdict | None, int]:
    """Return how many codings of these testimonies bear each verdict; none: still proposed."""
    query = (
        select(Decision.verdict, func.count(Coding.id))
        .select_from(Coding)
        .join(Coding.answer)
        .outerjoin(Coding.decision)
        .where(Answer.testimony_id.in_(testimonies))
        .group_by(Decision.verdict)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def confidence(score: float) -> str:
    """Return a score in words: « forte », « moyenne » or « faible »."""
    if score >= STRONG:
        return "forte"
    return "moyenne" if score >= MEDIUM else "faible"
