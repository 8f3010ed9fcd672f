"""Questions to the team: asked by anybody, read and answered by staff, closed by whoever did."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Act, Inquiry
from app.models.base import today
from app.services import audit


@dataclass(frozen=True)
class Ways:
    """How somebody may be answered; nothing when they left nothing."""

    email: str = ""
    phone: str = ""


def ask(
    session: Session,
    text: str,
    ways: Ways,
    *,
    audience: str | None = None,
    id_: uuid.UUID | None = None,
) -> Inquiry:
    """Keep a question."""
    inquiry = Inquiry(id=id_ or uuid.uuid4(), **_columns(text, ways, audience))
    session.add(inquiry)
    session.flush()
    return inquiry


def ask_once(
    session: Session, key: uuid.UUID, text: str, ways: Ways, *, audience: str | None = None
) -> Inquiry | None:
    """Keep what one form asks, however often it is sent; return the question if it is a new one.

    Sent again with other words or another address, it corrects the question that nobody closed
    yet; once it is closed, it asks another. When the same form comes twice at this very moment, the
    session is rolled back and it starts over: call it before anything else is pending.
    """
    try:
        return _ask_once(session, key, text, ways, audience)
    except IntegrityError:
        session.rollback()
        return _ask_once(session, key, text, ways, audience)


def _ask_once(
    session: Session, key: uuid.UUID, text: str, ways: Ways, audience: str | None
) -> Inquiry | None:
    columns = _columns(text, ways, audience)
    while (kept := session.get(Inquiry, key, populate_existing=True)) is not None:
        is_same = all(getattr(kept, name) == value for name, value in columns.items())
        if is_same or _correct(session, kept, columns):
            return None
        key = uuid.uuid5(key, "after")  # sent again after the answer, twice: one question too
    return ask(session, text, ways, audience=audience, id_=key)


def _columns(text: str, ways: Ways, audience: str | None) -> dict[str, str | None]:
    left = "\n".join(way for way in (ways.email.strip(), ways.phone.strip()) if way)
    return {
        "text": text.replace("\r\n", "\n").strip(),
        "reply_to": left or None,
        "audience": audience,
    }


def _correct(session: Session, inquiry: Inquiry, columns: Mapping[str, str | None]) -> bool:
    corrected = session.execute(
        update(Inquiry)
        .where(Inquiry.id == inquiry.id, Inquiry.closed_on.is_(None))
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    session.expire(inquiry)
    return bool(corrected.rowcount)  # type: ignore[attr-defined]


def ways(inquiry: Inquiry) -> Ways:
    """Return how whoever asked may be answered."""
    left = (inquiry.reply_to or "").splitlines()
    return Ways(
        email=next((way for way in left if "@" in way), ""),
        phone=next((way for way in left if "@" not in way), ""),
    )


def get(session: Session, inquiry_id: uuid.UUID) -> Inquiry | None:
    """Return one, or none."""
    return session.get(Inquiry, inquiry_id)


def waiting(session: Session) -> Sequence[Inquiry]:
    """Return the questions that nobody closed, the oldest day first."""
    query = select(Inquiry).where(Inquiry.closed_on.is_(None))
    return session.scalars(query.order_by(Inquiry.asked_on, Inquiry.id)).all()


def closed(session: Session) -> Sequence[Inquiry]:
    """Return the questions that were closed, the latest day first."""
    query = select(Inquiry).where(Inquiry.closed_on.is_not(None))
    return session.scalars(query.order_by(Inquiry.closed_on.desc(), Inquiry.id)).all()


def close(session: Session, inquiry: Inquiry, *, answer: str, by_id: int) -> bool:
    """Close a question with what was answered; of two people who answer, one hears yes."""
    done = session.execute(
        update(Inquiry)
        .where(Inquiry.id == inquiry.id, Inquiry.closed_on.is_(None))
        .values(answer=answer or None, answered_by_id=by_id, closed_on=today())
        .execution_options(synchronize_session=False)
    )
    session.expire(inquiry)
    is_first = bool(done.rowcount)  # type: ignore[attr-defined]
    if is_first:
        audit.record(session, Act.INQUIRY_CLOSED, inquiry.id, by=by_id)
    return is_first


def erase(session: Session, inquiry: Inquiry) -> None:
    """Erase a question, and what was answered."""
    audit.record(session, Act.INQUIRY_ERASED, inquiry.id)
    session.delete(inquiry)
    session.flush()
