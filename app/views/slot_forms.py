"""The form by which staff publish slots: days and hours as they are typed, in the time of Paris."""

import re
from datetime import date, datetime, time

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    Field,
    IntegerField,
    SelectChoice,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.models import Slot, SlotPlace
from app.models.base import PARIS, now, today
from app.presentation import clock, long_day
from app.services import contacts, slots
from app.services.appointments import PLACES
from app.views.choices import ListField
from app.views.lines import LineField, at_most
from app.views.typed_moments import DAY_WANTED, HOUR_WANTED, DayField, read_hour

TOO_LONG = "Écrivez moins de %(max)d caractères."
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def _refuse_past(day: date) -> None:
    if day < today():
        raise ValidationError("Ce jour est passé.")
    if day > today() + slots.FURTHEST:
        raise ValidationError("Ce jour est dans plus d’un an\u00a0: vérifiez l’année.")


class MomentForm(FlaskForm):
    """Days and hours."""

    def moments_of(
        self, days: list[date], hours: list[time], *, day: Field, hour: Field, minutes: int
    ) -> list[datetime]:
        """Return the moments; none, and an error beside a field, when one of them cannot be."""
        try:
            moments = [slots.instant(each, at) for each in days for at in hours]
        except slots.ImpossibleHourError as error:
            hour.errors = [*hour.errors, _clock_change(error)]
            return []
        if past := [each for each in moments if each <= now()]:
            hour.errors = [*hour.errors, f"{clock(past[0]).capitalize()} est déjà passé."]
            return []
        if late := [at for at in hours if at.hour * 60 + at.minute + minutes > 24 * 60]:
            hour.errors = [*hour.errors, f"Commencé à {late[0]:%H:%M}, il finirait le lendemain."]
            return []
        if len(moments) > slots.MOST_AT_ONCE:
            day.errors = [
                *day.errors,
                f"Cela ferait {len(moments)} créneaux\u00a0: publiez-en "
                f"{slots.MOST_AT_ONCE} au plus à la fois.",
            ]
            return []
        return moments


def _clock_change(error: slots.ImpossibleHourError) -> str:
    if error.is_skipped:
        return (
            f"Le {long_day(error.day)}, on passe à l’heure d’été\u00a0: cette heure n’existe pas. "
            "Choisissez-en une autre."
        )
    return (
        f"Le {long_day(error.day)}, on passe à l’heure d’hiver\u00a0: cette heure existe deux "
        "fois. Choisissez-en une autre."
    )


class DaysForm(MomentForm):
    """Hours of a day, and the days on which they come again."""

    day = DayField(
        "Jour",
        [DataRequired(DAY_WANTED)],
        render_kw={"autocomplete": "off"},
    )
    hours = LineField(
        "Heures de début, à Paris",
        [
            DataRequired("Donnez au moins une heure, par exemple 14 h."),
            Length(max=300, message=TOO_LONG),
        ],
        description="Une ou plusieurs, séparées par des virgules\u00a0: 9 h, 10 h 30, 14 h.",
        render_kw={"autocomplete": "off"},
    )
    weekdays = SelectMultipleField(
        "Répéter chaque (facultatif)",
        choices=[SelectChoice(str(number), name) for number, name in enumerate(WEEKDAYS)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=True,
    )
    until = DayField(
        "Jusqu’au (facultatif)",
        description="Le dernier jour où répéter.",
        render_kw={"autocomplete": "off"},
    )

    def validate_day(self, field: Field) -> None:
        _refuse_past(field.data)

    def validate_hours(self, field: Field) -> None:
        self.read_hours()

    def validate_until(self, field: Field) -> None:
        if field.data is None:
            if self.weekdays.data and not field.process_errors:
                raise ValidationError("Donnez le dernier jour où répéter.")
            return
        if not self.weekdays.data:
            raise ValidationError("Cochez les jours de la semaine où répéter, ou effacez ce jour.")
        _refuse_past(field.data)
        if self.day.data and field.data < self.day.data:
            raise ValidationError("Ce jour vient avant le premier.")

    def read_hours(self) -> list[time]:
        """Return the hours typed, in order, each once. Raises ValidationError."""
        read = set()
        for typed in filter(None, (part.strip() for part in re.split("[,;]", self.hours.data))):
            try:
                read.add(read_hour(typed))
            except ValueError:
                raise ValidationError(HOUR_WANTED.format(typed)) from None
        if not read:
            raise ValidationError("Donnez au moins une heure, par exemple 14 h.")
        return sorted(read)

    def days(self) -> list[date]:
        """Return every day asked for."""
        last = self.until.data or self.day.data
        return slots.days(self.day.data, last, map(int, self.weekdays.data or []))


class DayForm(MomentForm):
    """One day, one hour."""

    day = DayField("Jour", [DataRequired(DAY_WANTED)], render_kw={"autocomplete": "off"})
    hour = LineField(
        "Heure de début, à Paris",
        [DataRequired("Donnez l’heure, par exemple 14 h."), at_most(40)],
        render_kw={"autocomplete": "off"},
    )

    def validate_day(self, field: Field) -> None:
        _refuse_past(field.data)

    def validate_hour(self, field: Field) -> None:
        try:
            read_hour(field.data)
        except ValueError:
            raise ValidationError(HOUR_WANTED.format(field.data)) from None


class TermsForm(FlaskForm):
    """What a slot says, but for its moment."""

    duration = IntegerField(
        "Durée, en minutes",
        [
            DataRequired("Donnez la durée, en minutes."),
            NumberRange(5, 600, "Donnez une durée de 5 à 600 minutes."),
        ],
        default=60,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    place = ListField(
        "Comment",
        choices=[SelectChoice(place.value, words.capitalize()) for place, words in PLACES.items()],
    )
    where = LineField(
        "Adresse, ou comment rejoindre",
        [Length(max=300, message=TOO_LONG)],
        description="Sur place, l’adresse\u00a0; en visioconférence, le lien. Par téléphone, "
        "laissez vide si vous appelez la personne. Ce sera écrit dans l’invitation d’agenda.",
        render_kw={"autocomplete": "off"},
    )
    conducted_by = LineField(
        "Qui conduit l’échange",
        [
            DataRequired("Donnez le nom de la personne qui conduit l’échange."),
            Length(max=120, message=TOO_LONG),
        ],
        description="Le nom sera vu par les personnes qui réservent.",
        render_kw={"autocomplete": "name"},
    )
    conductor_email = EmailField(
        "Son adresse électronique",
        [
            DataRequired("Donnez son adresse\u00a0: les invitations y sont envoyées."),
            at_most(255),
        ],
        description="Pour ses invitations d’agenda. Personne d’autre ne la voit.",
        render_kw={"autocomplete": "email"},
    )
    capacity = IntegerField(
        "Nombre de places",
        [
            DataRequired("Donnez le nombre de places."),
            NumberRange(1, 100, "Donnez un nombre de 1 à 100."),
        ],
        default=1,
        description="Une place pour un entretien, plusieurs pour un échange en groupe.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    def validate_where(self, field: Field) -> None:
        wanted = {
            SlotPlace.ON_SITE.value: "Donnez l’adresse où venir.",
            SlotPlace.VIDEO.value: "Donnez le lien, ou dites comment rejoindre.",
        }
        if not field.data and self.place.data in wanted:
            raise ValidationError(wanted[self.place.data])

    def validate_conductor_email(self, field: Field) -> None:
        try:
            field.data = contacts.canonical_email(field.data)
        except contacts.InvalidEmailError:
            raise ValidationError(
                "Cette adresse n’est pas complète. Écrivez par exemple nom@organisme.fr."
            ) from None

    def terms(self) -> slots.Terms:
        return slots.Terms(
            duration_minutes=self.duration.data,
            place=SlotPlace(self.place.data),
            where=self.where.data or "",
            conducted_by=self.conducted_by.data,
            conductor_email=self.conductor_email.data,
            capacity=self.capacity.data,
        )


class PublishForm(DaysForm, TermsForm):
    """One or several slots."""

    def moments(self) -> list[datetime]:
        """Return every moment asked for; none, and an error beside a field, if one cannot be."""
        return self.moments_of(
            self.days(),
            self.read_hours(),
            day=self.day,
            hour=self.hours,
            minutes=self.duration.data,
        )


class SlotForm(DayForm, TermsForm):
    """One slot, to be changed."""

    def moment(self) -> datetime | None:
        """Return the moment; none, and an error beside its field, when it cannot be."""
        made = self.moments_of(
            [self.day.data],
            [read_hour(self.hour.data)],
            day=self.day,
            hour=self.hour,
            minutes=self.duration.data,
        )
        return made[0] if made else None


def kept(slot: Slot) -> dict[str, object]:
    """Return a slot as its form shows it."""
    starts_at = slot.starts_at.astimezone(PARIS)
    return {
        "day": starts_at.date(),
        "hour": clock(slot.starts_at),
        "duration": slot.duration_minutes,
        "place": slot.place.value,
        "where": slot.where,
        "conducted_by": slot.conducted_by,
        "conductor_email": slot.conductor_email,
        "capacity": slot.capacity,
    }
