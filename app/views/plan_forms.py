"""When a campaign leaves, when it ends, and when it reminds: typed by staff, in Paris time."""

from datetime import datetime, time
from typing import Self

from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, NumberRange, Optional

from app.models import Campaign
from app.models.base import PARIS, now, today
from app.presentation import clock
from app.services import campaigns
from app.services.campaigns import Plan
from app.views.campaign_forms import BODY_LENGTH, LINE_LENGTH, TOO_LONG, refuse_unknown
from app.views.lines import LineField, at_most, one_line
from app.views.typed_counts import CountField
from app.views.typed_moments import HOUR_WANTED, DayField, read_hour

MOST_DAYS, MOST_TIMES = 180, 5
FIRST_HOUR = time(9)


class PlanForm(FlaskForm):
    """Dates and reminders; each may be left empty."""

    starts_on = DayField(
        "Premier jour d’envoi",
        [Optional()],
        description="Vide\u00a0: dès que vous confirmez.",
        render_kw={"autocomplete": "off"},
    )
    starts_hour = StringField(
        "À partir de",
        [Optional(), at_most(40)],
        description="Par exemple 9 h. Vide\u00a0: 9 h.",
        render_kw={"autocomplete": "off"},
    )
    ends_on = DayField(
        "Dernier jour d’envoi",
        [Optional()],
        description="Après ce jour, rien ne part, relances comprises. Les liens restent ouverts.",
        render_kw={"autocomplete": "off"},
    )
    remind_after_days = CountField(
        "Relancer après combien de jours sans réponse",
        [
            Optional(),
            NumberRange(1, MOST_DAYS, f"Donnez un nombre de jours, de 1 à {MOST_DAYS}."),
        ],
        description="Vide\u00a0: aucune relance. Jamais à qui a répondu, refusé ou dont "
        "l’adresse est refusée.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    remind_at_most = CountField(
        "Combien de relances au plus",
        [Optional(), NumberRange(1, MOST_TIMES, f"Donnez un nombre de 1 à {MOST_TIMES}.")],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    reminder_subject = LineField(
        "Objet de la relance",
        [Length(max=LINE_LENGTH, message=TOO_LONG), one_line],
        description="Vide\u00a0: celui de l’invitation.",
        render_kw={"autocomplete": "off"},
    )
    reminder_body = TextAreaField(
        "Message de la relance",
        [Length(max=BODY_LENGTH, message=TOO_LONG)],
        description="Vide\u00a0: celui de l’invitation.",
        render_kw={"rows": 12},
    )

    @classmethod
    def of(cls, campaign: Campaign, *, body: str) -> Self:
        """Return the form of a campaign as it is kept; `body` is a first draft of a reminder."""
        begins = campaign.starts_at.astimezone(PARIS) if campaign.starts_at else None
        return cls(
            formdata=None,
            data={
                "starts_on": begins.date() if begins else None,
                "starts_hour": clock(begins) if begins else "",
                "ends_on": campaign.ends_on,
                "remind_after_days": campaign.remind_after_days,
                "remind_at_most": campaign.remind_at_most or None,
                "reminder_subject": campaign.reminder_subject,
                "reminder_body": campaign.reminder_body or body,
            },
        )

    def validate_starts_hour(self, field: Field) -> None:
        try:
            read_hour(field.data)
        except ValueError:
            raise ValidationError(HOUR_WANTED.format(field.data)) from None

    def validate_ends_on(self, field: Field) -> None:
        if field.data is None:
            return  # said by the field itself
        if field.data < today():
            raise ValidationError("Ce jour est passé. Donnez un jour à venir, ou laissez vide.")
        if self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("Le dernier jour vient avant le premier.")

    def validate_reminder_subject(self, field: Field) -> None:
        refuse_unknown(field.data or "", campaigns.IN_SUBJECT)

    def validate_reminder_body(self, field: Field) -> None:
        refuse_unknown(field.data or "", campaigns.IN_BODY)
        if (field.data or "").strip() and not campaigns.has_placeholder(field.data, campaigns.LINK):
            raise ValidationError("Il manque {lien}, le lien personnel vers le questionnaire.")

    def plan(self, campaign: Campaign) -> Plan:
        """Return what was typed; a day that is over means at once."""
        body = (self.reminder_body.data or "").replace("\x00", "").replace("\r\n", "\n").strip()
        return Plan(
            starts_at=self._starts_at(),
            ends_on=self.ends_on.data,
            remind_after_days=self.remind_after_days.data,
            remind_at_most=self.remind_at_most.data or 1,
            reminder_subject=self.reminder_subject.data or "",
            reminder_body="" if body == campaign.body.strip() else body,
        )

    def _starts_at(self) -> datetime | None:
        if self.starts_on.data is None:
            return None
        hour = read_hour(self.starts_hour.data) if self.starts_hour.data else FIRST_HOUR
        begins = datetime.combine(self.starts_on.data, hour, tzinfo=PARIS)
        return begins if begins > now() else None
