"""When what is kept about people is due, where that takes more than a date; what goes with it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from app.models import Booking, Contact, Draft, Invitation, Opposition, Recontact, Slot, Testimony
from app.models.base import PARIS, now


def start(day: date) -> datetime:
    """Return the moment when a day begins in Paris."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)


def is_past_month(day: date) -> ColumnElement[bool]:
    """Somebody who still has a rendezvous is kept until it is over."""
    awaited = exists().where(
        Booking.recontact_id == Recontact.id,
        Booking.slot_id == Slot.id,
        Slot.starts_at >= now(),
    )
    return and_(Recontact.left_in < day, ~awaited)


def moved_since(day: date) -> ColumnElement[bool]:
    """Something happened to the invitation since that day, or it has yet to leave."""
    moment = start(day)
    return or_(
        Invitation.queued_at >= moment,
        func.coalesce(Invitation.sent_at >= moment, False),
        func.coalesce(Invitation.answered_on >= day, False),
        func.coalesce(Invitation.declined_on >= day, False),
    )


def is_silent(day: date) -> ColumnElement[bool]:
    """Nobody wrote to the contact since that day, and nothing came back."""
    lately = exists().where(Invitation.contact_id == Contact.id, moved_since(day))
    return and_(Contact.created_at < start(day), ~lately.correlate(Contact))


def remember_noes(session: Session, contacts: Sequence[Any]) -> None:
    """Keep the no of contacts about to be erased: their address may be imported again."""
    said_no = select(Contact).where(Contact.id.in_(contacts), Contact.opted_out_at.is_not(None))
    for contact in session.scalars(said_no):
        assert contact.opted_out_at is not None
        if session.get(Opposition, contact.email_fingerprint) is None:
            day = contact.opted_out_at.astimezone(PARIS).date()
            session.add(Opposition(email_fingerprint=contact.email_fingerprint, said_on=day))
    session.flush()


def erase_amendments(session: Session, testimonies: Sequence[Any]) -> None:
    """Erase the drafts by which testimonies about to be erased were being amended."""
    keys = select(Testimony.submission_key).where(Testimony.id.in_(testimonies))
    session.execute(
        delete(Draft).where(Draft.key_hash.in_(keys)).execution_options(synchronize_session=False)
    )
