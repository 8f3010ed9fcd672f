"""What a coder of a round is shown, and what they say: the words alone, sentence by sentence.

Nothing here reads what anybody else said, nor the pipeline.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from app.models import (
    AgreementRound,
    Answer,
    RoundCoder,
    RoundMark,
    RoundPassage,
    RoundUnit,
)
from app.services import agreement_rounds
from app.services.inserting import insert_into

AROUND = 400  # characters shown before and after what is coded of a long answer


class RoundClosedError(RuntimeError):
    """The round is not open: nothing can be said any more, or not yet."""


class NoSuchUnitError(LookupError):
    """The sentence is gone: its testimony was withdrawn or rewritten. Or it is of no such round."""


@dataclass(frozen=True)
class Sentence:
    """A sentence to code: `rank` from 1, its words, what stands before it that is not coded.

    `themes`: what this coder said; none when they have not seen it yet.
    """

    unit_id: int
    rank: int
    before: str
    words: str
    themes: Sequence[str] | None

    @property
    def is_seen(self) -> bool:
        return self.themes is not None


@dataclass(frozen=True)
class Sheet:
    """One passage for one coder. `number` of `total`: its place among those that are left."""

    position: int
    number: int
    total: int
    answer: Answer
    sentences: Sequence[Sentence]
    after: str
    previous: int | None
    following: int | None

    @property
    def done(self) -> int:
        return sum(each.is_seen for each in self.sentences)

    def sentence(self, rank: int) -> Sentence | None:
        """Return the sentence of this rank, or none."""
        return self.sentences[rank - 1] if 1 <= rank <= len(self.sentences) else None


def coder_of(session: Session, round_id: uuid.UUID, account_id: int) -> RoundCoder | None:
    """Return the coder of a round that this account is, or none."""
    return session.scalar(
        select(RoundCoder).where(
            RoundCoder.round_id == round_id, RoundCoder.account_id == account_id
        )
    )


def sheet(
    session: Session, round_: AgreementRound, coder: RoundCoder, position: int
) -> Sheet | None:
    """Return the passage at `position` as this coder sees it; none where there is none."""
    positions = list(
        session.scalars(
            select(RoundPassage.position)
            .where(RoundPassage.round_id == round_.id)
            .order_by(RoundPassage.position)
        )
    )
    if position not in positions:
        return None
    passage = session.scalars(
        select(RoundPassage)
        .where(RoundPassage.round_id == round_.id, RoundPassage.position == position)
        .options(joinedload(RoundPassage.answer).joinedload(Answer.testimony))
    ).one()
    at, text = positions.index(position), passage.answer.text or ""
    rows = session.execute(_units(passage.id, coder)).all()
    return Sheet(
        position=position,
        number=at + 1,
        total=len(positions),
        answer=passage.answer,
        sentences=_sentences(text, [(row[0], row[1]) for row in rows]),
        after=_cut_after(text[rows[-1][0].end :]) if rows else "",
        previous=positions[at - 1] if at else None,
        following=positions[at + 1] if at + 1 < len(positions) else None,
    )


def first_position(session: Session, coder: RoundCoder) -> int | None:
    """Return the position of the first passage that is left, or none."""
    query = select(func.min(RoundPassage.position))
    return session.scalar(query.where(RoundPassage.round_id == coder.round_id))


def first_unseen(session: Session, coder: RoundCoder) -> tuple[int, int] | None:
    """Return the position of the first passage not coded whole, and the rank of its sentence.

    None when this coder has said something of every sentence.
    """
    seen = select(RoundMark.unit_id).where(RoundMark.coder_id == coder.id)
    row = session.execute(
        select(RoundPassage.position, RoundUnit.passage_id, RoundUnit.start)
        .join(RoundUnit, RoundUnit.passage_id == RoundPassage.id)
        .where(RoundPassage.round_id == coder.round_id, RoundUnit.id.not_in(seen))
        .order_by(RoundPassage.position, RoundUnit.start)
        .limit(1)
    ).first()
    if row is None:
        return None
    earlier = select(RoundUnit.id).where(
        RoundUnit.passage_id == row.passage_id, RoundUnit.start < row.start
    )
    return row.position, len(session.scalars(earlier).all()) + 1


def awaiting(session: Session, testimony_id: uuid.UUID, account_id: int) -> AgreementRound | None:
    """Return the open round in which this account still has a sentence of a testimony to code.

    Until then it had better not see what others, or the pipeline, say of it. None where none is.
    """
    said = exists().where(RoundMark.unit_id == RoundUnit.id, RoundMark.coder_id == RoundCoder.id)
    query = (
        select(AgreementRound)
        .join(RoundCoder, RoundCoder.round_id == AgreementRound.id)
        .join(RoundPassage, RoundPassage.round_id == AgreementRound.id)
        .join(RoundPassage.answer)
        .join(RoundUnit, RoundUnit.passage_id == RoundPassage.id)
        .where(
            Answer.testimony_id == testimony_id,
            RoundCoder.account_id == account_id,
            AgreementRound.cut_at.is_not(None),
            AgreementRound.closed_at.is_(None),
            ~said,
        )
    )
    return session.scalar(query.order_by(AgreementRound.made_at).limit(1))


def mark(session: Session, coder: RoundCoder, unit_id: int, themes: Sequence[str]) -> None:
    """Keep what a coder says of a sentence: its themes, none of them if there are none.

    Said again, the later replaces the earlier. Raises RoundClosedError, NoSuchUnitError.
    """
    if not agreement_rounds.hold_open(session, coder.round_id):
        raise RoundClosedError(coder.round_id)
    is_there = session.scalar(
        select(RoundUnit.id)
        .join(RoundPassage, RoundPassage.id == RoundUnit.passage_id)
        .where(RoundUnit.id == unit_id, RoundPassage.round_id == coder.round_id)
    )
    if is_there is None:
        raise NoSuchUnitError(unit_id)
    said = {"themes": list(themes)}
    statement = insert_into(session, RoundMark).values(unit_id=unit_id, coder_id=coder.id, **said)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[RoundMark.unit_id, RoundMark.coder_id], set_=said
        )
    )


def _units(passage_id: int, coder: RoundCoder) -> Select[RoundUnit, RoundMark]:
    return (
        select(RoundUnit, RoundMark)
        .outerjoin(
            RoundMark, (RoundMark.unit_id == RoundUnit.id) & (RoundMark.coder_id == coder.id)
        )
        .where(RoundUnit.passage_id == passage_id)
        .order_by(RoundUnit.start)
        .execution_options(populate_existing=True)
    )


def _sentences(text: str, rows: Sequence[tuple[RoundUnit, RoundMark | None]]) -> list[Sentence]:
    told, found = 0, []
    for rank, (unit, said) in enumerate(rows, start=1):
        themes = said.themes if said is not None else None
        found.append(
            Sentence(unit.id, rank, text[told : unit.start], text[unit.start : unit.end], themes)
        )
        told = unit.end
    if found:
        found[0] = replace(found[0], before=_cut_before(found[0].before))
    return found


def _cut_before(text: str) -> str:
    return text if len(text) <= AROUND else f"[…] {text[-AROUND:]}"


def _cut_after(text: str) -> str:
    return text if len(text) <= AROUND else f"{text[:AROUND]} […]"
