"""A slot in words, as it is offered and told on pages."""

from app.models import Slot, SlotPlace
from app.presentation import long_day, span
from app.services.appointments import PLACES


def moment_of(slot: Slot) -> str:
    """Return when: « mardi 3 décembre 2026, de 14 h à 15 h »."""
    return f"{long_day(slot.starts_at)}, {span(slot.starts_at, slot.duration_minutes)}"


def place_of(slot: Slot) -> str:
    """Return where: « par téléphone », « sur place (12 rue des Lilas) »; how to connect is not
    said before somebody has booked."""
    words = PLACES[slot.place]
    is_told = slot.place is SlotPlace.ON_SITE and slot.where
    return f"{words} ({slot.where})" if is_told else words


def offer(slot: Slot) -> str:
    """Return what somebody chooses: when, where, with whom."""
    return f"{moment_of(slot)}, {place_of(slot)}, avec {slot.conducted_by}"
