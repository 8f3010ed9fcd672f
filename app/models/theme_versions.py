"""Versions of what recognises themes, each learnt from decisions; the shipped one has no row."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.accounts import Account
from app.models.base import Base, UtcDateTime, Word, now, only


class VersionState(enum.StrEnum):
    TRAINING = "training"
    READY = "ready"
    FAILED = "failed"


class ThemeVersion(Base):
    """What was learnt once. Its files are in the instance, under `pipelines/<name>/`.

    The database itself keeps two trainings from going on at once, and two versions from being in
    use; when none is, the pipeline of SPACY_MODEL is.
    """

    __tablename__ = "theme_versions"
    __table_args__ = (
        only("state", VersionState, name="state"),
        CheckConstraint("progress >= 0 AND progress <= 1", name="progress"),
        CheckConstraint("NOT is_in_use OR state = 'ready'", name="ready"),
        Index(
            "uq_theme_versions_training",
            "state",
            unique=True,
            sqlite_where=text("state = 'training'"),
            postgresql_where=text("state = 'training'"),
        ),
        Index(
            "uq_theme_versions_in_use",
            "is_in_use",
            unique=True,
            sqlite_where=text("is_in_use"),
            postgresql_where=text("is_in_use"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(18), unique=True)  # part of what signs its codings
    state: Mapped[VersionState] = mapped_column(Word(VersionState), default=VersionState.TRAINING)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    # Whoever trains says so at each step: a right that ends by itself, and its number.
    progress: Mapped[float] = mapped_column(default=0.0)
    attempt: Mapped[int] = mapped_column(default=0)
    beaten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(Text)  # in French
    learnt: Mapped[int | None] = mapped_column()  # decisions that it learnt from
    # Figures on the decisions held apart, of it and of what was in use (services.theme_versions).
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    is_in_use: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    # What was in use before it, to go back to; none: the shipped one.
    replaced_id: Mapped[int | None] = mapped_column(
        ForeignKey("theme_versions.id", ondelete="SET NULL")
    )
    made_by: Mapped[Account | None] = relationship(foreign_keys=[made_by_id])
    used_by: Mapped[Account | None] = relationship(foreign_keys=[used_by_id])
    replaced: Mapped["ThemeVersion | None"] = relationship(remote_side="ThemeVersion.id")
