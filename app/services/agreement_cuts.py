"""The cutting of a round's sample into sentences, by the worker, and the pipeline's own reading."""

import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, joinedload

from analysis.corpus import Passage
from app.models import (
    AgreementRound,
    Answer,
    RoundCoder,
    RoundMark,
    RoundPassage,
    RoundUnit,
)
from app.models.base import now
from app.services import agreement_rounds, voices
from app.services.codings import Suggester

LONGEST = 40  # sentences of one passage: of a longer answer, as many on end, drawn at random

Span: TypeAlias = tuple[int, int]
Splitter: TypeAlias = Callable[[str], Sequence[Span]]


@dataclass(frozen=True)
class _Cut:
    """A passage's sentences, each with the themes that the pipeline finds in it."""

    passage_id: int
    answer_id: uuid.UUID
    testimony_id: uuid.UUID
    units: Sequence[tuple[Span, list[str]]]


def cut(session: Session, round_id: uuid.UUID, suggester: Suggester, sentences: Splitter) -> bool:
    """Cut a round that waits for it; say whether it was ours to cut.

    `sentences` gives the spans of a text's sentences, those by which the suggester reads. The turns
    of the team in an interview are no one's testimony: they are left out.
    """
    round_ = session.get(AgreementRound, round_id)
    if round_ is None or round_.cut_at is not None:
        return False
    read = _read(
        session, round_, suggester, sentences
    )  # it takes long: nothing is locked meanwhile
    if not _claim(session, round_id):
        return False
    there = set(session.scalars(select(RoundPassage.id).where(RoundPassage.round_id == round_id)))
    kept = [each for each in read if each.passage_id in there and each.units]
    _forget_empty(session, round_id, {each.passage_id for each in kept})
    pipeline = RoundCoder(round_id=round_id, rank=len(round_.coders), is_pipeline=True)
    session.add(pipeline)
    session.flush()
    for each in kept:
        _store(session, each, pipeline.id)
    left = agreement_rounds.remaining(session, round_)
    session.refresh(round_)
    round_.read_by = suggester.origin
    round_.drawn_testimonies, round_.drawn_answers = left.testimonies, left.answers
    round_.drawn_units = left.units
    session.flush()
    return True


def _claim(session: Session, round_id: uuid.UUID) -> bool:
    """Say whether the round is ours: of two workers, one writes."""
    claimed = session.execute(
        update(AgreementRound)
        .where(AgreementRound.id == round_id, AgreementRound.cut_at.is_(None))
        .values(cut_at=now())
        .execution_options(synchronize_session=False)
    )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def _read(
    session: Session, round_: AgreementRound, suggester: Suggester, sentences: Splitter
) -> list[_Cut]:
    query = (
        select(RoundPassage)
        .where(RoundPassage.round_id == round_.id)
        .options(joinedload(RoundPassage.answer).joinedload(Answer.testimony))
        .order_by(RoundPassage.position)
    )
    passages = list(session.scalars(query))
    texts = [
        Passage(
            id=str(each.id),
            text=voices.heard(each.answer.text or "", voices.team_of(each.answer.testimony)),
            question=each.answer.question_id,
            audience=each.answer.testimony.audience,
        )
        for each in passages
    ]
    cuts = []
    for passage, (text, found) in zip(passages, suggester.suggest(texts), strict=True):
        spans = _window(
            [
                span
                for span in sentences(text.text)
                if any(map(str.isalnum, text.text[slice(*span)]))
            ],
            f"{round_.seed}:{passage.position}",
        )
        laid = [(each.theme, each.start, each.end) for each in found]
        units = [(span, _themes(span, laid, round_.themes)) for span in spans]
        cuts.append(_Cut(passage.id, passage.answer_id, passage.answer.testimony_id, units))
    return cuts


def _window(spans: Sequence[Span], seed: str) -> Sequence[Span]:
    first = random.Random(seed).randrange(max(1, len(spans) - LONGEST + 1))  # noqa: S311 -- no secret
    return spans[first : first + LONGEST]


def _themes(span: Span, laid: Sequence[tuple[str, int, int]], wanted: Sequence[str]) -> list[str]:
    here = {theme for theme, start, end in laid if start < span[1] and span[0] < end}
    return [theme for theme in wanted if theme in here]


def _forget_empty(session: Session, round_id: uuid.UUID, kept: set[int]) -> None:
    """Erase the passages in which nobody but the team speaks, or nothing is a word."""
    for passage in session.scalars(select(RoundPassage).where(RoundPassage.round_id == round_id)):
        if passage.id not in kept:
            session.delete(passage)
    session.flush()


def _store(session: Session, cut_: _Cut, pipeline_id: int) -> None:
    rows = [
        {"passage_id": cut_.passage_id, "start": start, "end": end}
        for (start, end), _ in cut_.units
    ]
    ids = session.scalars(
        insert(RoundUnit).returning(RoundUnit.id, sort_by_parameter_order=True), rows
    ).all()
    marks = [
        {"unit_id": unit_id, "coder_id": pipeline_id, "themes": themes}
        for unit_id, (_, themes) in zip(ids, cut_.units, strict=True)
    ]
    session.execute(insert(RoundMark), marks)
