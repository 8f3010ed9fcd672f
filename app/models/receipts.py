"""What stays of a testimony that changed or left: what it said before, or the day."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, today
from app.models.encryption import EncryptedText


class Revision(Base):
    """What a testimony said before its author amended it: kept for the record, never counted."""

    __tablename__ = "revisions"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    testimony_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("testimonies.id", ondelete="CASCADE"), index=True
    )
    replaced_on: Mapped[date] = mapped_column(default=today)
    answers: Mapped[str] = mapped_column(EncryptedText)  # JSON, question id → value


class Withdrawal(Base):
    """That something was withdrawn, and the day: nothing of what it was."""

    __tablename__ = "withdrawals"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    withdrawn_on: Mapped[date] = mapped_column(default=today)
