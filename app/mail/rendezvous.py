"""What both sides of a rendezvous are told: a message, and an invitation for their calendar.

The person reads who conducts, by name alone; whoever conducts reads whom to expect and how to reach
them. Subjects say as little as the calendar does.
"""

import uuid
from dataclasses import replace
from email.utils import parseaddr
from enum import StrEnum

from flask import current_app, render_template
from sqlalchemy.orm import Session

from app.mail.calendars import Method, attachment
from app.models import Recontact
from app.presentation import clock, long_day
from app.services import notices
from app.services.appointments import PLACES, Appointment, Change, Person

BOOKING, REMINDER, LINK = "booking", "reminder", "link"


class By(StrEnum):
    """Who made the change, for the message to say it rightly."""

    PERSON = "person"
    TEAM = "team"
    ERASURE = "erasure"  # of their coordinates: nothing is to be kept of what could not leave


def tell(session: Session, change: Change, *, by: By) -> list[uuid.UUID]:
    """Put in the outbox what both sides must know; return the ids, to enqueue after the commit."""
    last = change.after or change.before
    assert last is not None
    posted = []
    if last.person.email:
        method = Method.REQUEST if change.after else Method.CANCEL
        posted.append(_to_person(session, change, last, method, by))
    if change.after is not None:
        posted.append(_to_conductor(session, change, change.after, Method.REQUEST, by))
    if change.before is not None and _is_left(change):
        # Another conducts from now on, or nobody: the same sequence as all that is told now.
        posted.append(_to_conductor(session, change, change.before, Method.CANCEL, by))
    return posted


def remind(session: Session, appointment: Appointment) -> uuid.UUID:
    """Put in the outbox the reminder of the day before."""
    message = notices.Message(
        to=appointment.person.email,
        subject=f"Rappel\u00a0: votre rendez-vous du {long_day(appointment.starts_at)}",
        text=_text("reminder", appointment),
        reply_to=current_app.config["CONTACT_EMAIL"],
    )
    return notices.post(session, message, about=REMINDER, recontact_id=appointment.person.id).id


def send_link(session: Session, recontact: Recontact) -> uuid.UUID:
    """Put in the outbox the personal link by which somebody chooses their slot."""
    message = notices.Message(
        to=recontact.email or "",
        subject="Choisir le moment de notre échange",
        text=render_template(
            "interviews/mail/link.txt", name=recontact.name, link=link(recontact.token)
        ),
        reply_to=current_app.config["CONTACT_EMAIL"],
    )
    recontact.has_link = True
    return notices.post(session, message, about=LINK, recontact_id=recontact.id).id


def link(token: str) -> str:
    """Return the address of a personal page."""
    return f"{current_app.config['BASE_URL']}/entretien/{token}"


def _is_left(change: Change) -> bool:
    assert change.before is not None
    return change.after is None or change.after.conductor_email != change.before.conductor_email


def _to_person(
    session: Session, change: Change, last: Appointment, method: Method, by: By
) -> uuid.UUID:
    to = last.person.email
    subject = {
        (False, True): "Votre rendez-vous du {}",
        (True, True): "Votre rendez-vous a changé\u00a0: {}",
        (True, False): "Votre rendez-vous du {} est annulé",
    }[change.before is not None, change.after is not None]
    message = notices.Message(
        to=to,
        subject=subject.format(f"{long_day(last.starts_at)} à {clock(last.starts_at)}"),
        text=_text("person", last, before=change.before, after=change.after, by=by),
        reply_to=current_app.config["CONTACT_EMAIL"],
        attachments=(attachment(last, method=method, organizer=_organizer(), attendee=to),),
    )
    return _post(session, message, by, last.person)


def _to_conductor(
    session: Session, change: Change, shown: Appointment, method: Method, by: By
) -> uuid.UUID:
    to = shown.conductor_email
    told = _as_of(change, shown)
    prefix = "Rendez-vous annulé\u00a0:" if method is Method.CANCEL else "Rendez-vous du"
    message = notices.Message(
        to=to,
        subject=f"{prefix} {long_day(told.starts_at)} à {clock(told.starts_at)}",
        text=_text(
            "conductor",
            told,
            before=change.before,
            after=change.after,
            is_cancelled=method is Method.CANCEL,
            by=by,
        ),
        attachments=(attachment(told, method=method, organizer=_organizer(), attendee=to),),
    )
    # What is cancelled says nothing of the person: it leaves, even once they are erased.
    return _post(session, message, by, None if method is Method.CANCEL else told.person)


def _post(session: Session, message: notices.Message, by: By, person: Person | None) -> uuid.UUID:
    """Put in the outbox what holds a person's coordinates, to be erased with them, or nobody's."""
    is_erasure = by is By.ERASURE
    recontact_id = person.id if person and not is_erasure else None
    return notices.post(
        session, message, about=BOOKING, is_secret=is_erasure, recontact_id=recontact_id
    ).id


def _as_of(change: Change, shown: Appointment) -> Appointment:
    """Return a rendezvous with the last sequence: what is cancelled must outrank what was asked."""
    if change.after is None or shown is change.after:
        return shown
    return replace(shown, sequence=change.after.sequence)


def _text(template: str, told: Appointment, **more: object) -> str:
    return render_template(
        f"interviews/mail/{template}.txt",
        told=told,
        place=PLACES[told.place],
        link=link(told.person.token),
        **more,
    )


def _organizer() -> str:
    return parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])[1]
