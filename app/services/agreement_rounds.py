"""Rounds of blind coding: drawn, cut into sentences by the worker, coded, then closed.

The pipeline reads the sample when it is cut, by the version then in use, and its reading is kept
aside as one more coder's: what it learns later, even from these very texts, changes nothing here.
"""

import random
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import (
    Account,
    AgreementRound,
    Answer,
    Role,
    RoleName,
    RoundCoder,
    RoundMark,
    RoundPassage,
    RoundUnit,
    Testimony,
)
from app.models.base import now
from app.services.filters import Filters, conditions

MOST_ANSWERS = 2_000
SEEDS = 2**31


class NothingToDrawError(ValueError):
    """No answer in free words passes the filters."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a round will be; `coders` are ids of accounts, two at least."""

    title: str
    size: int
    themes: Sequence[str]
    coders: Sequence[int]
    filters: Filters


@dataclass(frozen=True)
class Progress:
    """How many of a round's sentences somebody has coded."""

    coder: RoundCoder
    done: int
    total: int

    @property
    def is_over(self) -> bool:
        return self.done >= self.total


def researchers(session: Session) -> Sequence[Account]:
    """Return who may code: the accounts of research that are open, by name."""
    query = select(Account).where(
        Account.active, Account.roles.any(Role.name == RoleName.RESEARCHER.value)
    )
    return session.scalars(query.order_by(Account.name, Account.email)).all()


def make(session: Session, plan: Plan, *, by: int, seed: int | None = None) -> AgreementRound:
    """Draw a round's answers at random, stratified by profile; the worker is to cut them.

    The same seed draws the same answers of the same testimonies. Raises NothingToDrawError.
    """
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    drawn = _draw(session, plan, seed)
    if not drawn:
        raise NothingToDrawError
    made = AgreementRound(
        title=plan.title,
        seed=seed,
        size=plan.size,
        filters={
            name: str(value)
            for name, value in asdict(plan.filters).items()
            if value and name != "order"  # which comes first changes nothing of a draw
        },
        themes=list(plan.themes),
        made_by_id=by,
        coders=[
            RoundCoder(rank=rank, account_id=coder)
            for rank, coder in enumerate(dict.fromkeys(plan.coders))
        ],
    )
    session.add(made)
    session.flush()
    session.add_all(
        RoundPassage(round_id=made.id, answer_id=answer_id, position=position)
        for position, answer_id in enumerate(drawn, start=1)
    )
    session.flush()
    return made


def count_answers(session: Session, filters: Filters) -> dict[str, int]:
    """Return how many answers in free words may be drawn, by profile."""
    query = _answers(filters).with_only_columns(Testimony.audience, func.count())
    rows = session.execute(query.order_by(None).group_by(Testimony.audience))
    return {row[0]: row[1] for row in rows}


def allot(sizes: dict[str, int], wanted: int) -> dict[str, int]:
    """Share a sample out over strata, in proportion to their sizes (largest remainders).

    No stratum is left out as long as there is a place for each; none gives more than it has.
    """
    strata = {name: size for name, size in sorted(sizes.items()) if size}
    total = sum(strata.values())
    wanted = min(wanted, total)
    exact = {name: wanted * size / total for name, size in strata.items()}
    share = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(strata, key=lambda name: (share[name] - exact[name], name))
    for name in by_remainder[: wanted - sum(share.values())]:
        share[name] += 1
    for name in strata:
        if not share[name] and wanted >= len(strata):
            share[max(share, key=lambda each: share[each])] -= 1
            share[name] = 1
    return share


def every(session: Session) -> Sequence[AgreementRound]:
    """Return all rounds, the last made first."""
    query = select(AgreementRound).options(
        selectinload(AgreementRound.coders).joinedload(RoundCoder.account),
        joinedload(AgreementRound.made_by),
    )
    return session.scalars(query.order_by(AgreementRound.made_at.desc())).all()


def get(session: Session, round_id: uuid.UUID) -> AgreementRound | None:
    """Return a round, or none."""
    return session.get(AgreementRound, round_id)


def waiting(session: Session) -> Sequence[uuid.UUID]:
    """Return the rounds that the worker has not cut yet."""
    query = select(AgreementRound.id).where(AgreementRound.cut_at.is_(None))
    return session.scalars(query.order_by(AgreementRound.made_at)).all()


def hold_open(session: Session, round_id: uuid.UUID) -> bool:
    """Lock a round until the end of the transaction; say whether it can be coded.

    Whoever marks and whoever closes take turns.
    """
    held = session.execute(
        update(AgreementRound)
        .where(
            AgreementRound.id == round_id,
            AgreementRound.cut_at.is_not(None),
            AgreementRound.closed_at.is_(None),
        )
        .values(title=AgreementRound.title)
        .execution_options(synchronize_session=False)
    )
    return bool(held.rowcount)  # type: ignore[attr-defined]


def close(session: Session, round_id: uuid.UUID, *, by: int) -> bool:
    """Close a round: nobody marks it any more, and all may read it; say whether it was open."""
    if not hold_open(session, round_id):
        return False
    closed = update(AgreementRound).where(AgreementRound.id == round_id)
    session.execute(closed.values(closed_at=now(), closed_by_id=by))
    return True


def abandon(session: Session, round_id: uuid.UUID) -> None:
    """Erase a round, with all that was said in it."""
    round_ = session.get(AgreementRound, round_id)
    if round_ is not None:
        session.delete(round_)
        session.flush()


def progress(session: Session, round_: AgreementRound) -> list[Progress]:
    """Return how far each person is, in the order of the coders; the pipeline left out."""
    query = (
        select(RoundMark.coder_id, func.count())
        .join(RoundCoder, RoundCoder.id == RoundMark.coder_id)
        .where(RoundCoder.round_id == round_.id)
        .group_by(RoundMark.coder_id)
    )
    done = {row[0]: row[1] for row in session.execute(query)}
    total = remaining(session, round_).units
    people = [coder for coder in round_.coders if not coder.is_pipeline]
    return [Progress(coder, done.get(coder.id, 0), total) for coder in people]


@dataclass(frozen=True)
class Remaining:
    """What is there of a sample now that some testimonies may have been withdrawn or rewritten."""

    testimonies: int
    answers: int
    units: int


def remaining(session: Session, round_: AgreementRound) -> Remaining:
    """Count what is still there of a round's sample."""
    query = (
        select(
            func.count(Answer.testimony_id.distinct()),
            func.count(RoundPassage.id.distinct()),
            func.count(RoundUnit.id),
        )
        .select_from(RoundPassage)
        .join(RoundPassage.answer)
        .outerjoin(RoundUnit, RoundUnit.passage_id == RoundPassage.id)
        .where(RoundPassage.round_id == round_.id)
    )
    return Remaining(*session.execute(query).one())


def _answers(filters: Filters) -> Select[uuid.UUID, str]:
    return (
        select(Answer.id, Testimony.audience)
        .join(Answer.testimony)
        .where(
            Answer.text.is_not(None),
            func.trim(Answer.text) != "",
            *conditions(filters),
        )
        .order_by(Answer.id)
    )


def _draw(session: Session, plan: Plan, seed: int) -> list[uuid.UUID]:
    strata: dict[str, list[uuid.UUID]] = {}
    for answer_id, audience in session.execute(_answers(plan.filters)):
        strata.setdefault(audience, []).append(answer_id)
    shares = allot({name: len(ids) for name, ids in strata.items()}, plan.size)
    chance = random.Random(seed)  # noqa: S311 -- drawn again from its seed, not a secret
    drawn = [
        answer_id
        for name, share in sorted(shares.items())
        for answer_id in chance.sample(strata[name], share)
    ]
    chance.shuffle(drawn)  # no profile before the others: whoever stops early has coded of each
    return drawn
