"""Who may be written to. Encrypted, open to staff; this room knows nothing of what was told."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, Word, now, only
from app.models.clsms import Clsm
from app.models.encryption import EncryptedText


class ContactSource(enum.StrEnum):
    TYPED = "typed"
    IMPORTED = "imported"


class Contact(Base):
    __tablename__ = "contacts"
    __table_args__ = (only("source", ContactSource, name="source"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(EncryptedText)
    # Keyed hash of the canonical address: one contact an address, found without being readable.
    email_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    audience: Mapped[str] = mapped_column(String(40), index=True)
    clsm_id: Mapped[int | None] = mapped_column(ForeignKey("clsms.id", ondelete="SET NULL"))
    # Where somebody is who has no CLSM (INSEE codes); a CLSM's own place comes first.
    region: Mapped[str | None] = mapped_column(String(3))
    departement: Mapped[str | None] = mapped_column(String(3))
    source: Mapped[ContactSource] = mapped_column(Word(ContactSource), default=ContactSource.TYPED)
    # A no holds for every later campaign.
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The server that receives refused this address for good: it waits to be corrected.
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    soft_bounces: Mapped[int] = mapped_column(default=0, server_default="0")
    notes: Mapped[str | None] = mapped_column(EncryptedText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    clsm: Mapped[Clsm | None] = relationship(lazy="joined")
    tags: Mapped[list["ContactTag"]] = relationship(
        lazy="selectin", order_by="ContactTag.tag", cascade="all, delete-orphan"
    )


class ContactTag(Base):
    """A word by which staff find contacts again; never anything about somebody's health."""

    __tablename__ = "contact_tags"

    contact_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
