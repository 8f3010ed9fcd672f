"""Tallies (décomptes): how many testimonies and excerpts bear each theme, and in which profile.

Pure Python: loads neither spaCy nor matplotlib, knows no database. A testimony bears several
themes, so a total of testimonies is never the sum of its cells: it is counted on the codings, or
handed over by whoever counted.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

NOBODY = ""  # the column of those who have no value
OTHERS = "…"  # the column of those whose value is not told apart
Measure: TypeAlias = Literal["testimonies", "excerpts"]
Place: TypeAlias = tuple[str | None, str | None]  # (row, column); None stands for all of them


@dataclass(frozen=True, slots=True)
class Count:
    """Distinct testimonies, and excerpts (codings) in them; ``ValueError`` if they cannot be."""

    testimonies: int = 0
    excerpts: int = 0

    def __post_init__(self) -> None:
        if (
            self.testimonies < 0
            or self.excerpts < self.testimonies
            or (self.excerpts and not self.testimonies)
        ):
            raise ValueError(f"{self.testimonies} testimonies cannot hold {self.excerpts} excerpts")

    def of(self, measure: Measure) -> int:
        """The number of *measure*; ``ValueError`` for any other word."""
        match measure:
            case "testimonies":
                return self.testimonies
            case "excerpts":
                return self.excerpts
        raise ValueError(f"unknown measure: {measure!r}")


@dataclass(frozen=True)
class Veil:
    """What is not shown of a table, lest somebody be known by it (``analysis.veils``).

    ``cells``: places of the table, whatever is measured there. ``bases``: the columns whose base is
    hidden, None for all of them. ``has_sums`` is false where totals of excerpts would tell what is
    hidden: of each column, and of the whole.
    """

    cells: frozenset[Place] = frozenset()
    bases: frozenset[str | None] = frozenset()
    has_sums: bool = True


NO_VEIL = Veil()


@dataclass(frozen=True)
class CrossTab:
    """Counts by row (theme) and column (profile), in the order given.

    Made by ``cross`` or ``from_counts``. ``bases``: the testimonies of each column, whether they
    bear a theme or not; empty where nobody told. ``veil``: what is not to be shown; counts are true
    all the same, and whoever shows them asks ``hides``.
    A testimony stands in one column only. An unknown row or column raises ``KeyError`` naming it.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Mapping[Place, Count]
    bases: Mapping[str, int]
    veil: Veil = NO_VEIL

    def hides(self, row: str | None, column: str | None, measure: Measure = "testimonies") -> bool:
        """Whether the count of a place is not to be shown; None stands for a total."""
        is_sum = row is None and measure == "excerpts"
        return (row, column) in self.veil.cells or (is_sum and not self.veil.has_sums)

    def cell(self, row: str, column: str) -> Count:
        """The count of one theme in one profile."""
        self._check(row, column)
        return self.counts.get((row, column), Count())

    def row_total(self, row: str) -> Count:
        """The count of one theme over all columns."""
        _known(row, self.rows, "row")
        return self.counts.get((row, None), Count())

    def column_total(self, column: str) -> Count:
        """The count of one profile: its testimonies that bear at least one of the themes."""
        _known(column, self.columns, "column")
        return self.counts.get((None, column), Count())

    @property
    def total(self) -> Count:
        """The count over everything: testimonies that bear at least one of the themes."""
        return self.counts.get((None, None), Count())

    @property
    def base(self) -> int | None:
        """All testimonies, bearing a theme or not; None where nobody told."""
        return sum(self.bases.values()) if self.bases else None

    def share(self, row: str, column: str) -> float | None:
        """The part, 0 to 1, of the column's base that bears the theme.

        None if it has none, or if it would tell what is hidden.
        """
        count = self.cell(row, column)
        if self.hides(row, column) or column in self.veil.bases:
            return None
        return _ratio(count, self.bases.get(column))

    def row_share(self, row: str) -> float | None:
        """The part, 0 to 1, of all testimonies that bear the theme; None as for ``share``."""
        total = self.row_total(row)
        return (
            None if self.hides(row, None) or None in self.veil.bases else _ratio(total, self.base)
        )

    def part(self, row: str, column: str, measure: Measure) -> float | None:
        """What part, 0 to 1, of a theme's count is in a column; None as for ``share``."""
        count, total = self.cell(row, column).of(measure), self.row_total(row).of(measure)
        is_told = not self.hides(row, column) and not self.hides(row, None)
        return count / total if is_told and total else None

    def _check(self, row: str, column: str) -> None:
        _known(row, self.rows, "row")
        _known(column, self.columns, "column")


def cross(
    codings: Iterable[tuple[str, str, Hashable]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    bases: Mapping[str, int] | None = None,
) -> CrossTab:
    """The cross-tab of *codings*, one (row, column, testimony id) for each excerpt.

    *bases* gives the testimonies of each column, 0 for a column it leaves out; None where nobody
    knows. Raises ``KeyError`` naming an unknown row or column, ``ValueError`` for an id given twice
    or a base below its count.
    """
    excerpts: Counter[Place] = Counter()
    testimonies: dict[Place, set[Hashable]] = {}
    known_rows, known_columns = frozenset(rows), frozenset(columns)
    for row, column, testimony in codings:
        _known(row, known_rows, "row")
        _known(column, known_columns, "column")
        for place in ((row, column), (row, None), (None, column), (None, None)):
            excerpts[place] += 1
            testimonies.setdefault(place, set()).add(testimony)
    counts = {place: Count(len(testimonies[place]), number) for place, number in excerpts.items()}
    return _build(counts, rows, columns, bases)


def from_counts(
    cells: Mapping[tuple[str, str], Count],
    row_totals: Mapping[str, Count],
    column_totals: Mapping[str, Count],
    total: Count,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    bases: Mapping[str, int] | None = None,
) -> CrossTab:
    """The cross-tab of counts that a database made; a count left out is zero.

    Totals of testimonies must have been counted distinctly. Errors are those of ``cross``, and
    ``ValueError`` for a total below one of its cells.
    """
    counts: dict[Place, Count] = {(None, None): total}
    counts.update({(row, None): count for row, count in row_totals.items()})
    counts.update({(None, column): count for column, count in column_totals.items()})
    counts.update({(row, column): count for (row, column), count in cells.items()})
    return _build(counts, rows, columns, bases)


def _build(
    counts: Mapping[Place, Count],
    rows: Sequence[str],
    columns: Sequence[str],
    bases: Mapping[str, int] | None,
) -> CrossTab:
    for name, ids in (("row", rows), ("column", columns)):
        doubled = [each for each, times in Counter(ids).items() if times > 1]
        if doubled:
            raise ValueError(f"{name} given twice: {doubled[0]!r}")
    _check_places(counts, frozenset(rows), frozenset(columns))
    told = {} if bases is None else _checked_bases(bases, columns, counts)
    return CrossTab(
        tuple(rows), tuple(columns), MappingProxyType(dict(counts)), MappingProxyType(told)
    )


def _check_places(
    counts: Mapping[Place, Count], rows: frozenset[str], columns: frozenset[str]
) -> None:
    for (row, column), count in counts.items():
        if row is not None:
            _known(row, rows, "row")
        if column is not None:
            _known(column, columns, "column")
        for wider in ((row, None), (None, column), (None, None)):
            above = counts.get(wider, Count())
            if count.testimonies > above.testimonies or count.excerpts > above.excerpts:
                raise ValueError(f"the count of {(row, column)} is over its total {wider}")


def _checked_bases(
    bases: Mapping[str, int], columns: Sequence[str], counts: Mapping[Place, Count]
) -> dict[str, int]:
    for column in bases:
        _known(column, columns, "column")
    told = {column: bases.get(column, 0) for column in columns}
    for column, base in told.items():
        if base < counts.get((None, column), Count()).testimonies:
            raise ValueError(
                f"the base of {column!r}, {base}, is under the testimonies counted in it"
            )
    return told


def _known(each: str, ids: Iterable[str], name: str) -> None:
    if each not in ids:
        raise KeyError(f"unknown {name}: {each!r}")


def _ratio(count: Count, base: int | None) -> float | None:
    return count.testimonies / base if base else None
