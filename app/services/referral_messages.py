"""What is written about a proposal: one message, one reminder, and how far it has come."""

import enum
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from app.models import Notice, NoticeState, Recontact, Referral
from app.models.base import now
from app.services import notices, referrals
from app.services.periods import periods

LATEST_REMINDER = 14  # days; sooner where proposals are kept for less than a month
ABOUT = "referral"


class Progress(enum.Enum):
    """How far the message about a proposal has come."""

    LEAVING = "leaving"
    SENT = "sent"
    REMINDED = "reminded"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


def remind_after() -> timedelta:
    """Return how long somebody is left in peace before the one reminder."""
    return timedelta(days=max(1, min(LATEST_REMINDER, periods.of.referrals.days // 2)))


def write_to(session: Session, referral: Referral, message: notices.Message) -> uuid.UUID:
    """Put the message about a proposal in the outbox; return the notice's id, to be enqueued."""
    referral.notice = notices.post(session, message, about=ABOUT)
    session.flush()
    return referral.notice.id


def to_remind(session: Session) -> Sequence[uuid.UUID]:
    """Return the proposals that wait for a reminder: written to, and silent since."""
    has_left = or_(Referral.notice_id.is_(None), Notice.state == NoticeState.SENT)
    query = (
        select(Referral.id)
        .outerjoin(Notice, Notice.id == Referral.notice_id)
        .where(
            Referral.reminded_at.is_(None),
            Referral.proposed_at <= now() - remind_after(),
            Referral.expires_at > now(),
            has_left,
            ~_has_agreed(),
        )
        .order_by(Referral.proposed_at)
    )
    return session.scalars(query).all()


def _has_agreed() -> ColumnElement[bool]:
    """The owner of this address left it elsewhere since it was proposed: nothing to remind of."""
    return exists().where(Recontact.email_fingerprint == Referral.email_fingerprint)


def claim_reminder(session: Session, referral_id: uuid.UUID) -> Referral | None:
    """Take a proposal to remind of it, once; none when another did, or when nobody may.

    Whoever said no elsewhere since then is not written to: the proposal is erased.
    """
    taken = session.execute(
        update(Referral)
        .where(Referral.id == referral_id, Referral.reminded_at.is_(None))
        .values(reminded_at=now())
        .execution_options(synchronize_session=False)
    )
    referral = session.get(Referral, referral_id, populate_existing=True)
    if not taken.rowcount or referral is None:  # type: ignore[attr-defined]
        return None
    if referrals.is_opposed(session, referral.email):
        referrals.end(session, referral)
        return None
    return referral


def progress(referral: Referral) -> Progress:
    """Return how far the message about a proposal has come."""
    state = referral.notice.state if referral.notice else NoticeState.SENT
    if state in (NoticeState.QUEUED, NoticeState.SENDING):
        return Progress.LEAVING
    if state is not NoticeState.SENT:
        return Progress(state.value)
    return Progress.REMINDED if referral.reminded_at else Progress.SENT


def in_trouble(session: Session, referral_id: uuid.UUID) -> Referral | None:
    """Return this proposal if its message did not leave, or may not have; or none."""
    referral = session.get(Referral, referral_id)
    stuck = (Progress.FAILED, Progress.UNCERTAIN)
    return referral if referral is not None and progress(referral) in stuck else None


def retry(session: Session, referral: Referral) -> uuid.UUID | None:
    """Put the message back in the outbox; return its id, to be enqueued, or none."""
    if referral.notice_id is None or referrals.is_over(referral):
        return None
    return referral.notice_id if notices.retry(session, referral.notice_id) else None


def give_up(session: Session, referral: Referral) -> None:
    """Erase a proposal whose message could not leave; its owner, who knows nothing, said no no."""
    referrals.end(session, referral)
