"""The codebook's versions, each whole; and what somebody is about to change in it."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import Account
from app.models.base import Base, UtcDateTime, Word, now, only


class CodebookAct(enum.StrEnum):
    """What made a version of the codebook."""

    SHIPPED = "shipped"  # the one that came with the application, when the first change was made
    ADDED = "added"
    DEFINED = "defined"  # label, definition, examples, colour, place
    CUED = "cued"
    MERGED = "merged"
    SPLIT = "split"
    RETIRED = "retired"
    RESTORED = "restored"
    IMPORTED = "imported"
    WENT_BACK = "went_back"


class CodebookVersion(Base):
    """A whole codebook, as YAML: the one of the highest number is in use.

    None: the one of CODEBOOK_PATH is. The first change keeps that one too, as number 0.
    """

    __tablename__ = "codebook_versions"
    __table_args__ = (only("act", CodebookAct, name="act"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[str] = mapped_column(Text, deferred=True)
    act: Mapped[CodebookAct] = mapped_column(Word(CodebookAct))
    summary: Mapped[str] = mapped_column(Text)  # what changed, in a French sentence
    why: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    made_by: Mapped[Account | None] = relationship()


class DraftKind(enum.StrEnum):
    TRIAL = "trial"  # cues whose finds are counted before they are saved
    FILE = "file"  # a file read, shown before it is imported


class CodebookDraft(Base):
    """What somebody is about to change in the codebook: kept a day at most.

    A trial's `result` is the worker's, none while it is waited for: places of answers and no word
    of theirs, so that what is withdrawn meanwhile is shown no more.
    """

    __tablename__ = "codebook_drafts"
    __table_args__ = (only("kind", DraftKind, name="kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[DraftKind] = mapped_column(Word(DraftKind))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    theme: Mapped[str | None] = mapped_column(String(60))
    seen: Mapped[int] = mapped_column()  # the codebook's version that it was begun from
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    made_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
