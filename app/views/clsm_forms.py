"""The form of an entry of the directory."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, ValidationError
from wtforms.validators import DataRequired, Length

from app.models import Clsm, ClsmKind
from app.services import contact_tags, territories
from app.services.clsm_entries import NewClsm
from app.services.clsm_kinds import KINDS
from app.services.clsms import NAME_LENGTH
from app.views.choices import ListField
from app.views.contact_forms import TAG_TOO_LONG, TAGS_LENGTH
from app.views.lines import LineField, at_most, one_line
from app.views.place_fields import departement_field, options, refuse_disagreement, region_field

ALREADY_HERE = "Un CLSM de l’annuaire porte déjà ce nom. Rien n’a été changé."


class ClsmForm(FlaskForm):
    """A CLSM: what it is called, where it is, what it is."""

    name = LineField(
        "Nom du CLSM",
        [
            DataRequired("Donnez le nom du CLSM."),
            Length(max=NAME_LENGTH, message=f"Écrivez moins de {NAME_LENGTH} caractères."),
            one_line,
        ],
        description="Tel qu’il sera proposé dans les questionnaires et écrit dans les messages.",
        render_kw={"autocomplete": "off"},
    )
    region = region_field("Le département suffit\u00a0: la région s’en déduit.")
    departement = departement_field()
    kind = ListField(
        "Type (facultatif)",
        choices=options({"": "Non précisé"} | {str(kind): label for kind, label in KINDS.items()}),
        default="",
    )
    tags = LineField(
        "Étiquettes (facultatif)",
        [at_most(TAGS_LENGTH)],
        description="Séparées par des virgules, pour retrouver ce CLSM.",
        render_kw={"autocomplete": "off"},
    )
    is_public = BooleanField("Le proposer dans les questionnaires")

    @classmethod
    def of(cls, clsm: Clsm | None) -> "ClsmForm":
        """Return the form of a CLSM, or an empty one; what was typed comes before."""
        return cls(data=_kept(clsm) if clsm else {"is_public": True})

    def validate_departement(self, field: ListField) -> None:
        refuse_disagreement(self.region.data, field.data)

    def validate_tags(self, field: LineField) -> None:
        if contact_tags.split(field.data or "")[1]:
            raise ValidationError(TAG_TOO_LONG)

    def wanted(self) -> NewClsm:
        """Return what was typed; the region of a département is its own."""
        departement = self.departement.data or None
        region = territories.REGION_OF[departement] if departement else self.region.data
        return NewClsm(
            name=self.name.data,
            region=region or None,
            departement=departement,
            kind=ClsmKind(self.kind.data) if self.kind.data else None,
            tags=contact_tags.split(self.tags.data or "")[0],
            is_public=self.is_public.data,
        )


def _kept(clsm: Clsm) -> dict[str, object]:
    return {
        "name": clsm.name,
        "region": clsm.region or "",
        "departement": clsm.departement or "",
        "kind": str(clsm.kind or ""),
        "tags": ", ".join(each.tag for each in clsm.tags),
        "is_public": clsm.is_public,
    }
