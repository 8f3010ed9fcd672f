"""People who agreed to be reached: apart, with no way back to what they told."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Recontact, RecontactSource, RecontactWish
from app.models.encryption import key_ring

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, kw_only=True)
class Coordinates:
    """Where somebody may be reached; an empty field was not given, an address is canonical."""

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
    email = coordinates.email.strip()
    kept = Recontact(
        name=coordinates.name.strip() or None,
        email=email or None,
        email_fingerprint=key_ring.fingerprint(email) if email else None,
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


def lock(session: Session, recontact_id: uuid.UUID) -> Recontact | None:
    """Take a person's row for the rest of the transaction, and return it as it now is, or none.

    An update that changes nothing: PostgreSQL locks the row, SQLite the database.
    """
    session.execute(
        update(Recontact)
        .where(Recontact.id == recontact_id)
        .values(left_in=Recontact.left_in)
        .execution_options(synchronize_session=False)
    )
    return session.get(Recontact, recontact_id, populate_existing=True)


def of_address(session: Session, email: str) -> Sequence[Recontact]:
    """Return who left this canonical address."""
    _print_earlier(session)
    prints = key_ring.fingerprints(email)
    return session.scalars(select(Recontact).where(Recontact.email_fingerprint.in_(prints))).all()


def _print_earlier(session: Session) -> None:
    """Give their print to the addresses left before there were any."""
    query = select(Recontact).where(
        Recontact.email_fingerprint.is_(None), Recontact.email.is_not(None)
    )
    for each in session.scalars(query):
        each.email_fingerprint = key_ring.fingerprint(each.email or "")
    session.flush()


def all_left(session: Session) -> Sequence[Recontact]:
    """Return everybody, the latest month first; within a month the order tells nothing."""
    query = select(Recontact).order_by(Recontact.left_in.desc(), Recontact.id)
    return session.scalars(query).all()
