"""A person whom a coordinator proposes, and who has not decided yet. A decision ends the row."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, now
from app.models.encryption import EncryptedText
from app.models.notices import Notice

TOKEN_BYTES = 16


class Referral(Base):
    """A mise en contact that waits: staff see that there is one, and no name.

    A yes makes a Recontact of it; a no, « erase me » and time leave nothing of it.
    """

    __tablename__ = "referrals"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token: Mapped[str] = mapped_column(
        String(22), unique=True, default=lambda: secrets.token_urlsafe(TOKEN_BYTES)
    )
    name: Mapped[str] = mapped_column(EncryptedText)
    email: Mapped[str] = mapped_column(EncryptedText)
    # Keyed hash: one question an address at a time, whoever proposes it.
    email_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    audience: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(EncryptedText)  # why them: they read it
    proposed_by: Mapped[str] = mapped_column(EncryptedText)  # name and function: they read it
    clsm: Mapped[str | None] = mapped_column(EncryptedText)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The last message about it, to say whether it left.
    notice_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("notices.id", ondelete="SET NULL")
    )
    notice: Mapped[Notice | None] = relationship()
