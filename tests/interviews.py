"""Builders of temps d'échange: plain functions that add one thing to a session and flush."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.models import Recontact, Slot, SlotPlace
from app.services import recontacts

PAST = datetime(2026, 1, 5, 9, tzinfo=UTC)
FIRST = datetime(2099, 12, 3, 13, tzinfo=UTC)


def slot(
    session: Session,
    *,
    starts_at: datetime = FIRST,
    duration_minutes: int = 60,
    place: SlotPlace = SlotPlace.VIDEO,
    where: str = "https://visio.exemple.fr/salle",
    conducted_by: str = "Claire Morvan",
    conductor_email: str = "c.morvan@centre.example",
    capacity: int = 1,
) -> Slot:
    """A slot: Thursday 3 December 2099, from 14 h to 15 h in Paris, unless told otherwise."""
    made = Slot(
        starts_at=starts_at,
        duration_minutes=duration_minutes,
        place=place,
        where=where,
        conducted_by=conducted_by,
        conductor_email=conductor_email,
        capacity=capacity,
    )
    session.add(made)
    session.flush()
    return made


def person(
    session: Session,
    *,
    name: str = "Nadia Bellecour",
    email: str = "n.bellecour@exemple.fr",
    phone: str = "",
    hours: str = "",
    audience: str = "usager",
) -> Recontact:
    """Somebody who agreed to an exchange."""
    coordinates = recontacts.Coordinates(name=name, email=email, phone=phone, hours=hours)
    return recontacts.leave(session, coordinates, audience=audience)
