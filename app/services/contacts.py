"""Contacts: who may be written to. One contact an address, and a no that holds for good."""

import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Act, Clsm, Contact, ContactSource, Invitation
from app.models.base import PARIS
from app.models.encryption import key_ring
from app.services import audit, contact_tags, oppositions
from app.services.clsms import Directory

LOOK_UP_BATCH = 500


class InvalidEmailError(ValueError):
    """The text is not an e-mail address that a message can be sent to."""


class ContactExistsError(ValueError):
    """Another contact already has this address."""


class OpposedError(ValueError):
    """The owner of this address asked not to be written to."""


@dataclass(frozen=True, kw_only=True)
class NewContact:
    """What is needed to write to somebody; `email` in its canonical form."""

    email: str
    name: str
    audience: str
    clsm: str = ""
    region: str | None = None  # INSEE codes: of the CLSM or, without one, the contact's own
    departement: str | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""


def canonical_email(text: str) -> str:
    """Return the one form an address is kept and found again under. Raises InvalidEmailError."""
    tidied = unicodedata.normalize("NFC", text).strip()
    try:
        found = validate_email(tidied, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise InvalidEmailError(tidied) from None
    return str(found.ascii_email or found.normalized).lower()


def get(session: Session, contact_id: uuid.UUID) -> Contact | None:
    """Return one contact, or none."""
    return session.get(Contact, contact_id)


def count(session: Session) -> int:
    """Return how many contacts there are."""
    return session.scalar(select(func.count()).select_from(Contact)) or 0


def find(session: Session, email: str) -> Contact | None:
    """Return the contact of this canonical address, or none."""
    prints = key_ring.fingerprints(email)
    return session.scalar(select(Contact).where(Contact.email_fingerprint.in_(prints)))


def has_words(contact: Contact, words: str) -> bool:
    """Say whether every word is in the contact's name, address or CLSM."""
    clsm = contact.clsm.name if contact.clsm else ""
    return holds(f"{contact.name} {contact.email} {clsm}", words)


def holds(text: str, words: str) -> bool:
    """Say whether every word is in a text; neither accents nor capitals count."""
    wanted = fold(words).split()
    folded = fold(text) if wanted else ""
    return all(word in folded for word in wanted)


def last_invitations(session: Session, contacts: Iterable[Contact]) -> dict[uuid.UUID, Invitation]:
    """Return the latest invitation of each of these contacts that was ever invited."""
    ids = [contact.id for contact in contacts]
    query = select(Invitation).where(Invitation.contact_id.in_(ids))
    found = session.scalars(query.order_by(Invitation.queued_at, Invitation.campaign_id))
    return {invitation.contact_id: invitation for invitation in found}


def add(session: Session, wanted: NewContact) -> Contact:
    """Add one contact. Raises ContactExistsError or OpposedError, and changes nothing then."""
    (added,) = add_all(session, [wanted], source=ContactSource.TYPED)
    if added is None:
        raise _refusal(session, wanted.email)
    audit.record(session, Act.CONTACT_ADDED, added.id)
    return added


def _refusal(session: Session, email: str) -> ContactExistsError | OpposedError:
    is_known = find(session, email) is not None
    return ContactExistsError(email) if is_known else OpposedError(email)


def add_all(
    session: Session, wanted: Sequence[NewContact], *, source: ContactSource
) -> list[Contact | None]:
    """Add the contacts whose address is new; return them in order.

    None stands for one already known, or whose owner wants no message. When somebody else adds one
    of them at this very moment, the session is rolled back and it starts over: call it before
    anything else is pending.
    """
    try:
        return _add_new(session, wanted, source)
    except IntegrityError:
        session.rollback()
        return _add_new(session, wanted, source)


def _add_new(
    session: Session, wanted: Sequence[NewContact], source: ContactSource
) -> list[Contact | None]:
    writer = Writer(session, source)
    passed_over = {*_known(session, wanted), *oppositions.opposed(session, _emails(wanted))}
    made: list[Contact | None] = []
    for new in wanted:
        made.append(None if new.email in passed_over else writer.add(new))
        passed_over.add(new.email)
    session.flush()
    return made


def _emails(wanted: Sequence[NewContact]) -> list[str]:
    return [new.email for new in wanted]


def _known(session: Session, wanted: Sequence[NewContact]) -> set[str]:
    """Return the addresses that a contact has already, under any key."""
    prints = {value: new.email for new in wanted for value in key_ring.fingerprints(new.email)}
    asked = list(prints)
    known: set[str] = set()
    for start in range(0, len(asked), LOOK_UP_BATCH):
        batch = asked[start : start + LOOK_UP_BATCH]
        query = select(Contact.email_fingerprint).where(Contact.email_fingerprint.in_(batch))
        known.update(prints[value] for value in session.scalars(query))
    return known


class Writer:
    """Adds and completes many contacts; CLSMs and tags are read once."""

    def __init__(self, session: Session, source: ContactSource) -> None:
        self.session = session
        self.source = source
        self.directory = Directory(session)
        self.spelling = contact_tags.Spelling(session)

    def add(self, new: NewContact) -> Contact:
        """Add a contact whose address is neither known nor opposed."""
        contact = Contact(
            email=new.email,
            email_fingerprint=key_ring.fingerprint(new.email),
            name=new.name,
            audience=new.audience,
            clsm=self._clsm(new),
            notes=new.notes or None,
            source=self.source,
        )
        _place(contact, new)
        contact_tags.replace(contact, new.tags, self.spelling)
        self.session.add(contact)
        return contact

    def complete(self, contact: Contact, new: NewContact) -> None:
        """Fill what is empty of a contact, and add the tags; nothing is replaced."""
        contact.clsm = contact.clsm or self._clsm(new)
        if contact.clsm is None and contact.region is None:
            _place(contact, new)
        contact.notes = contact.notes or new.notes or None
        contact_tags.extend(contact, new.tags, self.spelling)

    def _clsm(self, new: NewContact) -> Clsm | None:
        return self.directory.entry(new.clsm, region=new.region, departement=new.departement)


def correct(session: Session, contact: Contact, wanted: NewContact) -> None:
    """Correct a contact. Raises ContactExistsError or OpposedError, and changes nothing then.

    Another address gets a chance of its own; a no goes on holding for the one it was said of.
    """
    if contact.email != wanted.email:
        _change_address(session, contact, wanted.email)
    writer = Writer(session, contact.source)
    contact.name = wanted.name
    contact.audience = wanted.audience
    contact.clsm = writer.directory.entry(
        wanted.clsm, region=wanted.region, departement=wanted.departement
    )
    _place(contact, wanted)
    contact.notes = wanted.notes or None
    contact_tags.replace(contact, wanted.tags, writer.spelling)
    audit.record(session, Act.CONTACT_CORRECTED, contact.id)
    session.flush()


def _place(contact: Contact, new: NewContact) -> None:
    """Keep the place of somebody who has no CLSM; a CLSM has its own."""
    contact.region = None if contact.clsm else new.region
    contact.departement = None if contact.clsm else new.departement


def _change_address(session: Session, contact: Contact, email: str) -> None:
    other = find(session, email)
    if (other is not None and other.id != contact.id) or oppositions.is_opposed(session, email):
        raise _refusal(session, email)
    if contact.opted_out_at is not None:
        _keep_no(session, contact)
        oppositions.oppose(session, email)
    contact.email = email
    contact.email_fingerprint = key_ring.fingerprint(email)
    contact.bounced_at, contact.soft_bounces = None, 0


def erase(session: Session, contact: Contact) -> None:
    """Erase a contact, its invitations and its reminders; only the hash of a no is kept."""
    if contact.opted_out_at is not None:
        _keep_no(session, contact)
    audit.record(session, Act.CONTACT_ERASED, contact.id)
    session.delete(contact)
    session.flush()


def _keep_no(session: Session, contact: Contact) -> None:
    """Write down a no said before the list of oppositions was kept; already there, it stays."""
    assert contact.opted_out_at is not None
    said_on = contact.opted_out_at.astimezone(PARIS).date()
    oppositions.oppose(session, contact.email, said_on=said_on)
