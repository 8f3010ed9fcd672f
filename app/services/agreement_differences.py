"""Where coders of a closed round differ, side by side; and what a third person says of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Account,
    AgreementRound,
    Answer,
    RoundCoder,
    RoundMark,
    RoundPassage,
    RoundUnit,
    Settlement,
)
from app.models.base import now
from app.services import agreement_carrying, agreement_rounds
from app.services.inserting import insert_into

AROUND = 300  # characters shown on either side of a sentence


class NotSettlerError(PermissionError):
    """This account coded the round, and somebody else can settle it."""


class NoSuchDifferenceError(LookupError):
    """The sentence is gone, is of no closed round, or this theme was not asked of it."""


class Stage(StrEnum):
    """Which differences are looked at."""

    OPEN = "a-trancher"
    SETTLED = "tranches"
    ALL = "tous"


@dataclass(frozen=True)
class Disputed:
    """A theme on which coders differ: who said yes, who said no, and what was settled."""

    theme: str
    yes: Sequence[RoundCoder]
    no: Sequence[RoundCoder]
    settlement: Settlement | None


@dataclass(frozen=True)
class Difference:
    """A sentence of which coders do not say the same, with the words around it."""

    unit_id: int
    testimony_id: uuid.UUID
    reference: str
    answer: Answer
    before: str
    words: str
    after: str
    disputed: Sequence[Disputed]


@dataclass(frozen=True)
class Spotted:
    """A sentence of which coders do not say the same."""

    unit_id: int
    disputed: Sequence[Disputed]


def spot(
    session: Session,
    round_: AgreementRound,
    coders: Sequence[RoundCoder],
    *,
    theme: str = "",
    stage: Stage = Stage.ALL,
) -> list[Spotted]:
    """Return where these coders differ, in the order of the sample; of one theme, or of all."""
    query = (
        select(RoundUnit.id)
        .join(RoundPassage, RoundPassage.id == RoundUnit.passage_id)
        .where(RoundPassage.round_id == round_.id)
        .order_by(RoundPassage.position, RoundUnit.start)
    )
    said, settled = _said(session, coders), _settled(session, round_)
    themes = [theme] if theme else round_.themes
    found = []
    for unit_id in session.scalars(query):
        disputed = [
            each
            for each in _disputed(said.get(unit_id, {}), coders, themes, settled.get(unit_id, {}))
            if _is_at(each, stage)
        ]
        if disputed:
            found.append(Spotted(unit_id, disputed))
    return found


def show(session: Session, spotted: Sequence[Spotted]) -> list[Difference]:
    """Return differences with their words, in the order given; those withdrawn since left out."""
    query = (
        select(RoundUnit, RoundPassage)
        .join(RoundPassage, RoundPassage.id == RoundUnit.passage_id)
        .where(RoundUnit.id.in_([each.unit_id for each in spotted]))
        .options(joinedload(RoundPassage.answer).joinedload(Answer.testimony))
    )
    places = {unit.id: (unit, passage.answer) for unit, passage in session.execute(query)}
    return [
        _difference(*places[each.unit_id], each.disputed)
        for each in spotted
        if each.unit_id in places
    ]


def settlers(session: Session, round_: AgreementRound) -> list[int]:
    """Return the accounts that may settle a round: the researchers who did not code it.

    Where there is nobody else, whoever made it.
    """
    coded = {coder.account_id for coder in round_.coders}
    others = [each.id for each in agreement_rounds.researchers(session) if each.id not in coded]
    return others or ([round_.made_by_id] if round_.made_by_id is not None else [])


def settle(
    session: Session,
    round_: AgreementRound,
    unit_id: int,
    said: Mapping[str, bool | None],
    *,
    by: Account,
    carry: bool = False,
) -> int:
    """Keep what is settled of some themes of a sentence; none takes a settlement back.

    With `carry`, the testimony's codings are made to say so too; return how many changed.
    Raises NotSettlerError, NoSuchDifferenceError.
    """
    if by.id not in settlers(session, round_):
        raise NotSettlerError(by.id)
    row = session.execute(
        select(RoundUnit, RoundPassage.answer_id)
        .join(RoundPassage, RoundPassage.id == RoundUnit.passage_id)
        .where(RoundUnit.id == unit_id, RoundPassage.round_id == round_.id)
    ).first()
    if row is None or round_.closed_at is None or not said.keys() <= set(round_.themes):
        raise NoSuchDifferenceError(unit_id)
    for theme, is_given in said.items():
        _keep(session, unit_id, theme, is_given, by=by.id)
    if not carry:
        return 0
    unit, answer_id = row
    changed = 0
    for theme, is_given in said.items():
        if is_given is not None:
            span = (unit.start, unit.end)
            changed += agreement_carrying.carry(
                session, answer_id, theme, span, is_given=is_given, by=by.id
            )
            settled = session.get(Settlement, (unit_id, theme), populate_existing=True)
            assert settled is not None
            settled.is_carried = True
    session.flush()
    return changed


def _keep(session: Session, unit_id: int, theme: str, is_given: bool | None, *, by: int) -> None:
    if is_given is None:
        session.execute(
            delete(Settlement).where(Settlement.unit_id == unit_id, Settlement.theme == theme)
        )
        return
    new = {"is_given": is_given, "settled_by_id": by, "settled_at": now(), "is_carried": False}
    statement = insert_into(session, Settlement).values(unit_id=unit_id, theme=theme, **new)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Settlement.unit_id, Settlement.theme],
            set_=new,
            where=Settlement.is_given != is_given,  # said again, it changes nothing
        )
    )


def _said(session: Session, coders: Sequence[RoundCoder]) -> dict[int, dict[int, Sequence[str]]]:
    query = select(RoundMark.unit_id, RoundMark.coder_id, RoundMark.themes).where(
        RoundMark.coder_id.in_([coder.id for coder in coders])
    )
    found: dict[int, dict[int, Sequence[str]]] = {}
    for unit_id, coder_id, themes in session.execute(query):
        found.setdefault(unit_id, {})[coder_id] = themes
    return found


def _settled(session: Session, round_: AgreementRound) -> dict[int, dict[str, Settlement]]:
    query = (
        select(Settlement)
        .join(RoundUnit, RoundUnit.id == Settlement.unit_id)
        .join(RoundPassage, RoundPassage.id == RoundUnit.passage_id)
        .where(RoundPassage.round_id == round_.id)
        .options(joinedload(Settlement.settled_by))
        .execution_options(populate_existing=True)
    )
    found: dict[int, dict[str, Settlement]] = {}
    for each in session.scalars(query):
        found.setdefault(each.unit_id, {})[each.theme] = each
    return found


def _disputed(
    said: Mapping[int, Sequence[str]],
    coders: Sequence[RoundCoder],
    themes: Sequence[str],
    settled: Mapping[str, Settlement],
) -> list[Disputed]:
    seen = [coder for coder in coders if coder.id in said]
    found = []
    for theme in themes:
        yes = [coder for coder in seen if theme in said[coder.id]]
        if yes and len(yes) < len(seen):
            no = [coder for coder in seen if coder not in yes]
            found.append(Disputed(theme, yes, no, settled.get(theme)))
    return found


def _is_at(disputed: Disputed, stage: Stage) -> bool:
    return stage is Stage.ALL or (disputed.settlement is None) == (stage is Stage.OPEN)


def _difference(unit: RoundUnit, answer: Answer, disputed: Sequence[Disputed]) -> Difference:
    text = answer.text or ""
    before, after = text[: unit.start], text[unit.end :]
    return Difference(
        unit_id=unit.id,
        testimony_id=answer.testimony_id,
        reference=answer.testimony.reference,
        answer=answer,
        before=before if len(before) <= AROUND else f"[…] {before[-AROUND:]}",
        words=text[unit.start : unit.end],
        after=after if len(after) <= AROUND else f"{after[:AROUND]} […]",
        disputed=disputed,
    )
