"""Where somebody or something is: a region and a département of the official codes (INSEE)."""

from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from app.services import territories
from app.services.territories import DEPARTEMENTS, REGION_OF, REGIONS
from app.views.choices import ListField


def options(known: dict[str, str]) -> list[SelectChoice]:
    """Return choices of a list, value → label."""
    return [SelectChoice(value, label) for value, label in known.items()]


def region_field(description: str) -> ListField:
    """Return the field of a region, which may stay empty."""
    choices = options({"": "Non précisée"} | REGIONS)
    return ListField("Région (facultatif)", choices=choices, default="", description=description)


def departement_field() -> ListField:
    """Return the field of a département, which may stay empty."""
    named = {code: f"{code} {name}" for code, name in DEPARTEMENTS.items()}
    choices = options({"": "Non précisé"} | named)
    return ListField("Département (facultatif)", choices=choices, default="")


def refuse_disagreement(region: str | None, departement: str | None) -> None:
    """Refuse a département that is not in the region. Raises ValidationError."""
    if region in REGIONS and departement in DEPARTEMENTS and REGION_OF[departement] != region:
        told = territories.disagreement(departement, region)
        raise ValidationError(f"{told[0].upper()}{told[1:]}.")
