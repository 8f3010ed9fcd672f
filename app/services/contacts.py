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
from app.models import Contact, ContactSource, Invitation
from app.models.base import now
from app.models.encryption import key_ring
from app.services import oppositions
from app.services.clsms import Directory

LOOK_UP_BATCH = 500


class InvalidEmailError(ValueError):
    """The text is not an e-mail address that a message can be sent to."""


class ContactExistsError(ValueError):
    """Another contact already has this address."""


@dataclass(frozen=True, kw_only=True)
class NewContact:
    """What is needed to write to somebody; `email` in its canonical form."""

    email: str
    name: str
    audience: str
    clsm: str = ""
    region: str | None = None


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


def matching(session: Session, *, audience: str = "", words: str = "") -> list[Contact]:
    """Return the contacts of this profile in which every word is found, by name.

    Names are encrypted: words are looked for here, in the name, the address and the CLSM.
    """
    query = select(Contact)
    if audience:
        query = query.where(Contact.audience == audience)
    found = [contact for contact in session.scalars(query) if has_words(contact, words)]
    return sorted(found, key=lambda contact: (fold(contact.name), contact.id))


def has_words(contact: Contact, words: str) -> bool:
    """Say whether every word is in the contact's name, address or CLSM."""
    if not (wanted := fold(words).split()):
        return True
    clsm = contact.clsm.name if contact.clsm else ""
    text = fold(f"{contact.name} {contact.email} {clsm}")
    return all(word in text for word in wanted)


def last_invitations(session: Session, contacts: Iterable[Contact]) -> dict[uuid.UUID, Invitation]:
    """Return the latest invitation of each of these contacts that was ever invited."""
    ids = [contact.id for contact in contacts]
    query = select(Invitation).where(Invitation.contact_id.in_(ids))
    found = session.scalars(query.order_by(Invitation.queued_at, Invitation.campaign_id))
    return {invitation.contact_id: invitation for invitation in found}


def add(session: Session, wanted: NewContact) -> Contact:
    """Add one contact. Raises ContactExistsError, and changes nothing then."""
    (added,) = add_all(session, [wanted], source=ContactSource.TYPED)
    if added is None:
        raise ContactExistsError(wanted.email)
    return added


def add_all(
    session: Session, wanted: Sequence[NewContact], *, source: ContactSource
) -> list[Contact | None]:
    """Add the contacts whose address is new; return them in order, none for one already known.

    When somebody else adds one of them at this very moment, the session is rolled back and it
    starts over: call it before anything else is pending.
    """
    try:
        return _add_new(session, wanted, source)
    except IntegrityError:
        session.rollback()
        return _add_new(session, wanted, source)


def _add_new(
    session: Session, wanted: Sequence[NewContact], source: ContactSource
) -> list[Contact | None]:
    directory = Directory(session)
    known = _known_fingerprints(session, wanted)
    opposed = oppositions.known(session, _fingerprints(wanted))
    made: list[Contact | None] = []
    for new in wanted:
        prints = key_ring.fingerprints(new.email)
        contact = None
        if known.isdisjoint(prints):
            contact = Contact(
                email=new.email,
                email_fingerprint=prints[0],
                name=new.name,
                audience=new.audience,
                clsm=directory.entry(new.clsm, region=new.region),
                source=source,
                # A no said before somebody wrote the address here again still holds.
                opted_out_at=None if opposed.isdisjoint(prints) else now(),
            )
            session.add(contact)
            known.add(prints[0])
        made.append(contact)
    session.flush()
    return made


def _fingerprints(wanted: Sequence[NewContact]) -> list[str]:
    return [value for new in wanted for value in key_ring.fingerprints(new.email)]


def _known_fingerprints(session: Session, wanted: Sequence[NewContact]) -> set[str]:
    prints = _fingerprints(wanted)
    known: set[str] = set()
    for start in range(0, len(prints), LOOK_UP_BATCH):
        batch = prints[start : start + LOOK_UP_BATCH]
        query = select(Contact.email_fingerprint).where(Contact.email_fingerprint.in_(batch))
        known.update(session.scalars(query))
    return known


def correct(session: Session, contact: Contact, wanted: NewContact) -> None:
    """Correct a contact. Raises ContactExistsError when another one has this address."""
    other = find(session, wanted.email)
    if other is not None and other.id != contact.id:
        raise ContactExistsError(wanted.email)
    if contact.email != wanted.email:
        contact.email = wanted.email
        contact.email_fingerprint = key_ring.fingerprint(wanted.email)
        if oppositions.holds(session, wanted.email):
            contact.opted_out_at = contact.opted_out_at or now()
    contact.name = wanted.name
    contact.audience = wanted.audience
    contact.clsm = Directory(session).entry(wanted.clsm)
    session.flush()
