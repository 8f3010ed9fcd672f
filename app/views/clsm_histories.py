"""How what was done to a CLSM is told: its words, and the shape beside them."""

from collections.abc import Iterator
from typing import Any

from app.models import ClsmAct
from app.services.clsm_histories import Event
from app.services.clsm_kinds import KINDS
from app.services.territories import DEPARTEMENTS, REGIONS
from app.views.invitation_states import Told

ACTS = {
    ClsmAct.NAMED: Told("Venu avec un contact", "state-wait"),
    ClsmAct.ADDED: Told("Ajout à la main", "state-done"),
    ClsmAct.CORRECTED: Told("Correction", "state-fixed"),
    ClsmAct.IMPORTED: Told("Import d’un fichier", "state-done"),
    ClsmAct.RETIRED: Told("Retiré de l’annuaire", "state-no"),
    ClsmAct.RESTORED: Told("Remis dans l’annuaire", "state-done"),
}
LABELS = {
    "name": "nom",
    "region": "région",
    "departement": "département",
    "kind": "type",
    "tags": "étiquettes",
    "is_public": "proposé dans les questionnaires",
}
CODES: dict[str, dict[str, str]] = {
    "region": REGIONS,
    "departement": DEPARTEMENTS,
    "kind": {str(kind): label.lower() for kind, label in KINDS.items()},
}


def said(event: Event) -> Iterator[str]:
    """Give each change of an event in French: « région : Bretagne, au lieu de rien »."""
    for name, (before, after) in event.changes.items():
        label = LABELS.get(name, name)
        yield f"{label}\u00a0: {_word(name, after)}, au lieu de {_word(name, before)}"


def _word(name: str, value: Any) -> str:
    if name == "is_public":
        return "oui" if value else "non"
    if not value:
        return "rien"
    if name == "tags":
        return ", ".join(value)
    return CODES[name].get(value, value) if name in CODES else f"«\u00a0{value}\u00a0»"
