"""What is remembered of a backup: when, how much, whether it was tried. Never where it is."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now


class Backup(Base):
    __tablename__ = "backups"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(String(200))  # the file's, without its folder
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    size: Mapped[int] = mapped_column(BigInteger)  # of the sealed file, in bytes
    rows: Mapped[int] = mapped_column(BigInteger)  # of all tables
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
