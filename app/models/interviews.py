"""Temps d'échange: the slots that staff publish, the places that people take."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, UtcDateTime, Word, now, only
from app.models.recontacts import Recontact


class SlotPlace(enum.StrEnum):
    ON_SITE = "on_site"
    PHONE = "phone"
    VIDEO = "video"


class Slot(Base):
    """One hour with somebody of the Centre, for as many people as it has places."""

    __tablename__ = "slots"
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 100", name="capacity"),
        CheckConstraint("duration_minutes BETWEEN 5 AND 600", name="duration"),
        only("place", SlotPlace, name="place"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    duration_minutes: Mapped[int] = mapped_column()
    place: Mapped[SlotPlace] = mapped_column(Word(SlotPlace))
    where: Mapped[str] = mapped_column(String(300), default="")  # address, or how to connect
    conducted_by: Mapped[str] = mapped_column(String(120))
    conductor_email: Mapped[str] = mapped_column(String(255))
    capacity: Mapped[int] = mapped_column(default=1)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    bookings: Mapped[list["Booking"]] = relationship(
        back_populates="slot", order_by="Booking.seat", cascade="all, delete-orphan"
    )


class Booking(Base):
    """A place taken. Each place of a slot has a number: the same one is never taken twice."""

    __tablename__ = "bookings"
    __table_args__ = (
        UniqueConstraint("slot_id", "seat"),
        CheckConstraint("seat >= 1", name="seat"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    slot_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("slots.id", ondelete="CASCADE"))
    seat: Mapped[int] = mapped_column()
    recontact_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("recontacts.id", ondelete="CASCADE"), unique=True
    )
    uid: Mapped[str] = mapped_column(String(80), unique=True)  # RFC 5545, for its whole life
    sequence: Mapped[int] = mapped_column(default=0)  # rises with each change that is told
    # No hour of booking: beside the profile, it would lead to the testimony of that day.
    is_reminded: Mapped[bool] = mapped_column(default=False, server_default=false())
    slot: Mapped[Slot] = relationship(back_populates="bookings")
    recontact: Mapped[Recontact] = relationship()
