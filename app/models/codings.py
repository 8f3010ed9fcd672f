"""Themes laid on answers: what the pipeline suggests and, beside it, what people decide."""

import enum
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import Account
from app.models.base import Base, UtcDateTime, Word, now, only, today
from app.models.testimonies import Answer


class Verdict(enum.StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CORRECTED = "corrected"


class Coding(Base):
    """A theme on `answer.text[start:end]`, in Unicode code points, as the pipeline proposed it."""

    __tablename__ = "codings"
    __table_args__ = (
        UniqueConstraint("answer_id", "theme", "start", "end"),
        CheckConstraint('start >= 0 AND "end" > start', name="span"),
        CheckConstraint("score > 0 AND score <= 1", name="score"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    answer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    theme: Mapped[str] = mapped_column(String(60), index=True)
    start: Mapped[int] = mapped_column()
    end: Mapped[int] = mapped_column()
    score: Mapped[float] = mapped_column()
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    origin: Mapped[str] = mapped_column(String(80))  # pipeline and codebook version
    # The day only: the hour of the first reading would be that of the sending.
    suggested_on: Mapped[date] = mapped_column(default=today)
    answer: Mapped[Answer] = relationship()
    decision: Mapped["Decision | None"] = relationship(back_populates="coding")


class Decision(Base):
    """A person's verdict, stored beside the suggestion and never over it."""

    __tablename__ = "decisions"
    __table_args__ = (only("verdict", Verdict, name="verdict"),)

    coding_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("codings.id", ondelete="CASCADE"), primary_key=True
    )
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    theme: Mapped[str | None] = mapped_column(String(60))  # the theme held instead, if corrected
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    coding: Mapped[Coding] = relationship(back_populates="decision")
    decided_by: Mapped[Account | None] = relationship()
