"""The contacts as a table, with the titles that an import knows: it can be read back."""

from collections.abc import Iterable, Mapping, Sequence

from app.models import Contact
from app.services import table_exports
from app.services.contact_searches import State, state_of
from app.services.territories import DEPARTEMENTS, REGIONS

TITLES = (
    "courriel",
    "nom",
    "profil",
    "clsm",
    "région",
    "département",
    "étiquettes",
    "notes",
    "état",
    "ajouté le",
)
STATES = {
    State.REACHABLE: "peut recevoir un message",
    State.OPPOSED: "ne veut plus de message",
    State.BOUNCED: "adresse refusée",
}


def write(kind: str, contacts: Iterable[Contact], labels: Mapping[str, str]) -> bytes:
    """Return these contacts as a file, « csv » or « xlsx »; `labels` names the profiles."""
    rows = (_row(contact, labels) for contact in contacts)
    return table_exports.write(kind, "Contacts", [TITLES, *rows])


def _row(contact: Contact, labels: Mapping[str, str]) -> Sequence[str]:
    clsm = contact.clsm
    departement = (clsm.departement if clsm else None) or ""
    return (
        contact.email,
        contact.name,
        labels.get(contact.audience, contact.audience),
        clsm.name if clsm else "",
        REGIONS.get((clsm.region if clsm else None) or "", ""),
        f"{departement} {DEPARTEMENTS.get(departement, '')}".strip(),
        ", ".join(each.tag for each in contact.tags),
        contact.notes or "",
        STATES[state_of(contact)],
        contact.created_at.date().isoformat(),
    )
