"""The figures of a closed round: how far its coders agree, counted on what is there today.

Nothing of them is stored: withdrawn, a testimony leaves the figures with its marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AgreementRound, Answer, RoundCoder, RoundMark, RoundPassage, RoundUnit

if TYPE_CHECKING:
    from analysis.agreement import Agreement


class Level(StrEnum):
    """What is compared: each sentence, or each answer (a theme is in one of its sentences)."""

    SENTENCES = "phrases"
    ANSWERS = "reponses"


@dataclass(frozen=True)
class Figures:
    """Agreement of some coders of a round, by theme and on all themes together."""

    level: Level
    coders: Sequence[RoundCoder]
    themes: "dict[str, Agreement]"
    overall: "Agreement"
    resamples: int


def measure(
    session: Session, round_: AgreementRound, coders: Sequence[RoundCoder], level: Level
) -> Figures:
    """Measure how far these coders agree, as far as the round is marked."""
    # Inside the function: numpy is for this page alone.
    import numpy as np  # noqa: PLC0415

    from analysis import agreement  # noqa: PLC0415
    from analysis.agreement.measuring import RESAMPLES  # noqa: PLC0415

    units = _units(session, round_)
    ratings: Any = np.full(
        (len(units), len(coders), len(round_.themes)), agreement.ABSENT, dtype=np.int8
    )
    rank_of = {unit_id: rank for rank, (unit_id, _, _) in enumerate(units)}
    theme_of = {theme: rank for rank, theme in enumerate(round_.themes)}
    coder_of = {coder.id: rank for rank, coder in enumerate(coders)}
    for unit_id, coder_id, themes in _marks(session, coders):
        said = ratings[rank_of[unit_id], coder_of[coder_id]]
        said[:] = 0
        said[[theme_of[theme] for theme in themes if theme in theme_of]] = 1
    testimonies = _ranks([testimony for _, _, testimony in units])
    clusters = np.array(testimonies, dtype=np.int64)
    if level is Level.ANSWERS:
        groups = np.array(_ranks([passage for _, passage, _ in units]), dtype=np.int64)
        firsts = np.unique(groups, return_index=True)[1]
        ratings, clusters = agreement.gather(ratings, groups), clusters[firsts]
    found = agreement.measure(ratings, clusters, seed=round_.seed)
    themes_found = dict(zip(round_.themes, found.questions, strict=True))
    return Figures(level, coders, themes_found, found.overall, RESAMPLES)


def _units(session: Session, round_: AgreementRound) -> list[tuple[int, int, object]]:
    query = (
        select(RoundUnit.id, RoundUnit.passage_id, Answer.testimony_id)
        .join(RoundPassage, RoundPassage.id == RoundUnit.passage_id)
        .join(RoundPassage.answer)
        .where(RoundPassage.round_id == round_.id)
        .order_by(RoundPassage.position, RoundUnit.start)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def _marks(session: Session, coders: Sequence[RoundCoder]) -> list[tuple[int, int, list[str]]]:
    query = select(RoundMark.unit_id, RoundMark.coder_id, RoundMark.themes).where(
        RoundMark.coder_id.in_([coder.id for coder in coders])
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def _ranks(names: Sequence[object]) -> list[int]:
    """Return the rank of each name among the names, in the order in which they first come."""
    known: dict[object, int] = {}
    return [known.setdefault(name, len(known)) for name in names]
