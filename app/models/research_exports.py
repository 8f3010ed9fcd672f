"""That testimonies left in a file, or that a project is on its way in. Never which, nor a word."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now
from app.models.encryption import EncryptedText


class ResearchExport(Base):
    """The trace of one export: who, when, which kind, how many, in which words.

    It says nothing of what was looked for, nor of what was found.
    """

    __tablename__ = "research_exports"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    exported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    kind: Mapped[str] = mapped_column(String(10))  # a word of services.exports.Kind
    is_raw: Mapped[bool] = mapped_column(default=False, server_default=false())
    testimonies: Mapped[int] = mapped_column()
    codings: Mapped[int] = mapped_column()
    left_out: Mapped[int] = mapped_column()


class ProjectImport(Base):
    """A project that somebody sent, between its reading and its import: encrypted, for a day."""

    __tablename__ = "project_imports"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(EncryptedText)  # the file, in base 64; then nothing
    choices: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what each unknown code is…
    counts: Mapped[dict[str, int] | None] = mapped_column(JSON)  # what importing did
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
