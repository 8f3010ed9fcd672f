"""What time it was when somebody last looked, to know whether the clock jumped since."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class ClockMark(Base):
    """One row: the last moment that a worker saw, and since when time has gone on as it should."""

    __tablename__ = "clock_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    steady_since: Mapped[datetime] = mapped_column(UtcDateTime)
