"""Slots: when somebody of the Centre is there for a temps d'échange.

Whoever books, changes or cancels first locks the people concerned, then the slots, always in that
order: they take turns, on both engines, and read afterwards what the one before them has committed.
Last, whoever publishes or changes locks all that the same person conducts.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, selectinload

from app.models import Booking, Slot, SlotPlace
from app.models.base import PARIS, now
from app.services import recontacts
from app.services.appointments import Appointment, Change, ended

MOST_AT_ONCE = 100
FURTHEST = timedelta(days=366)
LONGEST = timedelta(minutes=600)  # as the table's own check


class ImpossibleHourError(ValueError):
    """This hour does not exist that day, or exists twice: the clocks change."""

    def __init__(self, day: date, *, is_skipped: bool) -> None:
        super().__init__(day.isoformat())
        self.day, self.is_skipped = day, is_skipped


class OverlapError(ValueError):
    """The same person would conduct two slots at once; `starts_at` says when the other begins."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(starts_at.isoformat())
        self.starts_at = starts_at


class SlotGoneError(ValueError):
    """The slot is past, cancelled, or never was."""


class BookedError(ValueError):
    """Somebody has booked: the moment, the place and the length no longer change."""


class TooFewPlacesError(ValueError):
    """More people have booked than the places that are wanted."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is said of a slot, but for its moment."""

    duration_minutes: int
    place: SlotPlace
    where: str
    conducted_by: str
    conductor_email: str
    capacity: int


def instant(day: date, hour: time) -> datetime:
    """Return the moment (UTC) of an hour in Paris. Raises ImpossibleHourError."""
    first = datetime.combine(day, hour, PARIS)
    second = first.replace(fold=1)
    # PEP 495: the two readings of an hour differ in a gap (the later one first) and in a fold.
    if first.utcoffset() != second.utcoffset():
        is_skipped = first.utcoffset() < second.utcoffset()  # type: ignore[operator]
        raise ImpossibleHourError(day, is_skipped=is_skipped)
    return (first - first.utcoffset()).replace(tzinfo=now().tzinfo)  # type: ignore[operator]


def days(first: date, last: date, weekdays: Iterable[int]) -> list[date]:
    """Return `first`, then every such weekday (Monday is 0) after it, up to `last` included."""
    wanted = frozenset(weekdays)
    after = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return [first, *(each for each in after if each.weekday() in wanted)]


def publish(session: Session, moments: Sequence[datetime], terms: Terms) -> list[Slot]:
    """Open a slot at each of these moments, or none of them.

    Raises SlotGoneError for a moment that is past, OverlapError.
    """
    if any(moment <= now() for moment in moments):
        raise SlotGoneError
    _refuse_overlaps(session, moments, terms)
    made = [Slot(starts_at=moment, **asdict(terms)) for moment in sorted(moments)]
    session.add_all(made)
    session.flush()
    return made


def get(session: Session, slot_id: uuid.UUID) -> Slot | None:
    """Return one, or none."""
    return session.get(Slot, slot_id)


def upcoming(session: Session) -> Sequence[Slot]:
    """Return what is to come or going on, cancelled slots too, with who booked, in order."""
    query = _listed().where(Slot.starts_at > now() - LONGEST).order_by(Slot.starts_at, Slot.id)
    moment = now()
    return [each for each in session.scalars(query) if ends_at(each) > moment]


def past(session: Session) -> Sequence[Slot]:
    """Return what is over, the latest first."""
    query = _listed().where(Slot.starts_at <= now()).order_by(Slot.starts_at.desc(), Slot.id)
    moment = now()
    return [each for each in session.scalars(query) if ends_at(each) <= moment]


def free(session: Session) -> Sequence[Slot]:
    """Return the slots in which somebody may still book, in order."""
    taken = select(func.count()).where(Booking.slot_id == Slot.id).scalar_subquery()
    query = select(Slot).where(
        Slot.starts_at > now(), Slot.cancelled_at.is_(None), taken < Slot.capacity
    )
    return session.scalars(query.order_by(Slot.starts_at, Slot.conducted_by, Slot.id)).all()


def lock(session: Session, slot_id: uuid.UUID) -> Slot | None:
    """Take a slot for the rest of the transaction, and return it as it now is, or none.

    An update that changes nothing: PostgreSQL locks the row, SQLite the database.
    """
    session.execute(
        update(Slot)
        .where(Slot.id == slot_id)
        .values(capacity=Slot.capacity)
        .execution_options(synchronize_session=False)
    )
    return session.get(Slot, slot_id, populate_existing=True)


def is_open(slot: Slot | None) -> bool:
    """Say whether a slot is still to come."""
    return slot is not None and slot.cancelled_at is None and slot.starts_at > now()


def ends_at(slot: Slot) -> datetime:
    return slot.starts_at + timedelta(minutes=slot.duration_minutes)


def rewrite(
    session: Session, slot_id: uuid.UUID, moment: datetime, terms: Terms
) -> Sequence[Change]:
    """Change a slot; return what those who booked must be told.

    Call it before anything else is pending, as `cancel`. Raises SlotGoneError, BookedError,
    TooFewPlacesError, OverlapError.
    """
    slot = _lock_with_people(session, slot_id)
    if slot is None or not is_open(slot) or moment <= now():
        raise SlotGoneError
    booked = bookings(session, slot_id)
    _refuse_harm(slot, moment, terms, booked=len(booked))
    _refuse_overlaps(session, [moment], terms, but=slot_id)
    before = [Appointment.of(each) for each in booked]
    told = (slot.where, slot.conducted_by, slot.conductor_email)
    slot.starts_at = moment
    for name, value in asdict(terms).items():
        setattr(slot, name, value)
    if (terms.where, terms.conducted_by, terms.conductor_email) == told:
        booked = []
    for each in booked:
        each.sequence += 1
    session.flush()
    return [
        Change(before=was, after=Appointment.of(each))
        for was, each in zip(before, booked, strict=False)
    ]


def cancel(session: Session, slot_id: uuid.UUID) -> Sequence[Change]:
    """Cancel a slot and all that was booked in it; return what those who booked must be told.

    Whoever left no e-mail will be called. Done twice, it changes nothing. When somebody books at
    this very moment, the session is rolled back and it starts over: call it before anything else
    is pending. Raises SlotGoneError when the slot is past.
    """
    slot = _lock_with_people(session, slot_id)
    if slot is None or slot.starts_at <= now():
        raise SlotGoneError
    if slot.cancelled_at is not None:
        return []
    slot.cancelled_at = now()
    booked = bookings(session, slot_id)
    changes = [ended(each) for each in booked]
    for each in booked:
        each.recontact.asks_call = not each.recontact.email
        session.delete(each)
    session.flush()
    return changes


def bookings(session: Session, slot_id: uuid.UUID) -> Sequence[Booking]:
    """Return who booked in a slot, as the database now has it, seat by seat."""
    query = select(Booking).where(Booking.slot_id == slot_id).order_by(Booking.seat)
    return session.scalars(query, execution_options={"populate_existing": True}).all()


def _lock_with_people(session: Session, slot_id: uuid.UUID) -> Slot | None:
    """Take who booked in a slot, then the slot: the order of whoever books, or both would wait."""
    while True:
        people = {each.recontact_id for each in bookings(session, slot_id)}
        for each in sorted(people):
            recontacts.lock(session, each)
        slot = lock(session, slot_id)
        if {each.recontact_id for each in bookings(session, slot_id)} <= people:
            return slot
        session.rollback()


def _lock_conductor(session: Session, email: str) -> None:
    """Let whoever publishes for the same person take turns, until the end of the transaction.

    There may be no row to lock: PostgreSQL locks the address itself, SQLite the whole database.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(email.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))
    else:
        lock(session, uuid.UUID(int=0))


def _listed() -> Select[Slot]:
    return select(Slot).options(selectinload(Slot.bookings).selectinload(Booking.recontact))


def _refuse_harm(slot: Slot, moment: datetime, terms: Terms, *, booked: int) -> None:
    kept = (slot.starts_at, slot.duration_minutes, slot.place)
    if booked and kept != (moment, terms.duration_minutes, terms.place):
        raise BookedError
    if terms.capacity < booked:
        raise TooFewPlacesError


def _refuse_overlaps(
    session: Session, moments: Sequence[datetime], terms: Terms, *, but: uuid.UUID | None = None
) -> None:
    """Refuse two slots at once for one person: a form sent twice publishes once."""
    _lock_conductor(session, terms.conductor_email)
    length = timedelta(minutes=terms.duration_minutes)
    ordered = sorted(moments)
    for one, next_ in pairwise(ordered):
        if next_ < one + length:
            raise OverlapError(one)
    query = select(Slot).where(
        Slot.conductor_email == terms.conductor_email,
        Slot.cancelled_at.is_(None),
        Slot.starts_at > ordered[0] - LONGEST,
        Slot.starts_at < ordered[-1] + length,
    )
    for other in session.scalars(query):
        if other.id != but and any(
            other.starts_at < moment + length and moment < ends_at(other) for moment in ordered
        ):
            raise OverlapError(other.starts_at)
