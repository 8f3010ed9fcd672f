"""A rendezvous as calendars read it (RFC 5545), invited, changed or cancelled by mail (RFC 5546).

Calendars are shared, with a family or an office: the title is neutral, nobody is named, the event
is private, and each side's copy knows only the address it is sent to. Times are in UTC: one event
needs no VTIMEZONE, which software reads in its own ways, and each calendar shows its own hour,
overseas too.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from app.models import SlotPlace
from app.models.base import now
from app.services.appointments import PLACES, Appointment
from app.services.notices import Attachment

if TYPE_CHECKING:
    from icalendar import Event

TITLE = "Rendez-vous"
FILE_NAME = "rendez-vous.ics"
DESCRIPTION = "Les détails sont dans le message reçu avec cette invitation."


class Method(StrEnum):
    """What a calendar is asked; a change is a request again, its sequence higher."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


def attachment(
    appointment: Appointment, *, method: Method, organizer: str, attendee: str
) -> Attachment:
    """Return the file that tells a rendezvous to one side's calendar; both are e-mail addresses."""
    from icalendar import Calendar  # noqa: PLC0415 - it is large, and few requests write one

    calendar = Calendar()
    calendar.add("prodid", "-//Rendez-vous//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    calendar.add_component(_event(appointment, method, organizer, attendee))
    return Attachment(
        name=FILE_NAME,
        media_type="text/calendar",
        content=calendar.to_ical(),
        method=method.value,
    )


def _event(appointment: Appointment, method: Method, organizer: str, attendee: str) -> "Event":
    from icalendar import Event, vCalAddress  # noqa: PLC0415

    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now())
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", TITLE)
    event.add("description", DESCRIPTION)
    event.add("location", _location(appointment))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    # They have agreed already, and nobody reads what a calendar would answer.
    agreed = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    event.add("attendee", vCalAddress(f"mailto:{attendee}"), parameters=agreed)
    return event


def _location(appointment: Appointment) -> str:
    if appointment.place is SlotPlace.ON_SITE and appointment.where:
        return appointment.where
    words = PLACES[appointment.place].capitalize()
    return f"{words}\u00a0: {appointment.where}" if appointment.where else words
