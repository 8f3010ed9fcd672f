"""The signs of life of the workers, whatever machine they are on."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now


class Beat(Base):
    """One worker: when it last showed life, at what it was, and what its tasks became."""

    __tablename__ = "worker_beats"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    doing: Mapped[str | None] = mapped_column(String(60))
    doing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # task → outcome → [how many, seconds in all], since it started
    outcomes: Mapped[dict[str, Any]] = mapped_column(JSON)
