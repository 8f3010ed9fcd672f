"""A file that somebody of the team sent, between its reading and its import: kept for a day."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, Word, now, only
from app.models.encryption import EncryptedText


class ImportKind(enum.StrEnum):
    CONTACTS = "contacts"
    CLSMS = "clsms"


class Import(Base):
    """What was read, encrypted; once imported, only the lines that were refused."""

    __tablename__ = "imports"
    __table_args__ = (only("kind", ImportKind, name="kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[ImportKind] = mapped_column(Word(ImportKind))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(EncryptedText)  # JSON (services.imports)
    choices: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what each column is
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON)  # what importing did
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
