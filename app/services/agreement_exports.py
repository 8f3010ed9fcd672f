"""A closed round as tables to take away: every mark, every figure. Never the words of anybody."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    AgreementRound,
    Answer,
    RoundCoder,
    RoundMark,
    RoundPassage,
    RoundUnit,
    Settlement,
    Testimony,
)
from app.services import agreement_figures
from app.services.agreement_figures import Figures, Level
from app.services.table_exports import Cell

if TYPE_CHECKING:
    from analysis.agreement import Agreement

MARK_TITLES = (
    "Témoignage",
    "Profil",
    "Question",
    "Réponse n°",
    "Phrase",
    "Début",
    "Fin",
    "Thème",
)
FIGURE_TITLES = ("Niveau", "Thème", "Unités", "Témoignages")
COEFFICIENTS = {
    "positive": "Accord positif",
    "kappa": "Kappa de Cohen",
    "alpha": "Alpha de Krippendorff",
    "ac2": "AC2 de Gwet",
    "observed": "Accord observé",
}
YES, NO, UNSEEN = 1, 0, ""
DECIMALS = 4
Name = Callable[[RoundCoder], str]


def marks(
    session: Session, round_: AgreementRound, *, name: Name, themes: Mapping[str, str]
) -> Iterator[list[Cell]]:
    """Give a row for each sentence and theme, titles first: 1 for yes, 0 for no, empty if unseen.

    Places are in code points of the answer, the end left out; `themes`: id → what it is called.
    """
    yield [*MARK_TITLES, *_names(round_.coders, name), "Tranché"]
    said: dict[int, dict[int, Sequence[str]]] = {}
    coder_ids = [coder.id for coder in round_.coders]
    for mark in session.scalars(select(RoundMark).where(RoundMark.coder_id.in_(coder_ids))):
        said.setdefault(mark.unit_id, {})[mark.coder_id] = mark.themes
    settled = {
        (each.unit_id, each.theme): YES if each.is_given else NO
        for each in session.scalars(
            select(Settlement)
            .join(RoundUnit, RoundUnit.id == Settlement.unit_id)
            .join(RoundPassage, RoundPassage.id == RoundUnit.passage_id)
            .where(RoundPassage.round_id == round_.id)
        )
    }
    for unit, place in _units(session, round_):
        here = said.get(unit.id, {})
        for theme in round_.themes:
            yield [
                *place,
                themes.get(theme, theme),
                *(_said(here.get(coder_id), theme) for coder_id in coder_ids),
                settled.get((unit.id, theme), UNSEEN),
            ]


def figures(
    session: Session,
    round_: AgreementRound,
    coders: Sequence[RoundCoder],
    *,
    name: Name,
    themes: Mapping[str, str],
) -> Iterator[list[Cell]]:
    """Give a row for each theme at each level, and for all together, titles first.

    Each coefficient in three columns, its value and its bounds at 95 %; then why one is missing.
    """
    named = _names(coders, name)
    yield [
        *FIGURE_TITLES,
        *(f"Oui, {each}" for each in named),
        *(
            f"{title}{column}"
            for title in COEFFICIENTS.values()
            for column in ("", ", borne basse", ", borne haute")
        ),
        "Remarques",
    ]
    for level, label in ((Level.SENTENCES, "phrases"), (Level.ANSWERS, "réponses")):
        found = agreement_figures.measure(session, round_, coders, level)
        for title, agreement in _named(found, themes):
            yield [label, title, *_row(agreement)]


def _named(found: Figures, themes: Mapping[str, str]) -> Iterator[tuple[str, "Agreement"]]:
    for theme, agreement in found.themes.items():
        yield themes.get(theme, theme), agreement
    yield "Tous les thèmes", found.overall


def _row(agreement: "Agreement") -> list[Cell]:
    cells: list[Cell] = [agreement.units, agreement.testimonies, *agreement.given]
    remarks = []
    for field, title in COEFFICIENTS.items():
        estimate = getattr(agreement, field)
        cells += [_number(each) for each in (estimate.value, estimate.low, estimate.high)]
        if estimate.reason:
            missing = "" if estimate.value is None else " sans intervalle"
            remarks.append(f"{title}{missing} : {estimate.reason}")
    return [*cells, " ; ".join(remarks)]


def _number(value: float | None) -> Cell:
    return "" if value is None else round(value, DECIMALS) or 0.0  # never « -0 »


def _said(themes: Sequence[str] | None, theme: str) -> Cell:
    if themes is None:
        return UNSEEN
    return YES if theme in themes else NO


def _names(coders: Sequence[RoundCoder], name: Name) -> list[str]:
    return [f"{chr(ord('A') + rank)} {name(coder)}" for rank, coder in enumerate(coders)]


def _units(session: Session, round_: AgreementRound) -> Iterator[tuple[RoundUnit, list[Cell]]]:
    query = (
        select(RoundUnit, RoundPassage.position, Answer.question_id, Testimony)
        .join(RoundPassage, RoundPassage.id == RoundUnit.passage_id)
        .join(RoundPassage.answer)
        .join(Answer.testimony)
        .where(RoundPassage.round_id == round_.id)
        .order_by(RoundPassage.position, RoundUnit.start)
    )
    position, rank = 0, 0
    for unit, here, question, testimony in session.execute(query):
        rank = rank + 1 if here == position else 1
        position = here
        place = (here, rank, unit.start, unit.end)
        yield unit, [testimony.reference, testimony.audience, question, *place]
