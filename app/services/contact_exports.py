"""The contacts as a table, with the titles that an import knows: it can be read back.

Each export leaves a trace for the team: who, when, how many. Never whom, nor what was looked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Account, Act, Contact, ContactExport
from app.services import audit, contact_places, table_exports
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
LISTED = 20


@dataclass(frozen=True)
class Trace:
    """One export: who took it (none: their account is gone), when, in which format, how many."""

    who: str | None
    moment: datetime
    format: str
    contacts: int


def record(session: Session, kind: str, contacts: int, *, account_id: int | None) -> None:
    """Write down that so many contacts are about to leave."""
    session.add(ContactExport(account_id=account_id, format=kind, contacts=contacts))
    audit.record(session, Act.CONTACTS_EXPORTED, count=contacts, detail=kind, by=account_id)
    session.flush()


def latest(session: Session) -> list[Trace]:
    """Return the last exports, the latest first."""
    query = (
        select(ContactExport, Account)
        .outerjoin(Account, Account.id == ContactExport.account_id)
        .order_by(ContactExport.exported_at.desc(), ContactExport.id)
        .limit(LISTED)
    )
    return [
        Trace(
            (account.name or account.email) if account else None,
            each.exported_at,
            each.format,
            each.contacts,
        )
        for each, account in session.execute(query)
    ]


def write(kind: str, contacts: Iterable[Contact], labels: Mapping[str, str]) -> bytes:
    """Return these contacts as a file, « csv » or « xlsx »; `labels` names the profiles."""
    rows = (_row(contact, labels) for contact in contacts)
    return table_exports.write(kind, "Contacts", [TITLES, *rows])


def _row(contact: Contact, labels: Mapping[str, str]) -> Sequence[str]:
    clsm = contact.clsm
    departement = contact_places.departement_of(contact) or ""
    return (
        contact.email,
        contact.name,
        labels.get(contact.audience, contact.audience),
        clsm.name if clsm else "",
        REGIONS.get(contact_places.region_of(contact) or "", ""),
        f"{departement} {DEPARTEMENTS.get(departement, '')}".strip(),
        ", ".join(each.tag for each in contact.tags),
        contact.notes or "",
        STATES[state_of(contact)],
        contact.created_at.date().isoformat(),
    )
