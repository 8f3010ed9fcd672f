"""Themes merged, in rounds of blind coding: who laid one has laid the other from then on.

A sentence to which both were given bears the one that stands; so figures, closed or not, are of the
codebook's themes, and what is settled is carried into codings that exist.
"""

from collections.abc import Sequence

from sqlalchemy import Text, cast, exists, select, update
from sqlalchemy.orm import Session, aliased

from app.models import AgreementRound, RoundCoder, RoundMark, Settlement


def carry(session: Session, former: str, into: str) -> None:
    """Have every round say the theme that stands. Whoever marks waits meanwhile."""
    for round_ in session.scalars(select(AgreementRound).order_by(AgreementRound.id)):
        if former in round_.themes:
            round_.themes = _told(round_.themes, former, into)
            session.flush()  # it is locked from here on (agreement_rounds.hold_open)
            _remark(session, round_, former, into)
    _resettle(session, former, into)


def _told(themes: Sequence[str], former: str, into: str) -> list[str]:
    return list(dict.fromkeys(into if theme == former else theme for theme in themes))


def _remark(session: Session, round_: AgreementRound, former: str, into: str) -> None:
    query = (
        select(RoundMark)
        .join(RoundCoder, RoundCoder.id == RoundMark.coder_id)
        .where(
            RoundCoder.round_id == round_.id,
            cast(RoundMark.themes, Text).contains(f'"{former}"', autoescape=True),
        )
    )
    for mark in session.scalars(query.execution_options(populate_existing=True)):
        mark.themes = _told(mark.themes, former, into)
    session.flush()


def _resettle(session: Session, former: str, into: str) -> None:
    """Where both were settled, of two words a yes."""
    query = select(Settlement).where(Settlement.theme == former).order_by(Settlement.unit_id)
    other = aliased(Settlement)
    both = exists().where(other.unit_id == Settlement.unit_id, other.theme == into)
    for twin in session.scalars(query.where(both)):
        own = session.get_one(Settlement, (twin.unit_id, into))
        if twin.is_given and not own.is_given:
            own.is_given, own.is_carried = True, twin.is_carried
            own.settled_by_id, own.settled_at = twin.settled_by_id, twin.settled_at
        session.delete(twin)
    session.flush()
    session.execute(
        update(Settlement)
        .where(Settlement.theme == former)
        .values(theme=into)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
