"""What tallies are counted from: each testimony in two short rows of numbers, always drawn anew.

A digest is never the truth: `services.digests` draws it from the testimony's own rows, in the same
transaction as what changes them. A million codings are then read as some eighty thousand rows.
"""

import uuid

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Facet(Base):
    """A number for what testimonies are counted by: a theme, a profile, a region…

    Names that begin with « @ » are the testimony's own (services.digests); any other is a case
    variable's.
    """

    __tablename__ = "facets"
    __table_args__ = (UniqueConstraint("name", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(200))


class Digest(Base):
    """One testimony, as tallies count it: little-endian integers of 32 bits.

    `facets`: the ids of its facets. `themes`: four numbers for each theme it bears, its facet's id,
    then how many excerpts are proposed, kept (accepted or corrected), rejected.
    """

    __tablename__ = "digests"

    testimony_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("testimonies.id", ondelete="CASCADE"), primary_key=True
    )
    facets: Mapped[bytes] = mapped_column(LargeBinary)
    themes: Mapped[bytes] = mapped_column(LargeBinary)
