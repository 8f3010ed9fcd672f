"""Where people who testified agree to be reached: apart, with no way back to their words."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Recontact


def leave(session: Session, means: str, *, audience: str) -> Recontact:
    """Keep an address or a number, as typed."""
    kept = Recontact(means=means, audience=audience)
    session.add(kept)
    session.flush()
    return kept


def all_left(session: Session) -> Sequence[Recontact]:
    """Return what was left, the latest month first; within a month the order tells nothing."""
    query = select(Recontact).order_by(Recontact.left_in.desc(), Recontact.id)
    return session.scalars(query).all()


def erase(session: Session, recontact_id: uuid.UUID) -> bool:
    """Erase one; say whether it was there."""
    kept = session.get(Recontact, recontact_id)
    if kept is None:
        return False
    session.delete(kept)
    session.flush()
    return True
