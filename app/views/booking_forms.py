"""The forms by which a rendezvous is taken, by the person or by staff for them."""

import uuid
from collections.abc import Sequence
from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.models import Recontact, Slot, SlotPlace
from app.services import bookings
from app.views.coordinate_fields import EXAMPLE, TOO_LONG, PhoneField
from app.views.slot_words import offer

UNCHOSEN = "Choisissez un créneau."
STALE = "La page était restée ouverte trop longtemps. Appuyez à nouveau."
JUST_TAKEN = (
    "Une autre personne vient de prendre la dernière place de ce créneau. "
    "Choisissez-en un autre parmi ceux qui restent."
)
NOT_OFFERED = "Ce créneau n’est plus proposé. Choisissez-en un autre parmi ceux qui restent."
NUMBER_WANTED = "Ce rendez-vous se tient par téléphone\u00a0: écrivez le numéro où vous appeler."


class ChoiceForm(FlaskForm):
    """One of the free slots, `offered` by their ids."""

    offered: dict[str, Slot]
    slot = RadioField(
        "Créneaux libres",
        [InputRequired(UNCHOSEN)],
        validate_choice=False,  # one that has just been taken deserves its own sentence
    )
    phone = PhoneField(
        "Le numéro où vous appeler",
        description=f"Seulement pour un rendez-vous par téléphone. Par exemple {EXAMPLE}.",
    )

    @classmethod
    def offering(cls, slots: Sequence[Slot], person: Recontact, **options: Any) -> Self:
        """Return a form of these slots; it asks for a number where one is missing."""
        made = cls(**options)
        made.offered = {str(each.id): each for each in slots}
        made.slot.choices = [SelectChoice(str(each.id), offer(each)) for each in slots]
        by_phone = any(each.place is SlotPlace.PHONE and not each.where for each in slots)
        if not (by_phone and bookings.needs_number(person)):
            del made.phone
        return made

    @property
    def slot_id(self) -> uuid.UUID:
        """The slot chosen; one that never was when somebody made it up."""
        try:
            return uuid.UUID(self.slot.data)
        except ValueError:
            return uuid.UUID(int=0)

    @property
    def number(self) -> str:
        return (self.phone.data or "") if self.phone is not None else ""

    def refuse(self, lost: Exception) -> Self:
        """Say why the slot cannot be had, and choose none in its place."""
        is_full = isinstance(lost, bookings.SlotFullError)
        self.slot.errors = [JUST_TAKEN if is_full else NOT_OFFERED]
        self.slot.data = None
        return self

    def ask_number(self) -> Self:
        """Say that this slot needs a number to call."""
        self.phone.errors = [NUMBER_WANTED]
        return self


class CallBackForm(FlaskForm):
    """Somebody who would rather be called to settle the day; a number given before is enough."""

    phone = PhoneField("Votre numéro de téléphone")
    hours = TextAreaField(
        "Quand vous appeler\u00a0? (facultatif)",
        [Length(max=500, message=TOO_LONG)],
        description="Par exemple «\u00a0le mardi matin\u00a0».",
        render_kw={"rows": 2, "autocomplete": "off"},
    )

    @classmethod
    def to(cls, person: Recontact, **options: Any) -> Self:
        """Return the form of this person, the number that we hold neither shown nor asked again."""
        made = cls(prefix="rappel-", **options)
        if person.phone:
            made.phone.label.text = "Un autre numéro (facultatif)"
            made.phone.description = "Si vous laissez vide, nous garderons celui que nous avons."
        else:
            made.phone.validators = (DataRequired("Écrivez votre numéro de téléphone."),)
        return made


class ButtonForm(FlaskForm):
    """Nothing but the token."""
