"""What somebody asked the team, and what was answered."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import Account
from app.models.base import Base, today
from app.models.encryption import EncryptedText


class Inquiry(Base):
    """A question to the team: closed when somebody answered it, or read it when nobody asked to."""

    __tablename__ = "inquiries"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    text: Mapped[str] = mapped_column(EncryptedText)
    reply_to: Mapped[str | None] = mapped_column(EncryptedText)  # an address or a number, as typed
    audience: Mapped[str | None] = mapped_column(String(40))
    asked_on: Mapped[date] = mapped_column(default=today)
    answer: Mapped[str | None] = mapped_column(EncryptedText)
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    closed_on: Mapped[date | None] = mapped_column(index=True)
    answered_by: Mapped[Account | None] = relationship()
