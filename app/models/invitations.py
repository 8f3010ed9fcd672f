"""One contact asked once by one campaign. The row is the outbox: what it says is what happened."""

import enum
import secrets
import uuid
from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Word, only
from app.models.campaigns import Campaign
from app.models.contacts import Contact
from app.models.outgoing import Outgoing

TOKEN_BYTES = 16


class InvitationState(enum.StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    UNCERTAIN = "uncertain"  # given to the server, whose answer was lost: a person settles it
    ANSWERED = "answered"
    DECLINED = "declined"


class Invitation(Outgoing, Base):
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
    started_on: Mapped[date | None] = mapped_column()  # a questionnaire was begun from the link
    answered_on: Mapped[date | None] = mapped_column()
    declined_on: Mapped[date | None] = mapped_column()
    campaign: Mapped[Campaign] = relationship(lazy="joined")
    contact: Mapped[Contact] = relationship(lazy="joined")
