"""What people do to codings, in order: others' screens follow it, and it can be undone.

Whoever writes in it holds the testimony (`testimonies.hold`): the ids of a testimony's changes grow
in the order of commits, so that who has read up to one has missed nothing.
"""

import uuid
from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.models import Coding, CodingAct, CodingChange, Verdict
from app.services import digests, standings
from app.services.standings import State

Standing: TypeAlias = dict[str, Any]
"""A coding as it stood: `answer`, `laid` (theme, start, end), `by_hand`, then how it stands:
`state`, `theme`, `start`, `end`; of the decision `held` (theme, start, end: what it holds
instead), `by` (an account's id) and `at` (ISO 8601)."""

ACTS = {
    State.PROPOSED: CodingAct.REOPENED,
    State.ACCEPTED: CodingAct.ACCEPTED,
    State.CORRECTED: CodingAct.CORRECTED,
    State.REJECTED: CodingAct.REJECTED,
}
_COLUMNS = {State.PROPOSED: 0, State.ACCEPTED: 1, State.CORRECTED: 1, State.REJECTED: 2}


def standing(coding: Coding) -> Standing:
    """Return a coding as it stands, its decision loaded."""
    state, theme, start, end = standings.of(coding)
    decision = coding.decision
    return {
        "answer": coding.answer_id.hex,
        "laid": [coding.theme, coding.start, coding.end],
        "by_hand": coding.is_by_hand,
        "state": state.value,
        "theme": theme,
        "start": start,
        "end": end,
        "held": [decision.theme, decision.start, decision.end] if decision else None,
        "by": decision.decided_by_id if decision else None,
        "at": decision.decided_at.isoformat() if decision else None,
    }


def sight(state: str, theme: str, start: int, end: int) -> str:
    """Return what a page has seen of a coding, as its forms carry it."""
    return f"{state}:{theme}:{start}:{end}"


def sight_of(coding: Coding) -> str:
    """Return what would be seen of a coding now."""
    return sight(*standings.of(coding))


def write(
    session: Session,
    testimony_id: uuid.UUID,
    coding_id: uuid.UUID,
    *,
    before: Standing | None,
    after: Standing | None,
    by: int | None,
    along: CodingChange | None = None,
) -> CodingChange:
    """Log one change of a coding, none standing where there is no coding; count it in the digest.

    `along`: the change that the same act made of another coding; undoing this one undoes it too.
    """
    if along is not None and after is not None:
        after = after | {"along": along.id}
    if after is None:
        act = CodingAct.REMOVED
    else:
        act = CodingAct.ADDED if before is None else ACTS[State(after["state"])]
    change = CodingChange(
        testimony_id=testimony_id,
        coding_id=coding_id,
        act=act,
        before=before,
        after=after,
        done_by_id=by,
    )
    session.add(change)
    session.flush()
    digests.shift(session, testimony_id, _counted(before), _counted(after))
    return change


def _counted(stood: Standing | None) -> tuple[str, int] | None:
    return (stood["theme"], _COLUMNS[State(stood["state"])]) if stood else None


def rank(session: Session, testimony_id: uuid.UUID) -> int:
    """Return the id of a testimony's last change; 0 where there is none."""
    query = select(func.max(CodingChange.id)).where(CodingChange.testimony_id == testimony_id)
    return session.scalar(query) or 0


def since(
    session: Session, testimony_id: uuid.UUID, rank: int, *, most: int
) -> Sequence[CodingChange]:
    """Return the changes of a testimony after `rank`, in order; the first `most` of them."""
    query = (
        select(CodingChange)
        .where(CodingChange.testimony_id == testimony_id, CodingChange.id > rank)
        .options(joinedload(CodingChange.done_by))
        .order_by(CodingChange.id)
    )
    return session.scalars(query.limit(most)).all()


def verdict(stood: Standing) -> Verdict | None:
    """Return the verdict by which a coding stood; none where it was only proposed."""
    return None if stood["state"] == State.PROPOSED else Verdict(stood["state"])
