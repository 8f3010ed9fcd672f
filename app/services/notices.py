"""The outbox of messages to one person: a proposal, a rendezvous, a code, an answer.

`post` writes the message in the transaction that made it necessary; the edge commits, then
enqueues `tasks.deliver_notice` with the id. The row moves `queued → sending → sent | failed |
uncertain` by conditional updates: of two workers one wins, and what a crash left `sending` is never
sent again by itself. What the message said is erased as soon as it has left.
"""

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from app.models import Notice, NoticeState
from app.models.base import now

BATCH = 100
STUCK_AFTER = timedelta(minutes=15)
# Tried again after each of these delays, then given up: 29 hours. Somebody waits for it.
RETRY_DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 4 * 60, 24 * 60))
INTERRUPTED = "envoi interrompu : vérifiez avant de réessayer"
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file beside the message; a calendar's `method` makes it an invitation (RFC 6047)."""

    name: str
    media_type: str
    content: bytes
    method: str | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """What one person will read: `text` in paragraphs parted by blank lines."""

    to: str
    subject: str
    text: str
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()


def post(
    session: Session,
    message: Message,
    *,
    about: str,
    is_secret: bool = False,
    recontact_id: uuid.UUID | None = None,
) -> Notice:
    """Put a message in the outbox; commit, then enqueue `tasks.deliver_notice` with its id.

    `about` names its kind (« referral », « booking », at most 40 characters). What is secret is
    erased too when it could not leave. `recontact_id` says whose coordinates it holds: until it
    has left, it is erased with them.
    """
    notice = Notice(
        about=about, content=_written(message), is_secret=is_secret, recontact_id=recontact_id
    )
    session.add(notice)
    session.flush()
    return notice


def get(session: Session, notice_id: uuid.UUID) -> Notice | None:
    """Return one, or none."""
    return session.get(Notice, notice_id)


def read(notice: Notice) -> Message | None:
    """Return what a notice says; none once it has left or was given up."""
    if notice.content is None:
        return None
    fields: dict[str, Any] = json.loads(notice.content)
    attachments = tuple(
        Attachment(**each | {"content": base64.b64decode(each["content"])})
        for each in fields.pop("attachments")
    )
    return Message(**fields, attachments=attachments)


def _written(message: Message) -> str:
    fields = asdict(message)
    for each in fields["attachments"]:
        each["content"] = base64.b64encode(each["content"]).decode()
    return json.dumps(fields, ensure_ascii=False)


def _is_due() -> ColumnElement[bool]:
    moment = now()
    delays = [
        and_(Notice.attempts == attempts, Notice.sending_at <= moment - delay)
        for attempts, delay in enumerate(RETRY_DELAYS, start=1)
    ]
    # Tried in the future: by a clock that was ahead, and will not be waited for.
    is_absurd = Notice.sending_at > moment
    return and_(
        Notice.state == NoticeState.QUEUED, or_(Notice.sending_at.is_(None), is_absurd, *delays)
    )


def due(session: Session) -> Sequence[uuid.UUID]:
    """Return the ids of the next batch to send, the oldest first."""
    query = select(Notice.id).where(_is_due()).order_by(Notice.queued_at).limit(BATCH)
    return session.scalars(query).all()


def claim(session: Session, notice_id: uuid.UUID) -> bool:
    """Take a notice that waits, to send it; of two workers, one hears yes.

    Commit before the dialogue with the mail server.
    """
    taken = session.execute(
        update(Notice)
        .where(Notice.id == notice_id, _is_due())
        .values(state=NoticeState.SENDING, sending_at=now(), attempts=Notice.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def record_sent(session: Session, notice_id: uuid.UUID) -> None:
    """The mail server has taken the message: what it said, and of whom, is erased."""
    _settle(
        session,
        notice_id,
        state=NoticeState.SENT,
        content=None,
        recontact_id=None,
        last_error=None,
    )


def record_delay(session: Session, notice_id: uuid.UUID, error: str) -> None:
    """The mail server cannot take the message yet: it waits again, or is given up at last."""
    notice = session.get(Notice, notice_id, populate_existing=True)
    if notice is not None and notice.attempts >= MAX_ATTEMPTS:
        record_failure(session, notice_id, error)
        return
    _move(session, notice_id, state=NoticeState.QUEUED, last_error=error)


def record_failure(session: Session, notice_id: uuid.UUID, error: str) -> None:
    """The message could not be sent, and will not be by itself."""
    _settle(session, notice_id, state=NoticeState.FAILED, last_error=error)


def record_uncertain(session: Session, notice_id: uuid.UUID, error: str) -> None:
    """Nobody knows whether the message left: a person settles it."""
    _settle(session, notice_id, state=NoticeState.UNCERTAIN, last_error=error)


def interrupt_stuck(session: Session) -> int:
    """Set aside what has been `sending` for too long; return how many."""
    query = select(Notice.id).where(
        Notice.state == NoticeState.SENDING, Notice.sending_at < now() - STUCK_AFTER
    )
    stuck = session.scalars(query).all()
    for notice_id in stuck:
        record_uncertain(session, notice_id, INTERRUPTED)
    return len(stuck)


def retry(session: Session, notice_id: uuid.UUID) -> bool:
    """Put back in the outbox what did not leave, asked by a person; say whether it was possible."""
    states = (NoticeState.FAILED, NoticeState.UNCERTAIN)
    put_back = session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.state.in_(states), Notice.content.is_not(None))
        .values(
            state=NoticeState.QUEUED, attempts=0, last_error=None, sending_at=None, settled_at=None
        )
        .execution_options(synchronize_session="fetch")
    )
    return bool(put_back.rowcount)  # type: ignore[attr-defined]


def in_trouble(session: Session) -> Sequence[Notice]:
    """Return what did not leave, or may not have, the oldest first."""
    states = (NoticeState.FAILED, NoticeState.UNCERTAIN)
    query = select(Notice).where(Notice.state.in_(states)).order_by(Notice.queued_at)
    return session.scalars(query).all()


def erase_of(session: Session, recontact_ids: Sequence[uuid.UUID]) -> None:
    """Erase the messages that hold these people's coordinates, and have not left."""
    session.execute(
        delete(Notice)
        .where(Notice.recontact_id.in_(recontact_ids))
        .execution_options(synchronize_session="fetch")
    )


def _settle(session: Session, notice_id: uuid.UUID, **values: Any) -> None:
    notice = session.get(Notice, notice_id)
    if notice is not None and notice.is_secret:
        values["content"] = None
    _move(session, notice_id, settled_at=now(), **values)


def _move(session: Session, notice_id: uuid.UUID, **values: Any) -> None:
    session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.state == NoticeState.SENDING)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
