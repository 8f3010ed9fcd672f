"""A rendezvous as it is told: copied from its rows, so that it can be told after they are gone."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from app.models import Booking, SlotPlace

PLACES = {
    SlotPlace.ON_SITE: "sur place",
    SlotPlace.PHONE: "par téléphone",
    SlotPlace.VIDEO: "en visioconférence",
}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who comes, and how they may be reached; an empty field was not given."""

    id: uuid.UUID
    token: str
    name: str
    email: str
    phone: str
    hours: str
    means: str


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One person, one moment, one place, and somebody who conducts."""

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    place: SlotPlace
    where: str
    conducted_by: str
    conductor_email: str
    person: Person

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @classmethod
    def of(cls, booking: Booking) -> Self:
        """Return a booking as it is now."""
        slot, who = booking.slot, booking.recontact
        return cls(
            uid=booking.uid,
            sequence=booking.sequence,
            starts_at=slot.starts_at,
            minutes=slot.duration_minutes,
            place=slot.place,
            where=slot.where,
            conducted_by=slot.conducted_by,
            conductor_email=slot.conductor_email,
            person=Person(
                id=who.id,
                token=who.token,
                name=who.name or "",
                email=who.email or "",
                phone=who.phone or "",
                hours=who.hours or "",
                means=who.means or "",
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of a rendezvous: none before when it is new, none after when it is cancelled."""

    before: Appointment | None
    after: Appointment | None


def ended(booking: Booking) -> Change:
    """Return the end of a booking, which is told with a sequence of its own (RFC 5546)."""
    last = Appointment.of(booking)
    return Change(before=replace(last, sequence=last.sequence + 1), after=None)
