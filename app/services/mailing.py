"""How the messages stand, those of campaigns and those to one person: counted, and no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Invitation, Notice, NoticeState, Reminder
from app.models.base import now

LATE_AFTER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How many messages wait, are sent, failed (bounces too), or may have left or not."""

    waiting: int
    sent: int
    failed: int
    uncertain: int


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """The two outboxes, and since when the oldest message to one person waits (none: none does)."""

    campaigns: Standing
    notices: Standing
    oldest: datetime | None

    @property
    def is_late(self) -> bool:
        """Say whether somebody has been waiting for a message for too long."""
        return self.oldest is not None and self.oldest < now() - LATE_AFTER


def count(session: Session) -> Mailing:
    """Count both outboxes."""
    invitations = _by_state(session, Invitation.state)
    reminders = _by_state(session, Reminder.state)
    notices = _by_state(session, Notice.state)
    waits = select(func.min(Notice.queued_at)).where(Notice.state == NoticeState.QUEUED)
    return Mailing(
        campaigns=_plus(_standing(invitations), _standing(reminders)),
        notices=_standing(notices),
        oldest=session.scalar(waits),
    )


def _by_state(session: Session, column: InstrumentedAttribute[Any]) -> dict[str, int]:
    counted = session.execute(select(column, func.count()).group_by(column))
    return {str(state): count for state, count in counted}


def _standing(counts: dict[str, int]) -> Standing:
    def of(*states: str) -> int:
        return sum(counts.get(state, 0) for state in states)

    return Standing(
        waiting=of("queued", "sending"),
        sent=of("sent", "answered", "declined"),  # what was answered since had left
        failed=of("failed", "bounced"),
        uncertain=of("uncertain"),
    )


def _plus(one: Standing, other: Standing) -> Standing:
    return Standing(
        waiting=one.waiting + other.waiting,
        sent=one.sent + other.sent,
        failed=one.failed + other.failed,
        uncertain=one.uncertain + other.uncertain,
    )
