"""What a campaign says, typed by staff: checked before anybody reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import Field, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from app.models import Campaign
from app.services import campaigns
from app.services.audiences import Audience
from app.views.choices import BoxesField, ListField
from app.views.lines import LineField, one_line

LINE_LENGTH, BODY_LENGTH = 200, 20_000
TOO_LONG = "Écrivez moins de %(max)d caractères."
EVERYBODY = "Tous les profils"
OWN_QUESTIONNAIRE = "Celui du profil de chaque personne"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a campaign may be narrowed by, value → label, and the questionnaires."""

    profiles: Mapping[str, str]
    questionnaires: Mapping[str, str]
    regions: Mapping[str, str]
    departements: Mapping[str, str]
    tags: Sequence[str]


def _braces(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def refuse_unknown(text: str, known: tuple[str, ...]) -> None:
    """Refuse braces that hold anything else than what is known. Raises ValidationError."""
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
    regions = BoxesField("Régions", choices=[], description="Aucune cochée\u00a0: toutes.")
    departements = BoxesField("Départements", choices=[], description="Aucun coché\u00a0: tous.")
    tags = BoxesField("Étiquettes", choices=[], description="Aucune cochée\u00a0: toutes.")
    questionnaire = ListField("Questionnaire proposé", choices=[], default="")
    subject = LineField(
        "Objet du message",
        [
            DataRequired("Donnez l’objet du message."),
            Length(max=LINE_LENGTH, message=TOO_LONG),
            one_line,
        ],
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
    def empty(cls, offer: Offer, *, subject: str, body: str, **more: Any) -> Self:
        """Return a form that nobody has filled yet, with a first draft."""
        return cls(formdata=None, data={"subject": subject, "body": body} | more)._offer(offer)

    @classmethod
    def of(cls, campaign: Campaign, offer: Offer) -> Self:
        """Return the form of a campaign as it is kept."""
        kept = {name: getattr(campaign, name) for name in ("title", "subject", "body")}
        chosen = {
            "audience": campaign.audience or "",
            "questionnaire": campaign.questionnaire_slug or "",
            **(campaign.filters or {}),
        }
        return cls(formdata=None, data=kept | chosen)._offer(offer)

    @classmethod
    def sent(cls, offer: Offer) -> Self:
        """Return the form as it was sent."""
        return cls()._offer(offer)

    def _offer(self, offer: Offer) -> Self:
        self.audience.choices = [("", EVERYBODY), *offer.profiles.items()]
        self.questionnaire.choices = [("", OWN_QUESTIONNAIRE), *offer.questionnaires.items()]
        self.regions.choices = list(offer.regions.items())
        self.departements.choices = list(offer.departements.items())
        self.tags.choices = [(tag, tag) for tag in offer.tags]
        return self

    def validate_subject(self, field: Field) -> None:
        refuse_unknown(field.data, campaigns.IN_SUBJECT)

    def validate_body(self, field: Field) -> None:
        refuse_unknown(field.data, campaigns.IN_BODY)
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
            audience=self.chosen(),
            questionnaire=self.questionnaire.data or None,
        )

    def chosen(self) -> Audience:
        """Return whom the campaign is to speak to."""
        return Audience(
            profile=self.audience.data or None,
            regions=tuple(self.regions.data or ()),
            departements=tuple(self.departements.data or ()),
            tags=tuple(self.tags.data or ()),
        )
