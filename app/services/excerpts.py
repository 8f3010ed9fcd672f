"""Which excerpts are looked for: of some themes, in one state, with the bounds held now."""

import enum
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, select

from app.models import Answer, Coding, Decision
from app.services import standings


class State(enum.StrEnum):
    """How excerpts stand, in the words of an address; none of these: all but the rejected."""

    STANDING = "tient"  # proposed or kept: at least one, where no state at all asks for none
    PROPOSED = "propose"
    KEPT = "garde"
    REJECTED = "rejete"


_CONDITIONS = {
    State.STANDING: standings.stands,
    State.PROPOSED: standings.is_proposed,
    State.KEPT: standings.is_kept,
    State.REJECTED: standings.is_rejected,
}


def in_state(state: str) -> ColumnElement[bool]:
    """Return the condition that a coding is so; empty: it was not rejected.

    To be asked of `Coding` outer-joined to its decision.
    """
    return _CONDITIONS[State(state)]() if state else standings.stands()


def wanted(themes: Sequence[str], state: str) -> ColumnElement[bool]:
    """Return the condition that a coding is so, for one of these themes, or for any without them.

    To be asked of `Coding` outer-joined to its decision.
    """
    if not themes:
        return in_state(state)
    # An index finds each half; of the theme held instead or else proposed, none would.
    proposed = select(Coding.id).where(Coding.theme.in_(themes))
    held = select(Decision.coding_id).where(Decision.theme.in_(themes))
    candidates = proposed.union(held).subquery()
    return and_(Coding.id.in_(select(candidates)), standings.theme().in_(themes), in_state(state))


def bearing(themes: Sequence[str], state: str) -> Select[uuid.UUID]:
    """Return the query of the testimonies that bear such excerpts."""
    query = select(Answer.testimony_id).join(Coding, Coding.answer_id == Answer.id)
    return query.outerjoin(Coding.decision).where(wanted(themes, state))
