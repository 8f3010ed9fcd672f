"""Tags: words by which staff find contacts again; never anything about somebody's health."""

import re
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from analysis.folding import fold
from app.models import Act, Contact, ContactTag
from app.services import audit, spellings
from app.services.clsms import tidy

TAG_LENGTH = 60
BATCH = 500


def split(text: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the tags of a text that commas or semicolons part, and those that are too long."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;|\n]", text):
        if tag := tidy(part):
            found.setdefault(fold(tag), tag)
    tags = found.values()
    kept = tuple(tag for tag in tags if len(tag) <= TAG_LENGTH)
    return kept, [tag for tag in tags if len(tag) > TAG_LENGTH]


def counted(session: Session) -> list[tuple[str, int]]:
    """Return every tag in use and how many contacts bear it, in the order of a French index."""
    query = select(ContactTag.tag, func.count()).group_by(ContactTag.tag)
    found = [(tag, count) for tag, count in session.execute(query)]
    return sorted(found, key=lambda each: fold(each[0]))


class Spelling(spellings.Spelling):
    """The spelling already in use for each tag of a contact, read once."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ContactTag.tag)


def replace(contact: Contact, tags: Iterable[str], spelling: Spelling) -> None:
    """Give a contact these tags and no other."""
    wanted = {spelling.of(tag) for tag in tags}
    contact.tags = [each for each in contact.tags if each.tag in wanted] + [
        ContactTag(tag=tag) for tag in sorted(wanted - {each.tag for each in contact.tags})
    ]


def extend(contact: Contact, tags: Iterable[str], spelling: Spelling) -> None:
    """Give a contact these tags beside its own."""
    replace(contact, [*(each.tag for each in contact.tags), *tags], spelling)


def add(session: Session, ids: Sequence[uuid.UUID], tag: str) -> int:
    """Give one tag to many contacts; return how many did not have it."""
    written = Spelling(session).of(tag)
    made = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        query = select(Contact.id).where(Contact.id.in_(batch))
        query = query.where(~Contact.tags.any(ContactTag.tag == written))
        without = session.scalars(query).all()
        session.add_all(ContactTag(contact_id=id_, tag=written) for id_ in without)
        session.flush()
        made += len(without)
    audit.record(session, Act.CONTACTS_TAGGED, count=made)
    session.expire_all()
    return made


def remove(session: Session, ids: Sequence[uuid.UUID], tag: str) -> int:
    """Take one tag off many contacts; return how many had it."""
    written = Spelling(session).of(tag)
    taken = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        query = delete(ContactTag).where(
            ContactTag.contact_id.in_(batch), ContactTag.tag == written
        )
        done = session.execute(query.execution_options(synchronize_session=False))
        taken += int(done.rowcount)  # type: ignore[attr-defined]
    audit.record(session, Act.CONTACTS_TAGGED, count=taken)
    session.expire_all()
    return taken
