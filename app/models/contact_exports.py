"""That contacts left in a file: who took them, when, how many. Never whom."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now


class ContactExport(Base):
    """The trace of one export. It says nothing of what was looked for, nor of what was found."""

    __tablename__ = "contact_exports"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    exported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    format: Mapped[str] = mapped_column(String(4))  # « csv » or « xlsx »
    contacts: Mapped[int] = mapped_column()
