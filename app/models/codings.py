"""Themes laid on answers: what the pipeline suggests and, beside it, what people decide and add."""

import enum
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import Account
from app.models.base import Base, UtcDateTime, Word, now, only, today
from app.models.testimonies import Answer

BY_HAND = "main"  # the origin of what no pipeline proposed


class Verdict(enum.StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CORRECTED = "corrected"


class Coding(Base):
    """A theme on `answer.text[start:end]`, in Unicode code points: proposed, or laid by hand.

    What a person laid has the score 1, no evidence, their own mark as origin, and a decision that
    accepts it from the first.
    """

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
    origin: Mapped[str] = mapped_column(String(80))  # pipeline and codebook version, or BY_HAND
    is_by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The day only: the hour of the first reading would be that of the sending.
    suggested_on: Mapped[date] = mapped_column(default=today)
    answer: Mapped[Answer] = relationship()
    decision: Mapped["Decision | None"] = relationship(back_populates="coding")


class Decision(Base):
    """A person's verdict, stored beside the suggestion and never over it.

    A correction holds another theme, or other bounds (`start` and `end` together), or both.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        only("verdict", Verdict, name="verdict"),
        # Few are moved: what stands on these very words is found among them alone.
        Index(
            None,
            "start",
            "end",
            sqlite_where=text("start IS NOT NULL"),
            postgresql_where=text("start IS NOT NULL"),
        ),
    )

    coding_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("codings.id", ondelete="CASCADE"), primary_key=True
    )
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    # The theme held instead, if corrected.
    theme: Mapped[str | None] = mapped_column(String(60), index=True)
    start: Mapped[int | None] = mapped_column()  # the bounds held instead, if corrected
    end: Mapped[int | None] = mapped_column()
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    coding: Mapped[Coding] = relationship(back_populates="decision")
    decided_by: Mapped[Account | None] = relationship()


class CodingAct(enum.StrEnum):
    """What somebody did to a coding or said beside it."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CORRECTED = "corrected"
    REOPENED = "reopened"  # to be decided again
    ADDED = "added"  # laid by hand
    REMOVED = "removed"  # laid by hand, then taken off
    MEMO = "memo"  # a memo was written, changed or taken off


class CodingChange(Base):
    """One act on a testimony's codings, in order: others' screens follow them, and it is undone.

    Whoever writes one holds its testimony (`testimonies.hold`): ids grow in the order of commits.
    `before` and `after` are a coding as it stood (services.codings_log), none where it was not.
    """

    __tablename__ = "coding_changes"
    __table_args__ = (
        Index(None, "testimony_id", "id"),
        only("act", CodingAct, name="act"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    testimony_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("testimonies.id", ondelete="CASCADE")
    )
    coding_id: Mapped[uuid.UUID] = mapped_column()  # no key: what was laid by hand may be gone
    act: Mapped[CodingAct] = mapped_column(Word(CodingAct))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    is_undone: Mapped[bool] = mapped_column(default=False, server_default=false())
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    done_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    done_by: Mapped[Account | None] = relationship()


class Memo(Base):
    """What a researcher writes in the margin: of one coding, or of a whole testimony."""

    __tablename__ = "memos"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    testimony_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("testimonies.id", ondelete="CASCADE"), index=True
    )
    coding_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("codings.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    written_by: Mapped[Account | None] = relationship()
