"""One contact asked once by one campaign. The row is the outbox: what it says is what happened."""

import enum
import secrets
import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, Word, now, only
from app.models.campaigns import Campaign
from app.models.contacts import Contact

TOKEN_BYTES = 16


class InvitationState(enum.StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    ANSWERED = "answered"
    DECLINED = "declined"


class Invitation(Base):
    """An invitation knows that it was answered, and the day: never what, nor which testimony."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("campaign_id", "contact_id"),
        only("state", InvitationState, name="state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    token: Mapped[str] = mapped_column(
        String(22), unique=True, default=lambda: secrets.token_urlsafe(TOKEN_BYTES)
    )
    state: Mapped[InvitationState] = mapped_column(
        Word(InvitationState), default=InvitationState.QUEUED, index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)  # the mail server's own words
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_on: Mapped[date | None] = mapped_column()
    declined_on: Mapped[date | None] = mapped_column()
    campaign: Mapped[Campaign] = relationship(lazy="joined")
    contact: Mapped[Contact] = relationship(lazy="joined")
