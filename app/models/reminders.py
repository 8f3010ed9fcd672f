"""A reminder of an invitation that got no answer: a message of its own, and its own outbox."""

import enum
import uuid

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Word, only
from app.models.invitations import Invitation
from app.models.outgoing import Outgoing


class ReminderState(enum.StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"  # an answer or a no came before it left


class Reminder(Outgoing, Base):
    """The first reminder of an invitation has number 1; the same one is never made twice."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("invitation_id", "number"),
        only("state", ReminderState, name="state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    invitation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("invitations.id", ondelete="CASCADE")
    )
    number: Mapped[int] = mapped_column()
    state: Mapped[ReminderState] = mapped_column(
        Word(ReminderState), default=ReminderState.QUEUED, index=True
    )
    invitation: Mapped[Invitation] = relationship(lazy="joined")
