"""What a campaign says, typed by staff: checked before anybody reads it."""

from collections.abc import Mapping
from typing import Self

from flask_wtf import FlaskForm
from wtforms import Field, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from app.models import Campaign
from app.services import campaigns
from app.views.choices import ListField
from app.views.lines import LineField

LINE_LENGTH, BODY_LENGTH = 200, 20_000
TOO_LONG = "Écrivez moins de %(max)d caractères."
EVERYBODY = "Tous les profils"


def _braces(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _refuse_unknown(text: str, known: tuple[str, ...]) -> None:
    unknown = campaigns.unknown_placeholders(text, known)
    if unknown:
        verb = "n’est pas connu" if len(unknown) == 1 else "ne sont pas connus"
        raise ValidationError(
            f"{_braces(unknown)} {verb} ici. Entre accolades, écrivez seulement : {_braces(known)}."
        )
    if campaigns.has_stray_brace(text):
        raise ValidationError(
            f"Une accolade est seule ou de trop. Écrivez par exemple {_braces(known[:1])}."
        )


class CampaignForm(FlaskForm):
    """A campaign: its title for the team, its message, its recipients."""

    title = LineField(
        "Titre de la campagne",
        [
            DataRequired("Donnez un titre, pour la retrouver."),
            Length(max=LINE_LENGTH, message=TOO_LONG),
        ],
        description="Pour l’équipe seulement : il n’est pas envoyé.",
        render_kw={"autocomplete": "off"},
    )
    audience = ListField("À qui écrire", choices=[])
    subject = LineField(
        "Objet du message",
        [DataRequired("Donnez l’objet du message."), Length(max=LINE_LENGTH, message=TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    body = TextAreaField(
        "Message",
        [DataRequired("Écrivez le message."), Length(max=BODY_LENGTH, message=TOO_LONG)],
        description="{nom} et {clsm} sont remplacés par ceux de la personne, {lien} par son lien "
        "personnel, {refus} par celui qui permet de ne plus rien recevoir.",
        render_kw={"rows": 20},
    )

    @classmethod
    def empty(cls, labels: Mapping[str, str], *, subject: str, body: str) -> Self:
        """Return a form that nobody has filled yet, with a first draft."""
        return cls(formdata=None, data={"subject": subject, "body": body})._offer(labels)

    @classmethod
    def of(cls, campaign: Campaign, labels: Mapping[str, str]) -> Self:
        """Return the form of a campaign as it is kept."""
        kept = {name: getattr(campaign, name) for name in ("title", "subject", "body")}
        return cls(formdata=None, data=kept | {"audience": campaign.audience or ""})._offer(labels)

    @classmethod
    def sent(cls, labels: Mapping[str, str]) -> Self:
        """Return the form as it was sent."""
        return cls()._offer(labels)

    def _offer(self, labels: Mapping[str, str]) -> Self:
        self.audience.choices = [("", EVERYBODY), *labels.items()]
        return self

    def validate_subject(self, field: Field) -> None:
        _refuse_unknown(field.data, campaigns.IN_SUBJECT)

    def validate_body(self, field: Field) -> None:
        _refuse_unknown(field.data, campaigns.IN_BODY)
        if not campaigns.has_placeholder(field.data, campaigns.LINK):
            raise ValidationError(
                "Il manque {lien}, le lien personnel vers le questionnaire. "
                "Écrivez {lien} là où il doit être."
            )

    def message(self) -> campaigns.Message:
        """Return what was typed, without what no message can hold."""
        return campaigns.Message(
            title=self.title.data,
            subject=self.subject.data,
            body=self.body.data.replace("\x00", "").replace("\r\n", "\n"),
            audience=self.audience.data or None,
        )
