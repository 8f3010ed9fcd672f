"""People who agreed to be reached: apart, with no way back to what they told."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Recontact, RecontactSource, RecontactWish

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, kw_only=True)
class Coordinates:
    """Where somebody may be reached; an empty field was not given."""

    name: str = ""
    email: str = ""
    phone: str = ""
    hours: str = ""


def leave(
    session: Session,
    coordinates: Coordinates,
    *,
    audience: str,
    wish: RecontactWish = RecontactWish.INTERVIEW,
    source: RecontactSource = RecontactSource.TESTIMONY,
) -> Recontact:
    """Keep where somebody may be reached, what for, and how we come to know it."""
    kept = Recontact(
        name=coordinates.name.strip() or None,
        email=coordinates.email.strip() or None,
        phone=coordinates.phone.strip() or None,
        hours=coordinates.hours.strip() or None,
        audience=audience,
        wish=wish,
        source=source,
    )
    session.add(kept)
    session.flush()
    return kept


def find(session: Session, token: str) -> Recontact | None:
    """Return who holds this personal link, or none."""
    if not TOKEN.fullmatch(token):
        return None
    return session.scalar(select(Recontact).where(Recontact.token == token))


def get(session: Session, recontact_id: uuid.UUID) -> Recontact | None:
    """Return one, or none."""
    return session.get(Recontact, recontact_id)


def all_left(session: Session) -> Sequence[Recontact]:
    """Return everybody, the latest month first; within a month the order tells nothing."""
    query = select(Recontact).order_by(Recontact.left_in.desc(), Recontact.id)
    return session.scalars(query).all()
