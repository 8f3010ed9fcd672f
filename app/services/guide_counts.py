"""What a guide counts of the whole call, read in one pass over the digests.

Small numbers are hidden: a cell under `LEAST`, and as many others of its line as it takes for
nobody to find it again, be it by subtraction or by knowing the rule (`analysis.veils`).
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.veils import hidden_in
from app.models import Channel, Digest, Facet
from app.services import digests
from app.services.guide_names import REGION, TERRITORY

LEAST = 5
INTERVIEW = Channel.INTERVIEW.value


@dataclass(frozen=True)
class Line:
    """A line of a table: its cells and their sum; none where it is not told."""

    key: str
    cells: Mapping[str, int | None]
    total: int | None


@dataclass
class Call:
    """The testimonies of the call, counted.

    `themes`: the testimonies of each profile in which a theme stands, proposed or kept; `kept`: the
    excerpts of each theme that people kept; `least`: the smallest number that is told.
    """

    audiences: Counter[str] = field(default_factory=Counter)
    regions: Counter[tuple[str, str]] = field(default_factory=Counter)  # profile, region or ""
    territories: Counter[tuple[str, str]] = field(default_factory=Counter)  # profile, kind or ""
    days: Counter[date] = field(default_factory=Counter)
    read: int = 0
    interviews: int = 0
    themes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kept: Counter[str] = field(default_factory=Counter)
    decided: int = 0
    proposed: int = 0
    least: int = LEAST

    @property
    def total(self) -> int:
        return self.audiences.total()

    @property
    def by_channel(self) -> "Line":
        """Return how many testimonies came by interviews, and in all."""
        written = self.total - self.interviews
        return self.line({INTERVIEW: self.interviews, "": written}, (INTERVIEW, ""))

    def bearing(self, theme: str) -> Counter[str]:
        """Return the testimonies of each profile that bear a theme."""
        return self.themes.get(theme, Counter())

    def line(self, counts: Mapping[str, int], columns: Iterable[str], key: str = "") -> "Line":
        """Return a line of a table, its small numbers hidden."""
        return line(key, counts, columns, self.least)


def read(session: Session, *, least: int = LEAST) -> Call:
    """Count every testimony; numbers under `least` will be hidden."""
    named = session.execute(select(Facet.id, Facet.name, Facet.value))
    facets = {number: (name, value) for number, name, value in named}
    call = Call(least=least)
    for has, bears in session.execute(select(Digest.facets, Digest.themes)):
        told = dict(facets[number] for number in _unpacked(has))
        audience = told[digests.AUDIENCE]
        _add(call, audience, told)
        numbers = _unpacked(bears)
        for place in range(0, len(numbers), 4):
            theme, proposed, kept, rejected = numbers[place : place + 4]
            name = facets[theme][1]
            call.proposed += proposed
            call.decided += kept + rejected
            call.kept[name] += kept
            if proposed + kept:
                call.themes[name][audience] += 1
    return call


def _unpacked(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 4}i", packed)


def _add(call: Call, audience: str, told: Mapping[str, str]) -> None:
    call.audiences[audience] += 1
    call.regions[audience, told.get(REGION, "")] += 1
    call.territories[audience, told.get(TERRITORY, "")] += 1
    call.days[date.fromisoformat(told[digests.DAY])] += 1
    call.read += told[digests.READ] == "oui"
    call.interviews += told[digests.CHANNEL] == INTERVIEW


def line(key: str, counts: Mapping[str, int], columns: Iterable[str], least: int = LEAST) -> Line:
    """Return a line whose small numbers are hidden, by the rule of the tallies' pages."""
    cells = {column: counts.get(column, 0) for column in columns}
    total = sum(cells.values())
    hidden, is_total_hidden = hidden_in(list(cells.values()), total, least)
    told = {
        column: None if rank in hidden else count
        for rank, (column, count) in enumerate(cells.items())
    }
    return Line(key, told, None if is_total_hidden else total)
