"""Questions to the team: asked by anybody, read and answered by staff, closed by whoever did."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Inquiry
from app.models.base import today


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
    """Keep a question; `id_` is given when the same form must not be kept twice."""
    left = "\n".join(way for way in (ways.email.strip(), ways.phone.strip()) if way)
    inquiry = Inquiry(
        id=id_ or uuid.uuid4(),
        text=text.replace("\r\n", "\n").strip(),
        reply_to=left or None,
        audience=audience,
    )
    session.add(inquiry)
    session.flush()
    return inquiry


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
    return bool(done.rowcount)  # type: ignore[attr-defined]


def erase(session: Session, inquiry: Inquiry) -> None:
    """Erase a question, and what was answered."""
    session.delete(inquiry)
    session.flush()
