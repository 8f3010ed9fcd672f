"""What happened with one contact, from the rows that say it: nothing is written for this alone.

The team sees that somebody answered, and the day: never what, and no testimony is looked at.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Contact,
    ContactSource,
    Invitation,
    InvitationState,
    Reminder,
    ReminderState,
)
from app.models.base import PARIS
from app.models.outgoing import Outgoing


class What(enum.StrEnum):
    """What may happen."""

    TYPED = "typed"
    IMPORTED = "imported"
    INVITED = "invited"
    REMINDED = "reminded"
    WAITING = "waiting"
    FAILED = "failed"
    BOUNCED = "bounced"
    UNCERTAIN = "uncertain"
    STARTED = "started"
    ANSWERED = "answered"
    DECLINED = "declined"
    ADDRESS_REFUSED = "address_refused"
    SAID_NO = "said_no"


SENDING = {
    InvitationState.QUEUED: What.WAITING,
    InvitationState.SENDING: What.WAITING,
    InvitationState.FAILED: What.FAILED,
    InvitationState.BOUNCED: What.BOUNCED,
    InvitationState.UNCERTAIN: What.UNCERTAIN,
}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened; by which campaign, which reminder (0: none), the server's words."""

    day: date
    what: What
    moment: datetime | None = None
    campaign_id: int | None = None
    campaign: str = ""
    number: int = 0
    detail: str = ""


def of(session: Session, contact: Contact) -> list[Event]:
    """Return what happened with a contact, the latest first."""
    events = [*_own(contact)]
    invitations = select(Invitation).where(Invitation.contact_id == contact.id)
    for invitation in session.scalars(invitations):
        events += _of_invitation(invitation)
    reminders = select(Reminder).join(Invitation).where(Invitation.contact_id == contact.id)
    for reminder in session.scalars(reminders):
        if reminder.state is not ReminderState.DROPPED:
            sent = _of_message(reminder, reminder.invitation, reminder.number, What.REMINDED)
            events += sent
    # What is known by its day alone comes after what left at a moment of that day.
    return sorted(events, key=_order, reverse=True)


def _order(event: Event) -> tuple[date, bool, float]:
    moment = event.moment
    return event.day, moment is None, moment.timestamp() if moment else 0.0


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


def _own(contact: Contact) -> Iterator[Event]:
    is_typed = contact.source is ContactSource.TYPED
    came = What.TYPED if is_typed else What.IMPORTED
    yield Event(day=_day(contact.created_at), what=came, moment=contact.created_at)
    if contact.bounced_at:
        day = _day(contact.bounced_at)
        yield Event(day=day, what=What.ADDRESS_REFUSED, moment=contact.bounced_at)
    if contact.opted_out_at:
        day = _day(contact.opted_out_at)
        yield Event(day=day, what=What.SAID_NO, moment=contact.opted_out_at)


def _of_invitation(invitation: Invitation) -> Iterator[Event]:
    yield from _of_message(invitation, invitation, 0, What.INVITED)
    days = {
        What.STARTED: invitation.started_on,
        What.ANSWERED: invitation.answered_on,
        What.DECLINED: invitation.declined_on,
    }
    for what, day in days.items():
        if day is not None:
            yield _event(invitation, what, day=day)


def _of_message(row: Outgoing, invitation: Invitation, number: int, sent: What) -> Iterator[Event]:
    """Give when a message left, then what its state says that is not told by a day of its own."""
    if row.sent_at is not None:
        yield _event(invitation, sent, moment=row.sent_at, number=number)
    state = InvitationState(str(row.state))  # type: ignore[attr-defined]
    what = SENDING.get(state)
    if what is not None and not (what is What.WAITING and row.sent_at):
        moment = row.sending_at or row.queued_at
        told = "" if what is What.WAITING else row.last_error or ""
        yield _event(invitation, what, moment=moment, number=number, detail=told)


def _event(
    invitation: Invitation,
    what: What,
    *,
    day: date | None = None,
    moment: datetime | None = None,
    number: int = 0,
    detail: str = "",
) -> Event:
    assert day or moment
    return Event(
        day=day or _day(moment or invitation.queued_at),
        what=what,
        moment=moment,
        campaign_id=invitation.campaign_id,
        campaign=invitation.campaign.title,
        number=number,
        detail=detail,
    )
