"""A no that outlives what it was said about: an address that nobody writes to again."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, today


class Opposition(Base):
    """The keyed hash of an address whose owner wants no message: nothing gives the address back."""

    __tablename__ = "oppositions"

    email_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    said_on: Mapped[date] = mapped_column(default=today)
