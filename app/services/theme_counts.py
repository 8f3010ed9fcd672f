"""How much bears each theme: excerpts and testimonies, added up from the digests."""

import struct
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Digest, Facet
from app.services import digests

BATCH = 5_000


@dataclass
class Borne:
    """What bears one theme: excerpts proposed, kept or rejected; the testimonies it stands in."""

    proposed: int = 0
    kept: int = 0
    rejected: int = 0
    testimonies: int = 0

    @property
    def excerpts(self) -> int:
        """The excerpts that stand: all but the rejected ones."""
        return self.proposed + self.kept

    @property
    def total(self) -> int:
        """All of them."""
        return self.excerpts + self.rejected


def count(session: Session) -> dict[str, Borne]:
    """Return what bears each theme; a theme that nothing bears is not there."""
    found: defaultdict[int, Borne] = defaultdict(Borne)
    for themes in session.scalars(select(Digest.themes).execution_options(yield_per=BATCH)):
        for number, proposed, kept, rejected in struct.iter_unpack("<4i", themes):
            borne = found[number]
            borne.proposed += proposed
            borne.kept += kept
            borne.rejected += rejected
            borne.testimonies += proposed + kept > 0
    query = select(Facet.id, Facet.value).where(Facet.name == digests.THEME)
    themes_of = {row.id: row.value for row in session.execute(query)}
    return {themes_of[number]: borne for number, borne in found.items() if borne.total}
