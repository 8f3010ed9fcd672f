"""What importing a file of contacts would do to each line, and doing it, all or nothing.

The rule for an address already known, here or on an earlier line of the file: what is empty is
completed, tags are added, nothing is ever replaced. An address whose owner asked not to be written
to is refused, and said.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Act, Contact, ContactSource, ContactTag
from app.models.encryption import key_ring
from app.services import audit, oppositions
from app.services.clsms import Directory
from app.services.contact_files import Row
from app.services.contact_tags import Spelling
from app.services.contacts import LOOK_UP_BATCH, NewContact, Writer
from app.services.import_plans import Fate, Plan, Planned
from app.services.territories import REGIONS

OPPOSED = "cette personne a demandé à ne plus recevoir de message"


@dataclass(frozen=True)
class Known:
    """What matters here of a contact already kept."""

    id: uuid.UUID
    has_clsm: bool
    has_region: bool
    has_notes: bool
    tags: frozenset[str]


def plan(session: Session, rows: Sequence[Row]) -> Plan[NewContact]:
    """Return what importing these lines would do. Nothing is changed."""
    return _Planner(session, rows).plan()


def carry_out(session: Session, planned: Plan[NewContact]) -> None:
    """Add and complete what was planned. Somebody else's same addition raises IntegrityError."""
    writer = Writer(session, ContactSource.IMPORTED)
    for new in planned.additions:
        writer.add(new)
    for start in range(0, len(planned.completions), LOOK_UP_BATCH):
        batch = dict(planned.completions[start : start + LOOK_UP_BATCH])
        for contact in session.scalars(select(Contact).where(Contact.id.in_(batch))):
            writer.complete(contact, batch[contact.id])
    count = len(planned.additions) + len(planned.completions)
    audit.record(session, Act.CONTACTS_IMPORTED, count=count)
    session.flush()


class _Planner:
    def __init__(self, session: Session, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.first: dict[str, int] = {}  # address → the line that speaks of it first
        self.wanted: dict[str, NewContact] = {}  # address → what all its lines say together
        self._merge()
        self.opposed = oppositions.opposed(session, self.wanted)
        self.known = _known(session, list(self.wanted))
        self.spelling = Spelling(session)
        self.directory = Directory(session)

    def _merge(self) -> None:
        for row in self.rows:
            if row.wanted is None:
                continue
            email = row.wanted.email
            self.first.setdefault(email, row.line)
            earlier = self.wanted.get(email)
            self.wanted[email] = together(earlier, row.wanted) if earlier else row.wanted

    def plan(self) -> Plan[NewContact]:
        made: Plan[NewContact] = Plan()
        for row in self.rows:
            fate, remarks = self._fate(row)
            new = row.wanted
            who = (new.name, new.email) if new else ()
            made.lines.append(Planned(row.line, row.cells, who, fate, tuple(remarks)))
            if new and fate is Fate.ADDED:
                made.additions.append(self.wanted[new.email])
            elif new and fate is Fate.COMPLETED:
                made.completions.append((self.known[new.email].id, self.wanted[new.email]))
        return made

    def _fate(self, row: Row) -> tuple[Fate, list[str]]:
        if row.wanted is None:
            return Fate.REFUSED, [row.reason]
        email, remarks = row.wanted.email, [*row.remarks]
        if email in self.opposed:
            return Fate.REFUSED, [OPPOSED]
        if self.first[email] != row.line:
            return Fate.MERGED, [f"même adresse que la ligne {self.first[email]}", *remarks]
        known = self.known.get(email)
        if known is None:
            return Fate.ADDED, remarks + self._about_clsm(self.wanted[email])
        gains = self._gains(known, self.wanted[email])
        if not gains:
            return Fate.UNCHANGED, remarks
        return Fate.COMPLETED, [f"ajoute : {', '.join(gains)}", *remarks]

    def _gains(self, known: Known, new: NewContact) -> list[str]:
        """Return, in French, what a contact already kept learns."""
        tags = {self.spelling.of(tag) for tag in new.tags} - known.tags
        gains = [f"CLSM « {new.clsm} »"] if new.clsm and not known.has_clsm else []
        if new.region and not (new.clsm or known.has_clsm or known.has_region):
            gains.append(f"région {REGIONS[new.region]}")
        gains += [f"étiquette « {tag} »" for tag in sorted(tags)]
        return gains + (["notes"] if new.notes and not known.has_notes else [])

    def _about_clsm(self, new: NewContact) -> list[str]:
        kept = self.directory.find(new.clsm) if new.clsm else None
        if kept is None or kept.region is None or new.region in (None, kept.region):
            return []
        ours = REGIONS.get(kept.region, kept.region)
        return [f"l’annuaire place ce CLSM en région {ours} : c’est elle qui est gardée"]


def together(first: NewContact, later: NewContact) -> NewContact:
    """Return what two lines say of one address: the later fills what the first left empty."""
    has_place = first.clsm or (first.region and not later.clsm)
    clsm = first if has_place else later
    return replace(
        first,
        clsm=clsm.clsm,
        region=clsm.region,
        departement=clsm.departement,
        tags=tuple(dict.fromkeys((*first.tags, *later.tags))),
        notes=first.notes or later.notes,
    )


def _known(session: Session, emails: Sequence[str]) -> dict[str, Known]:
    """Return the contacts that have these addresses, under any key; names are not deciphered."""
    prints = {value: email for email in emails for value in key_ring.fingerprints(email)}
    asked, found = list(prints), {}
    for start in range(0, len(asked), LOOK_UP_BATCH):
        here = Contact.email_fingerprint.in_(asked[start : start + LOOK_UP_BATCH])
        tags: dict[uuid.UUID, set[str]] = {}
        of_tags = select(ContactTag.contact_id, ContactTag.tag).join(
            Contact, Contact.id == ContactTag.contact_id
        )
        for contact_id, tag in session.execute(of_tags.where(here)):
            tags.setdefault(contact_id, set()).add(tag)
        columns = select(
            Contact.email_fingerprint,
            Contact.id,
            Contact.clsm_id.is_not(None),
            Contact.region.is_not(None),
            Contact.notes.is_not(None),
        )
        for value, id_, has_clsm, has_region, has_notes in session.execute(columns.where(here)):
            own = frozenset(tags.get(id_, ()))
            found[prints[value]] = Known(
                id_,
                has_clsm=bool(has_clsm),
                has_region=bool(has_region),
                has_notes=bool(has_notes),
                tags=own,
            )
    return found
