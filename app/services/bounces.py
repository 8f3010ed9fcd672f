"""What comes back: a mail server's report that a message could not be delivered.

A report is read by its form (RFC 3464) or, when it is in plain words, by the detectors of Mailman
(flufl.bounce); it is believed only when it names one of our messages, by the address of its own
that the message left from (VERP) or by its Message-ID: both hold a random number that nobody
guesses.
"""

import re
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Contact, Invitation, InvitationState, Reminder, ReminderState
from app.models.base import now
from app.services.outgoing import STATES, Kind

WORDS_LENGTH = 300
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "To", "Envelope-To")
HEX = r"[0-9a-f]{32}"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ADDRESS = re.compile(r"<?[^\s<>@;]+@[^\s<>@;]+>?")
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# Permanent for this message, but saying nothing against the address (RFC 3463): a full box, a size,
# the server's own state, the dialogue, the message's form, a policy such as « relaying denied ».
FULL_BOX, TOO_LARGE = "5.2.2", "5.2.3"
OF_OTHERS = (FULL_BOX, TOO_LARGE, "5.3.", "5.5.", "5.6.", "5.7.")
# An address that fails for so many messages, each for a while, is no better than a refused one.
SOFT_LIMIT = 5


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a report says: of which messages (ids), for good or for a while, in whose words."""

    ids: tuple[uuid.UUID, ...]
    is_permanent: bool
    is_address: bool  # the address itself is refused, not this message alone
    words: str


def is_about_address(status: str) -> bool:
    """Say whether a permanent status (RFC 3463; empty: none was given) refuses the address itself.

    Otherwise the message alone is refused: it may be tried again once its sender has mended.
    """
    return not f"{status}.".startswith(tuple(f"{each.rstrip('.')}." for each in OF_OTHERS))


def read(message: Message, *, bounce_address: str | None, host: str) -> Report | None:
    """Return what a message reports; none when it is no report, or not about one of ours.

    `host` is what our Message-IDs end with, `bounce_address` what our return paths are made from.
    """
    ids = tuple(dict.fromkeys(_ids(message, bounce_address, host)))
    if not ids:
        return None
    delivery = _delivery_status(message)
    if delivery is not None:
        return _of_delivery(ids, delivery)
    temporary, permanent = _detected(message)
    if not temporary and not permanent:
        return None
    words = "rapport de non-remise, sans détail"
    return Report(ids=ids, is_permanent=bool(permanent), is_address=bool(permanent), words=words)


def _detected(message: Message) -> tuple[Collection[Any], Collection[Any]]:
    """Return the addresses that detectors find refused for a while, and for good.

    They stumble on a sender that is missing or not in ASCII: one such message, met again at each
    visit, would hide for ever those that came after it.
    """
    from flufl.bounce import all_failures  # noqa: PLC0415 - the worker alone reads what comes back

    sender = str(message.get("From", "")).encode("ascii", "replace").decode()
    del message["From"]
    message["From"] = sender if "@" in sender else "MAILER-DAEMON@unknown.invalid"
    try:
        found: tuple[Collection[Any], Collection[Any]] = all_failures(message)
    except Exception:  # many parsers by others, given anybody's bytes
        return (), ()
    return found


def _of_delivery(ids: tuple[uuid.UUID, ...], fields: Message) -> Report | None:
    action = str(fields.get("Action", "")).strip().lower()
    if action not in ("failed", "delayed"):
        return None  # delivered, relayed, expanded: nothing is wrong
    code = STATUS.search(str(fields.get("Status", "")))
    status = code[0] if code else ""
    is_permanent = action == "failed" and not status.startswith("4")
    return Report(
        ids=ids,
        is_permanent=is_permanent and status != FULL_BOX,
        is_address=is_permanent and is_about_address(status),
        words=_words(status, str(fields.get("Diagnostic-Code", ""))),
    )


def _words(status: str, diagnostic: str) -> str:
    """Return the server's words, without the address that they often repeat."""
    said = ADDRESS.sub("<adresse>", diagnostic.partition(";")[2] or diagnostic)
    text = " ".join(f"{status} {said}".split())
    return f"retour du serveur destinataire\u00a0: {text}"[:WORDS_LENGTH]


def _delivery_status(message: Message) -> Message | None:
    """Return the fields of the first recipient in a report's `message/delivery-status` part."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else []:
                if isinstance(block, Message) and block.get("Action"):
                    return block
    return None


def _ids(message: Message, bounce_address: str | None, host: str) -> Iterator[uuid.UUID]:
    if bounce_address:
        local, _, domain = bounce_address.rpartition("@")
        ours = re.compile(rf"{re.escape(local)}\+({HEX})@{re.escape(domain)}", flags=re.IGNORECASE)
        for header in RECIPIENT_HEADERS:
            for value in message.get_all(header, []):
                yield from map(uuid.UUID, ours.findall(str(value)))
    identifier = re.compile(rf"<({UUID})@{re.escape(host)}>", flags=re.IGNORECASE)
    for part in message.walk():
        for header in ("Message-ID", "References", "In-Reply-To"):
            yield from map(uuid.UUID, identifier.findall(str(part.get(header, ""))))
        if part.get_content_maintype() == "text":
            yield from map(uuid.UUID, identifier.findall(_text(part)))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""


def record(session: Session, report: Report) -> bool:
    """Write what a report says on the message and its contact; say whether the message is known.

    A report read twice changes nothing the second time.
    """
    known = [_record_one(session, kind, id_, report) for id_ in report.ids for kind in STATES]
    return any(known)


def _record_one(session: Session, kind: Kind, id_: uuid.UUID, report: Report) -> bool:
    query = select(kind.returned_at, Invitation.contact_id).where(kind.id == id_)
    if kind is Reminder:
        query = query.join(Reminder.invitation)
    found = session.execute(query).one_or_none()
    if found is None:
        return False
    _mark(session, kind, id_, report)
    _count_against(session, found.contact_id, report, is_first=found.returned_at is None)
    return True


def _mark(session: Session, kind: Kind, id_: uuid.UUID, report: Report) -> None:
    session.execute(
        update(kind)
        .where(kind.id == id_)
        .values(last_error=report.words, returned_at=func.coalesce(kind.returned_at, now()))
        .execution_options(synchronize_session=False)
    )
    if not report.is_permanent:
        return
    states: type[InvitationState] | type[ReminderState] = STATES[kind]
    left = [states.SENT, states.UNCERTAIN, states.SENDING]
    session.execute(
        update(kind)
        .where(kind.id == id_, kind.state.in_(left))
        .values(state=states.BOUNCED if report.is_address else states.FAILED)
        .execution_options(synchronize_session=False)
    )


def _count_against(
    session: Session, contact_id: uuid.UUID, report: Report, *, is_first: bool
) -> None:
    mine = Contact.id == contact_id
    values: dict[str, object] = {}
    if report.is_address:
        values["bounced_at"] = func.coalesce(Contact.bounced_at, now())
    elif is_first:
        values["soft_bounces"] = Contact.soft_bounces + 1
    if values:
        session.execute(
            update(Contact)
            .where(mine)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    too_often = (mine, Contact.soft_bounces >= SOFT_LIMIT, Contact.bounced_at.is_(None))
    session.execute(
        update(Contact)
        .where(*too_often)
        .values(bounced_at=now())
        .execution_options(synchronize_session=False)
    )
