"""Rounds of blind coding: the same passages coded by several people, none seeing the others'.

All that hangs on an answer goes with it: withdrawn or rewritten, a testimony leaves no unit, no
mark and no settlement behind.
"""

import uuid
from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import Account
from app.models.base import Base, UtcDateTime, now
from app.models.testimonies import Answer


class AgreementRound(Base):
    """One round: its sample, its themes, its coders; open from its cutting to its closing."""

    __tablename__ = "agreement_rounds"
    __table_args__ = (
        CheckConstraint("closed_at IS NULL OR cut_at IS NOT NULL", name="closed_once_cut"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    title: Mapped[str] = mapped_column(String(120))
    seed: Mapped[int] = mapped_column()  # from which the sample, then the intervals, are drawn
    size: Mapped[int] = mapped_column()  # how many answers were asked for
    # What the answers were drawn among: the fields of `services.testimonies.Filters` that narrow.
    filters: Mapped[dict[str, str]] = mapped_column(JSON)
    themes: Mapped[list[str]] = mapped_column(JSON)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # None while the worker has not cut the sentences. Then what was there: what left since shows.
    cut_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drawn_testimonies: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    drawn_answers: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    drawn_units: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    read_by: Mapped[str | None] = mapped_column(String(80))  # the pipeline, one coder more
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    made_by: Mapped[Account | None] = relationship(foreign_keys=[made_by_id])
    closed_by: Mapped[Account | None] = relationship(foreign_keys=[closed_by_id])
    coders: Mapped[list["RoundCoder"]] = relationship(
        order_by="RoundCoder.rank", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_open(self) -> bool:
        return self.cut_at is not None and self.closed_at is None


class RoundCoder(Base):
    """Somebody who codes a round; or, last, the pipeline."""

    __tablename__ = "round_coders"
    __table_args__ = (
        UniqueConstraint("round_id", "rank"),
        UniqueConstraint("round_id", "account_id"),
        CheckConstraint("NOT is_pipeline OR account_id IS NULL", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agreement_rounds.id", ondelete="CASCADE")
    )
    rank: Mapped[int] = mapped_column()  # from 0
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    is_pipeline: Mapped[bool] = mapped_column(default=False, server_default=false())
    account: Mapped[Account | None] = relationship()


class RoundPassage(Base):
    """An answer that was drawn, whole or, when it is long, some sentences on end."""

    __tablename__ = "round_passages"
    __table_args__ = (UniqueConstraint("round_id", "answer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("agreement_rounds.id", ondelete="CASCADE")
    )
    answer_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("answers.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column()  # from 1, in the order drawn
    answer: Mapped[Answer] = relationship()


class RoundUnit(Base):
    """A sentence of a passage: `answer.text[start:end]`, in code points."""

    __tablename__ = "round_units"
    __table_args__ = (
        UniqueConstraint("passage_id", "start"),
        CheckConstraint('start >= 0 AND "end" > start', name="span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("round_passages.id", ondelete="CASCADE"))
    start: Mapped[int] = mapped_column()
    end: Mapped[int] = mapped_column()


class RoundMark(Base):
    """What one coder said of one unit: its themes, none of them if the list is empty.

    Without a mark, the coder has not seen the unit yet.
    """

    __tablename__ = "round_marks"
    __table_args__ = (Index(None, "coder_id"),)

    unit_id: Mapped[int] = mapped_column(
        ForeignKey("round_units.id", ondelete="CASCADE"), primary_key=True
    )
    coder_id: Mapped[int] = mapped_column(
        ForeignKey("round_coders.id", ondelete="CASCADE"), primary_key=True
    )
    themes: Mapped[list[str]] = mapped_column(JSON)


class Settlement(Base):
    """What a third person said of a theme on which coders of a closed round differ."""

    __tablename__ = "settlements"

    unit_id: Mapped[int] = mapped_column(
        ForeignKey("round_units.id", ondelete="CASCADE"), primary_key=True
    )
    theme: Mapped[str] = mapped_column(String(60), primary_key=True)
    is_given: Mapped[bool] = mapped_column()
    settled_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL")
    )
    settled_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # Whether the testimony's codings were made to say so too.
    is_carried: Mapped[bool] = mapped_column(default=False, server_default=false())
    settled_by: Mapped[Account | None] = relationship()
