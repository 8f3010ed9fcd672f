"""What people decide of personal data in testimonies: places and pseudonyms, never the words."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, only, today
from app.models.testimonies import Answer

PERSONAL_TYPES = ("PER", "PHONE", "EMAIL", "ADDRESS", "LOC", "ORG", "URL", "ID")


class PseudonymReview(Base):
    """That a person is going, or has been, over a testimony for its personal data.

    `read_of` is the print of the answers that were read, made of their ids and lengths: an amended
    testimony has other answers, and what was decided of the former ones left with them.
    """

    __tablename__ = "pseudonym_reviews"

    testimony_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("testimonies.id", ondelete="CASCADE"), primary_key=True
    )
    read_of: Mapped[str] = mapped_column(String(64))
    is_whole: Mapped[bool] = mapped_column(default=False, server_default=false())
    reviewed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    reviewed_on: Mapped[date] = mapped_column(default=today)


class PseudonymDecision(Base):
    """A yes or a no to `pseudonym` in place of `answer.text[start:end]`, in code points."""

    __tablename__ = "pseudonym_decisions"
    __table_args__ = (
        UniqueConstraint("answer_id", "start"),
        CheckConstraint('start >= 0 AND "end" > start', name="span"),
        only("type", PERSONAL_TYPES, name="type"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    answer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    start: Mapped[int] = mapped_column()
    end: Mapped[int] = mapped_column()
    type: Mapped[str] = mapped_column(String(20))
    pseudonym: Mapped[str] = mapped_column(String(40))  # "[Prénom 1]"
    is_accepted: Mapped[bool] = mapped_column()
    is_by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    decided_on: Mapped[date] = mapped_column(default=today)
    answer: Mapped[Answer] = relationship()
