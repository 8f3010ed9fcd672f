"""The directory of Conseils locaux de santé mentale, offered where one has to be named."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, Word, now, only


class ClsmKind(enum.StrEnum):
    """The territory that a CLSM is made for."""

    COMMUNAL = "communal"
    INTERCOMMUNAL = "intercommunal"
    DISTRICT = "district"
    DEPARTEMENTAL = "departemental"
    OTHER = "other"


class Clsm(Base):
    __tablename__ = "clsms"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Offered on the public pages: never what staff wrote for a contact, which may say too much.
    is_public: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    region: Mapped[str | None] = mapped_column(String(3))  # INSEE code
    departement: Mapped[str | None] = mapped_column(String(3))  # INSEE code
    kind: Mapped[ClsmKind | None] = mapped_column(Word(ClsmKind))
    # No longer offered anywhere; the contacts that it has keep it.
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tags: Mapped[list["ClsmTag"]] = relationship(
        lazy="selectin", order_by="ClsmTag.tag", cascade="all, delete-orphan"
    )


class ClsmTag(Base):
    """A word by which staff find CLSMs again."""

    __tablename__ = "clsm_tags"

    clsm_id: Mapped[int] = mapped_column(
        ForeignKey("clsms.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class ClsmAct(enum.StrEnum):
    NAMED = "named"  # it came with a contact
    ADDED = "added"
    CORRECTED = "corrected"
    IMPORTED = "imported"
    RETIRED = "retired"
    RESTORED = "restored"


class ClsmEvent(Base):
    """What somebody did to an entry of the directory, and what it changed."""

    __tablename__ = "clsm_events"
    __table_args__ = (only("act", ClsmAct, name="act"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clsm_id: Mapped[int] = mapped_column(ForeignKey("clsms.id", ondelete="CASCADE"), index=True)
    act: Mapped[ClsmAct] = mapped_column(Word(ClsmAct))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # What it was and what it became: {"region": ["53", "52"]}. Nothing of anybody.
    changes: Mapped[dict[str, list[Any]]] = mapped_column(JSON, default=dict)
    clsm: Mapped[Clsm] = relationship()
