"""Cues tried on the testimonies before they are saved: the real reader, with these cues alone.

Loads spaCy: only the worker imports it, inside what it does.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from analysis import codebook_edits, cue_lines, models
from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.pipeline import Tagger
from analysis.suggestions import Suggestion
from app.models import CodebookDraft, Coding, Testimony
from app.services import standings, voices
from app.services.codebooks import Grid

SAMPLES = 12
SECONDS = 20.0  # what somebody waits for; beyond, what was read by then is told
BATCH = 100  # testimonies

Found = tuple[uuid.UUID, uuid.UUID, Suggestion]  # testimony, answer, what is found there


def count(
    session: Session, draft: CodebookDraft, grid: Grid, *, seconds: float = SECONDS
) -> dict[str, Any]:
    """Return what a trial's cues would tag: excerpts, testimonies, and the places of a dozen.

    Testimonies are read in the order of their ids, which is no order of theirs: what was read when
    time is up is a sample of them all.
    """
    tagger = _tagger(grid, draft)
    known = _known(session, grid.codebook.resolve(draft.theme) if draft.theme else "")
    until, read, new = time.monotonic() + seconds, 0, 0
    total = session.scalar(select(func.count()).select_from(Testimony)) or 0
    found: list[Found] = []
    for testimonies in _batches(session):
        if read and time.monotonic() > until:
            break
        for each in _suggested(tagger, testimonies):
            found.append(each)
            new += (each[1], each[2].start, each[2].end) not in known
        read += len(testimonies)
    return {
        "excerpts": len(found),
        "new": new,
        "testimonies": len({testimony_id for testimony_id, *_ in found}),
        "read": read,
        "total": total,
        "samples": [_place(each) for each in _samples(found)],
    }


@cache
def _nlp() -> Any:
    return models.untaught()


def _tagger(grid: Grid, draft: CodebookDraft) -> Tagger:
    """Return what reads with the draft's cues, as a theme of their own, and the grid's notions."""
    notions = codebook_edits.notions(grid.raw)
    theme: dict[str, Any] = {
        "id": "essai",
        "famille": grid.codebook.families[0].id,
        "libelle": "Essai",
        "definition": "Essai",
    }
    for key in ("indices", "indices_faibles"):
        if cues := cue_lines.parse(str(draft.content.get(key, "")), notions):
            theme[key] = cues
    raw = {key: value for key, value in grid.raw.items() if key != "fusions"} | {"themes": [theme]}
    codebook = Codebook.parse(codebook_edits.dump(raw), Path("essai.yml"))
    return Tagger(codebook, models.Model(_nlp(), models.CUES, "1"))


def _known(session: Session, theme: str) -> set[tuple[uuid.UUID, int, int]]:
    """Return the places that bear the theme already."""
    query = (
        select(Coding.answer_id, standings.start(), standings.end())
        .outerjoin(Coding.decision)
        .where(standings.bears(theme))
    )
    return {(row[0], row[1], row[2]) for row in session.execute(query)}


def _batches(session: Session) -> Iterator[Sequence[Testimony]]:
    query = select(Testimony).options(selectinload(Testimony.answers)).order_by(Testimony.id)
    last: uuid.UUID | None = None
    while True:
        following = query if last is None else query.where(Testimony.id > last)
        testimonies = session.scalars(following.limit(BATCH)).all()
        if not testimonies:
            return
        last = testimonies[-1].id
        yield testimonies


def _suggested(tagger: Tagger, testimonies: Sequence[Testimony]) -> Iterator[Found]:
    answers = [
        (testimony, answer, voices.heard(answer.text, voices.team_of(testimony)))
        for testimony in testimonies
        for answer in testimony.answers
        if answer.text
    ]
    passages = (
        Passage(str(answer.id), text, answer.question_id, testimony.audience)
        for testimony, answer, text in answers
    )
    for (testimony, answer, _), (_, suggestions) in zip(
        answers, tagger.suggest(passages), strict=True
    ):
        for suggestion in suggestions:
            yield testimony.id, answer.id, suggestion


def _samples(found: Sequence[Found]) -> list[Found]:
    """Return a dozen finds, of as many testimonies as can be."""
    firsts: dict[uuid.UUID, Found] = {}
    others = []
    for each in found:
        if firsts.setdefault(each[0], each) is not each:
            others.append(each)
    return [*firsts.values(), *others][:SAMPLES]


def _place(found: Found) -> dict[str, Any]:
    testimony_id, answer_id, suggestion = found
    return {
        "testimony": testimony_id.hex,
        "answer": answer_id.hex,
        "start": suggestion.start,
        "end": suggestion.end,
        "marks": sorted({(each.start, each.end) for each in suggestion.evidence}),
    }
