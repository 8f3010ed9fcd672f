"""Finding contacts: by profile, place, CLSM, tag, state, and by words.

What is in clear is asked of the database; names, addresses and notes are encrypted, so words are
looked for here, among those that are left.
"""

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Clsm, Contact, ContactTag
from app.services import contact_places, contacts

BATCH = 500
NONE = "aucun"  # the CLSM of those who have none


class State(enum.StrEnum):
    """Whether somebody can be written to; the words are those of addresses."""

    REACHABLE = "joignables"
    OPPOSED = "refus"
    BOUNCED = "adresse-refusee"


STATES: dict[State, ColumnElement[bool]] = {
    State.REACHABLE: Contact.opted_out_at.is_(None) & Contact.bounced_at.is_(None),
    State.OPPOSED: Contact.opted_out_at.is_not(None),
    State.BOUNCED: Contact.opted_out_at.is_(None) & Contact.bounced_at.is_not(None),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is looked for; empty: everybody. Region and département by their INSEE codes."""

    audience: str = ""
    region: str = ""
    departement: str = ""
    clsm: str = ""  # an id, or « aucun »
    tag: str = ""
    state: State | None = None
    words: str = ""


def state_of(contact: Contact) -> State:
    """Return whether somebody can be written to."""
    if contact.opted_out_at is not None:
        return State.OPPOSED
    return State.BOUNCED if contact.bounced_at is not None else State.REACHABLE


def ids(session: Session, filters: Filters) -> list[uuid.UUID]:
    """Return the ids of the contacts that are looked for, by name."""
    needs_text = bool(fold(filters.words).split())
    columns: list[Any] = [Contact.id, Contact.name]
    if needs_text:
        columns += [Contact.email, Clsm.name, Contact.notes]
    query: Select[Any] = select(*columns).outerjoin(Contact.clsm).where(*_conditions(filters))
    found = [
        (fold(name), id_)
        for id_, name, *more in session.execute(query)
        if not needs_text or contacts.holds(" ".join(filter(None, [name, *more])), filters.words)
    ]
    return [id_ for _, id_ in sorted(found)]


def load(session: Session, wanted: Sequence[uuid.UUID]) -> list[Contact]:
    """Return the contacts of these ids, in this order; those erased since are left out."""
    found: dict[uuid.UUID, Contact] = {}
    for start in range(0, len(wanted), BATCH):
        query = select(Contact).where(Contact.id.in_(wanted[start : start + BATCH]))
        found |= {contact.id: contact for contact in session.scalars(query)}
    return [found[id_] for id_ in wanted if id_ in found]


def matching(session: Session, filters: Filters | None = None) -> list[Contact]:
    """Return the contacts that are looked for, by name."""
    return load(session, ids(session, filters or Filters()))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions = []
    if filters.audience:
        conditions.append(Contact.audience == filters.audience)
    if filters.region:
        conditions.append(contact_places.in_regions([filters.region]))
    if filters.departement:
        conditions.append(contact_places.in_departements([filters.departement]))
    if filters.clsm:
        own = Contact.clsm_id.is_(None)
        conditions.append(own if filters.clsm == NONE else Contact.clsm_id == int(filters.clsm))
    if filters.tag:
        conditions.append(Contact.tags.any(ContactTag.tag == filters.tag))
    if filters.state is not None:
        conditions.append(STATES[filters.state])
    return conditions
