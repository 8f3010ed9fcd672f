"""The ranges of testimonies that are all to be read again."""

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class RangeDue(Base):
    """A range (services.tagging) whose testimonies are still to be marked as waiting, all of them.

    Asked for in one small transaction, where a million testimonies would be marked in one large.
    """

    __tablename__ = "ranges_due"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
