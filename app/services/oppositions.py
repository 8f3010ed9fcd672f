"""Addresses that nobody writes to again: kept as keyed hashes, which give no address back.

A no is written down when it is said. Contacts who said no before this list was kept count as well,
and enter it when they are erased or their address changes (`contacts`).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models import Contact, Opposition
from app.models.base import today
from app.models.encryption import key_ring

LOOK_UP_BATCH = 500


def known(session: Session, fingerprints: Iterable[str]) -> set[str]:
    """Return those of these fingerprints whose owner wants no message, contacts included."""
    asked = list(fingerprints)
    found: set[str] = set()
    for start in range(0, len(asked), LOOK_UP_BATCH):
        batch = asked[start : start + LOOK_UP_BATCH]
        listed = select(Opposition.email_fingerprint)
        found.update(session.scalars(listed.where(Opposition.email_fingerprint.in_(batch))))
        contacts = select(Contact.email_fingerprint).where(Contact.opted_out_at.is_not(None))
        found.update(session.scalars(contacts.where(Contact.email_fingerprint.in_(batch))))
    return found


def opposed(session: Session, emails: Iterable[str]) -> set[str]:
    """Return those of these canonical addresses whose owner wants no message, under any key."""
    prints: Mapping[str, list[str]] = {email: key_ring.fingerprints(email) for email in emails}
    no = known(session, (each for several in prints.values() for each in several))
    return {email for email, several in prints.items() if not no.isdisjoint(several)}


def is_opposed(session: Session, email: str) -> bool:
    """Say whether the owner of this canonical address wants no message."""
    return bool(opposed(session, [email]))


def oppose(session: Session, email: str, *, said_on: date | None = None) -> None:
    """Remember that the owner of this canonical address wants no message; once is enough.

    The first day stays. What an older key wrote is written again with the newest: the day the older
    one is put away, the no still holds.
    """
    newest, *older = key_ring.fingerprints(email)
    first = min([said_on or today(), *_take(session, older)])
    # Two clicks at once write it once.
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(Opposition).values(email_fingerprint=newest, said_on=first)
    session.execute(row.on_conflict_do_nothing())
    session.execute(
        update(Opposition)
        .where(Opposition.email_fingerprint == newest, Opposition.said_on > first)
        .values(said_on=first)
    )


def _take(session: Session, fingerprints: list[str]) -> list[date]:
    """Take these out of the list; return the days they were said on."""
    rows = [session.get(Opposition, each) for each in fingerprints]
    found = [row for row in rows if row is not None]
    for row in found:
        session.delete(row)
    session.flush()
    return [row.said_on for row in found]
