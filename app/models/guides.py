"""What is chosen for the guides: places in answers, never the words; and the drafts that left."""

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import Account
from app.models.base import Base, UtcDateTime, Word, now, only, today
from app.models.testimonies import Answer
from guides.schema import Kind


class Quotation(Base):
    """`answer.text[start:end]`, in code points, chosen for a guide's chapter.

    `cuts`: the spans of the answer that are left out, in order. How it may be signed is never kept:
    it is asked of the consent each time; `is_unplaced` only says that its place is not to be told.
    What is taken off stays as a place, to be put back, and so that a later draft says who did it.
    An amended or withdrawn testimony takes it along with its answers.
    """

    __tablename__ = "quotations"
    __table_args__ = (
        UniqueConstraint("guide", "chapter", "kind", "answer_id", "start", "end"),
        CheckConstraint('start >= 0 AND "end" > start', name="span"),
        only("kind", Kind, name="kind"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    guide: Mapped[str] = mapped_column(String(40))
    chapter: Mapped[str] = mapped_column(String(40))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    answer_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("answers.id", ondelete="CASCADE"), index=True
    )
    start: Mapped[int] = mapped_column()
    end: Mapped[int] = mapped_column()
    cuts: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    is_unplaced: Mapped[bool] = mapped_column(default=False, server_default=false())
    position: Mapped[int] = mapped_column(default=0)
    note: Mapped[str | None] = mapped_column(Text)  # for the team: never in a draft
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    chosen_on: Mapped[date] = mapped_column(default=today)
    removed_on: Mapped[date | None] = mapped_column()
    answer: Mapped[Answer] = relationship()
    chosen_by: Mapped[Account | None] = relationship()


class GuideEdition(Base):
    """That a guide's draft left, or the activity summary: by whom, when, in which form.

    `contents` is its fingerprint, to say what changed since: counts by profile and theme, ids of
    quotations with a print of what was shown. No word of anybody's.
    """

    __tablename__ = "guide_editions"
    __table_args__ = (Index(None, "guide", "made_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    guide: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column()  # the same as long as the contents are
    format: Mapped[str] = mapped_column(String(4))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    contents: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[Account | None] = relationship()
