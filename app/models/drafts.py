"""An unfinished testimony, encrypted, known only by the secret in its author's browser."""

import uuid
from datetime import datetime

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now
from app.models.encryption import EncryptedText


class Draft(Base):
    __tablename__ = "drafts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    # SHA-256 of the key that the author's code gives through a slow function (services.receipts).
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    questionnaire_slug: Mapped[str] = mapped_column(String(40))
    questionnaire_version: Mapped[int] = mapped_column()
    answers: Mapped[str] = mapped_column(EncryptedText)  # JSON, question id → value
    saved_sections: Mapped[str] = mapped_column(EncryptedText)  # JSON, ids in the order of saving
    # Begun again from a testimony already sent: sending it amends that one.
    amends: Mapped[bool] = mapped_column(default=False, server_default=false())
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    __mapper_args__ = {"version_id_col": revision}
