"""Addresses that nobody writes to again: kept as keyed hashes, which give no address back."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Opposition
from app.models.encryption import key_ring

LOOK_UP_BATCH = 500


def known(session: Session, fingerprints: Iterable[str]) -> set[str]:
    """Return those of these fingerprints whose owner wants no message."""
    asked = list(fingerprints)
    found: set[str] = set()
    for start in range(0, len(asked), LOOK_UP_BATCH):
        batch = asked[start : start + LOOK_UP_BATCH]
        query = select(Opposition.email_fingerprint)
        found.update(session.scalars(query.where(Opposition.email_fingerprint.in_(batch))))
    return found


def holds(session: Session, email: str) -> bool:
    """Say whether the owner of this canonical address wants no message."""
    return bool(known(session, key_ring.fingerprints(email)))


def note(session: Session, email: str) -> None:
    """Remember that the owner of this canonical address wants no message; once is enough."""
    if not holds(session, email):
        session.add(Opposition(email_fingerprint=key_ring.fingerprint(email)))
        session.flush()
