"""A link by which somebody chooses a password: an invitation, or a way back in."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import Account
from app.models.base import Base, UtcDateTime, Word, now, only


class LinkPurpose(enum.StrEnum):
    INVITATION = "invitation"  # of a colleague who has no password yet
    RECOVERY = "recovery"  # of one who has lost theirs


class AccountLink(Base):
    """A link that serves once, for a time: the row holds its hash, and goes when it has served."""

    __tablename__ = "account_links"
    __table_args__ = (only("purpose", LinkPurpose, name="purpose"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account: Mapped[Account] = relationship()

    @property
    def is_over(self) -> bool:
        """Say whether its time has passed."""
        return self.expires_at <= now()
