"""The forms of the contacts room."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import EmailField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from app.extensions import db
from app.models import Contact
from app.services import contact_tags, contacts
from app.services.clsms import Directory
from app.services.contact_files import NAME_LENGTH, NOTES_LENGTH
from app.services.territories import REGION_OF, REGIONS
from app.views.choices import ListField
from app.views.lines import LineField, at_most, one_line
from app.views.place_fields import departement_field, refuse_disagreement, region_field

TOO_LONG = f"Écrivez moins de {NAME_LENGTH} caractères."
ALREADY_HERE = "Un contact a déjà cette adresse. Rien n’a été changé."
OPPOSED = (
    "La personne qui a cette adresse a demandé à ne plus recevoir de message : "
    "son refus tient toujours. Rien n’a été changé."
)
TAGS_LENGTH = 2_000  # all of them
TAG_TOO_LONG = f"Une étiquette a {contact_tags.TAG_LENGTH} caractères au plus."


class ContactForm(FlaskForm):
    """Somebody to write to."""

    name = LineField(
        "Nom",
        [
            DataRequired("Donnez le nom, tel qu’il sera écrit dans les messages."),
            Length(max=NAME_LENGTH, message=TOO_LONG),
            one_line,
        ],
        description="Prénom et nom, comme vous les écririez dans un message.",
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        "Adresse électronique",
        [DataRequired("Donnez l’adresse électronique."), at_most(255)],
        render_kw={"autocomplete": "off"},
    )
    audience = ListField("Profil", choices=[])
    clsm = LineField(
        "CLSM (facultatif)",
        [Length(max=NAME_LENGTH, message=TOO_LONG), one_line],
        description="Choisissez dans la liste, ou écrivez un nom qui n’y est pas.",
        render_kw={"autocomplete": "off", "list": "clsms"},
    )
    region = region_field("Pour qui n’a pas de CLSM\u00a0: sinon, c’est la sienne qui compte.")
    departement = departement_field()
    tags = LineField(
        "Étiquettes (facultatif)",
        [at_most(TAGS_LENGTH)],
        description="Séparées par des virgules, pour retrouver ce contact. Rien sur la santé.",
        render_kw={"autocomplete": "off"},
    )
    notes = TextAreaField(
        "Notes (facultatif)",
        [Length(max=NOTES_LENGTH, message=f"Écrivez moins de {NOTES_LENGTH} caractères.")],
        description="Chiffrées, lues par l’équipe seule. La personne peut demander à les lire.",
        render_kw={"autocomplete": "off", "rows": "4"},
    )

    @classmethod
    def of(cls, contact: Contact | None, audiences: Sequence[tuple[str, str]]) -> "ContactForm":
        """Return the form of a contact, or an empty one; what was typed comes before."""
        form = cls(data=_kept(contact) if contact else {})
        form.audience.choices = list(audiences)
        return form

    def validate_email(self, field: EmailField) -> None:
        try:
            field.data = contacts.canonical_email(field.data)
        except contacts.InvalidEmailError:
            raise ValidationError(
                "Cette adresse n’est pas complète. Écrivez par exemple nom@organisme.fr."
            ) from None

    def validate_region(self, field: ListField) -> None:
        """Refuse another place than that of the CLSM, which would not be kept."""
        clsm = Directory(db.session).find(self.clsm.data or "")
        if clsm is not None and clsm.region and field.data not in ("", None, clsm.region):
            raise ValidationError(
                f"L’annuaire place ce CLSM en région {REGIONS[clsm.region]}. "
                "Laissez la région vide, ou corrigez le CLSM."
            )

    def validate_departement(self, field: ListField) -> None:
        refuse_disagreement(self.region.data, field.data)

    def validate_tags(self, field: LineField) -> None:
        if contact_tags.split(field.data or "")[1]:
            raise ValidationError(TAG_TOO_LONG)

    def wanted(self) -> contacts.NewContact:
        departement = self.departement.data or None
        region = REGION_OF[departement] if departement else self.region.data
        return contacts.NewContact(
            email=self.email.data,
            name=self.name.data,
            audience=self.audience.data,
            clsm=self.clsm.data or "",
            region=region or None,
            departement=departement,
            tags=contact_tags.split(self.tags.data or "")[0],
            notes=(self.notes.data or "").replace("\r\n", "\n").replace("\0", "").strip(),
        )


def _kept(contact: Contact) -> dict[str, str]:
    return {
        "name": contact.name,
        "email": contact.email,
        "audience": contact.audience,
        "clsm": contact.clsm.name if contact.clsm else "",
        "region": contact.region or "",
        "departement": contact.departement or "",
        "tags": ", ".join(each.tag for each in contact.tags),
        "notes": contact.notes or "",
    }


class TagForm(FlaskForm):
    """One tag, for all the contacts that are listed."""

    tag = LineField(
        "Étiquette",
        [
            DataRequired("Écrivez l’étiquette."),
            Length(max=contact_tags.TAG_LENGTH, message=TAG_TOO_LONG),
        ],
        render_kw={"autocomplete": "off", "list": "etiquettes"},
    )

    def validate_tag(self, field: LineField) -> None:
        if len(contact_tags.split(field.data or "")[0]) > 1:
            raise ValidationError("Une seule à la fois, sans virgule ni point-virgule.")
