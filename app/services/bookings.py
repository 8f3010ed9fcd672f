"""Places taken in slots: none is taken twice, and one is kept until the next is had.

Each change first locks the person's row, then the slots' rows, always in that order: two clicks of
one person, and two people who want the last place, take turns. Beneath, the table refuses the same
seat twice, and two places for one person.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NoReturn

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from app.models import Booking, Recontact, Slot, SlotPlace
from app.models.base import PARIS, now
from app.services import notices, recontacts, slots
from app.services.appointments import Appointment, Change, ended
from app.services.slots import SlotGoneError

# A reminder arrives by day, when it can still change one's plans.
REMINDING_HOURS = range(8, 20)


class SlotFullError(ValueError):
    """Others have taken all the places."""


class PhoneNeededError(ValueError):
    """The rendezvous is by telephone, and we have no number to call."""


class ErasedError(LookupError):
    """Nobody is left behind this link: they erased themselves."""


def of(session: Session, recontact: Recontact) -> Booking | None:
    """Return somebody's rendezvous, past or to come, or none."""
    query = select(Booking).where(Booking.recontact_id == recontact.id)
    return session.scalar(query, execution_options={"populate_existing": True})


def by_person(session: Session) -> dict[uuid.UUID, Booking]:
    """Return all bookings by the person's id, with their slots."""
    query = select(Booking).options(joinedload(Booking.slot))
    return {each.recontact_id: each for each in session.scalars(query)}


def take(
    session: Session, recontact_id: uuid.UUID, slot_id: uuid.UUID, *, phone: str = ""
) -> Change | None:
    """Book a place, or move to it; return what changed, none when it was already theirs.

    Raises ErasedError, SlotGoneError, SlotFullError, PhoneNeededError: roll back then, and what was
    booked before is still booked.
    """
    person = _lock(session, recontact_id)
    booking = _kept(session, person)
    if booking is not None and booking.slot_id == slot_id:
        return None
    for each in sorted({slot_id} | ({booking.slot_id} if booking else set())):
        slots.lock(session, each)
    booking = of(session, person)  # its slot may have been cancelled until the lock
    seat = _free_seat(session, slot_id)
    person.phone = phone.strip() or person.phone
    if _needs_number(slots.get(session, slot_id), person):
        raise PhoneNeededError
    before = Appointment.of(booking) if booking else None
    booking = _seated(session, booking, person, slot_id, seat)
    person.asks_call = False
    return Change(before=before, after=Appointment.of(booking))


def needs_number(recontact: Recontact) -> bool:
    """Say whether a rendezvous by telephone must first ask for a number."""
    return not (recontact.phone or recontact.means)


def _needs_number(slot: Slot | None, person: Recontact) -> bool:
    # Where a slot says where to call, the person is the one who calls.
    is_called = slot is not None and slot.place is SlotPlace.PHONE and not slot.where
    return is_called and needs_number(person)


def _kept(session: Session, person: Recontact) -> Booking | None:
    """Return the booking that may be moved; one whose slot has begun is over."""
    booking = of(session, person)
    if booking is not None and not slots.is_open(booking.slot):
        session.delete(booking)
        session.flush()
        return None
    return booking


def _free_seat(session: Session, slot_id: uuid.UUID) -> int:
    slot = slots.get(session, slot_id)
    if slot is None or not slots.is_open(slot):
        raise SlotGoneError
    taken = {each.seat for each in slots.bookings(session, slot_id)}
    if len(taken) >= slot.capacity:
        raise SlotFullError
    return min(set(range(1, slot.capacity + 1)) - taken)


def _seated(
    session: Session, booking: Booking | None, person: Recontact, slot_id: uuid.UUID, seat: int
) -> Booking:
    if booking is None:
        booking = Booking(recontact_id=person.id, uid=str(uuid.uuid4()), sequence=0)
        session.add(booking)
    else:
        booking.sequence += 1
    booking.slot_id, booking.seat = slot_id, seat
    session.flush()
    session.refresh(booking, ["slot", "recontact"])
    # Who books for tomorrow has just been told.
    booking.is_reminded = _reminding_day(booking) <= now().astimezone(PARIS).date()
    session.flush()
    return booking


def give_up(session: Session, recontact_id: uuid.UUID, *, is_ours: bool = False) -> Change | None:
    """Cancel somebody's rendezvous; return what ended, none when there was nothing to cancel.

    `is_ours`: the team decided it, and whoever left no e-mail will be called. A rendezvous that has
    begun is not cancelled. Raises ErasedError.
    """
    person = _lock(session, recontact_id)
    booking = of(session, person)
    if booking is None:
        return None
    slots.lock(session, booking.slot_id)
    booking = of(session, person)
    if booking is None or not slots.is_open(booking.slot):
        return None
    change = ended(booking)
    session.delete(booking)
    person.asks_call = person.asks_call or (is_ours and not person.email)
    session.flush()
    return change


def withdraw(session: Session, recontact_id: uuid.UUID) -> Change | None:
    """Erase somebody, and cancel their rendezvous; return what ended, if anything did.

    What was to be written to them, or of them, does not leave. Raises ErasedError.
    """
    change = give_up(session, recontact_id)
    notices.erase_of(session, [recontact_id])
    session.delete(_lock(session, recontact_id))
    session.flush()
    return change


def ask_call(session: Session, recontact_id: uuid.UUID, *, phone: str, hours: str) -> None:
    """Note that somebody would rather be called to settle the day. Raises ErasedError."""
    person = _lock(session, recontact_id)
    person.phone = phone.strip() or person.phone
    person.hours = hours.strip() or person.hours
    person.asks_call = True
    session.flush()


def remind(session: Session) -> Sequence[Appointment]:
    """Return the rendezvous of tomorrow (of today, if the worker slept) that nobody was told of.

    They are marked as told: commit with the messages. Only by day, and only who has an e-mail.
    """
    moment = now()
    if moment.astimezone(PARIS).hour not in REMINDING_HOURS:
        return []
    query = (
        select(Booking)
        .join(Booking.slot)
        .where(
            Booking.is_reminded.is_(False),
            Slot.starts_at > moment,
            Slot.starts_at < _end_of_tomorrow(moment),
        )
    )
    due = [each for each in session.scalars(query) if _mark(session, each)]
    return [Appointment.of(each) for each in due if each.recontact.email]


def _mark(session: Session, booking: Booking) -> bool:
    """Mark a booking as reminded; of two workers, one hears yes."""
    marked = session.execute(
        update(Booking)
        .where(Booking.id == booking.id, Booking.is_reminded.is_(False))
        .values(is_reminded=True)
    )
    return bool(marked.rowcount)  # type: ignore[attr-defined]


def _end_of_tomorrow(moment: datetime) -> datetime:
    after = moment.astimezone(PARIS).date() + timedelta(days=2)
    return datetime.combine(after, time(), PARIS)


def _reminding_day(booking: Booking) -> date:
    return booking.slot.starts_at.astimezone(PARIS).date() - timedelta(days=1)


def _lock(session: Session, recontact_id: uuid.UUID) -> Recontact:
    return recontacts.lock(session, recontact_id) or _erased()


def _erased() -> NoReturn:
    raise ErasedError
