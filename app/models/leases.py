"""Who may do what only one process does at a time, and until when."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime


class Lease(Base):
    """A right that ends by itself: whoever holds it and dies does not keep it."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    # Which start of the machine, or of the database's server, it was taken under (app.database).
    incarnation: Mapped[str] = mapped_column(String(80), default="")
