"""All testimonies at once, as arrays of numbers: what tallies are counted on.

A testimony is a row: its facets (profile, region, day…) and, for each theme that it bears, how many
excerpts are proposed, kept or rejected. Both are kept one after another, as compressed sparse rows
are: a million codings are then counted in some milliseconds. Loads numpy once it counts; knows no
database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from analysis.lazy_numpy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Pair: TypeAlias = tuple[str, str]  # the name and the value of a facet
Ints: TypeAlias = "NDArray[np.int32]"
Longs: TypeAlias = "NDArray[np.int64]"
Mask: TypeAlias = "NDArray[np.bool_]"
State: TypeAlias = Literal["standing", "proposed", "kept", "rejected"]

THEME, DAY = "@theme", "@day"
BLOCK = 20_000  # rows made into arrays at once
NONE = -1  # the code of whoever has no such facet
_COLUMNS: dict[State, tuple[int, ...]] = {
    "standing": (1, 2),
    "proposed": (1,),
    "kept": (2,),
    "rejected": (3,),
}


@dataclass(frozen=True)
class Dimension:
    """What testimonies are crossed by: for each, the rank of its value; NONE where it has none."""

    codes: Ints
    values: tuple[str, ...]

    def is_value(self, value: str) -> Mask:
        """Whose value it is: an empty value stands for those who have none."""
        wanted = NONE if not value else self._ranks.get(value, NONE - 1)
        return np.asarray(self.codes == wanted)

    @property
    def present(self) -> dict[str, int]:
        """How many testimonies have each value that somebody has, in the order of the words."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))
        return {self.values[rank]: int(counts[rank]) for rank in np.flatnonzero(counts)}

    def folded(self, kept: Sequence[str], others: str) -> "Dimension":
        """The same, all values but those *kept* made one, called *others*."""
        places = {value: rank for rank, value in enumerate(kept)}
        ranks = [places.get(value, len(kept)) for value in self.values]
        table = np.array([*ranks, NONE], dtype=np.int32)
        return Dimension(table[self.codes], (*kept, others))

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {value: rank for rank, value in enumerate(self.values)}


class Board:
    """The digests of some testimonies, in the order given."""

    def __init__(
        self, pairs: Mapping[int, Pair], size: int, facets: tuple[Ints, Ints], themes: Ints
    ) -> None:
        """*facets*: rows and facet ids; *themes*: row, facet id, proposed, kept, rejected."""
        self.pairs, self.size = pairs, size
        self._facet_rows, self._facet_ids = facets
        self._themes = themes

    @classmethod
    def read(cls, pairs: Mapping[int, Pair], rows: Iterable[tuple[bytes, bytes]]) -> "Board":
        """The board of *rows*, each the facets and the themes of a digest.

        *pairs* says what each facet is; ids that it leaves out are nobody's.
        """
        facets, themes, size = _Growing(1), _Growing(4), 0
        for one, other in rows:  # no row is kept: a hundred thousand would wake the collector
            facets.add(one)
            themes.add(other)
            size += 1
        facet_rows, facet_ids = facets.all()
        return cls(pairs, size, (facet_rows, facet_ids), themes.all())

    def only(self, mask: Mask) -> "Board":
        """The board of the testimonies of *mask*, in the same order."""
        ranks = (np.cumsum(mask) - 1).astype(np.int32)
        inside = mask[self._facet_rows]
        facets = ranks[self._facet_rows[inside]], self._facet_ids[inside]
        themes = self._themes[:, mask[self._themes[0]]]
        themes[0] = ranks[themes[0]]
        return Board(self.pairs, int(mask.sum()), facets, themes)

    def dimension(self, name: str, group: Callable[[str], str] = str) -> Dimension:
        """What each testimony is for *name*, values in the order of their words.

        *group* makes one value of several: the month of each day.
        """
        named = {id_: group(value) for id_, (each, value) in self.pairs.items() if each == name}
        values = tuple(sorted(set(named.values())))
        places = {value: rank for rank, value in enumerate(values)}
        ranks = self._lookup({id_: places[value] for id_, value in named.items()})
        codes = np.full(self.size, NONE, dtype=np.int32)
        found = ranks[self._facet_ids]
        is_found = found >= 0
        codes[self._facet_rows[is_found]] = found[is_found]
        return Dimension(codes, values)

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """Every theme that has a number, borne here or not, in the order of their words."""
        return tuple(value for value, _ in self._theme_ids)

    def bearings(self, state: State) -> tuple[Ints, Ints, Ints]:
        """Where themes stand: testimony, rank of the theme, excerpts (one at least)."""
        counts = self._themes[[1 + each for each in _COLUMNS[state]]].sum(axis=0)
        ranks = self._lookup({id_: rank for rank, (_, id_) in enumerate(self._theme_ids)})
        themes = ranks[self._themes[1]]
        borne = (counts > 0) & (themes >= 0)
        return self._themes[0][borne], themes[borne], counts[borne].astype(np.int32)

    def bears(self, theme: str, state: State) -> Mask:
        """Which testimonies bear a theme."""
        borne = np.zeros(self.size, dtype=bool)
        if theme in self.themes:
            rows, themes, _ = self.bearings(state)
            borne[rows[themes == self.themes.index(theme)]] = True
        return borne

    def excerpts(self, state: State) -> int:
        """How many excerpts are in that state."""
        return int(sum(self._themes[1 + each].sum() for each in _COLUMNS[state]))

    @cached_property
    def _theme_ids(self) -> list[tuple[str, int]]:
        return sorted((value, id_) for id_, (name, value) in self.pairs.items() if name == THEME)

    def _lookup(self, ranks: Mapping[int, int]) -> Ints:
        """The rank of each facet id, NONE for the others."""
        table = np.full(self._greatest + 1, NONE, dtype=np.int32)
        for id_, rank in ranks.items():
            table[id_] = rank
        return table

    @cached_property
    def _greatest(self) -> int:
        borne = (int(each.max(initial=0)) for each in (self._facet_ids, self._themes[1]))
        return max((*self.pairs, *borne), default=0)


class _Growing:
    """The numbers of all rows one after another, and the row of each group of *width*.

    Made into arrays a block at a time: as bytes of Python's, they take four times the memory.
    """

    def __init__(self, width: int) -> None:
        self._width, self._first = width, 0
        self._told: list[bytes] = []
        self._blocks: list[tuple[Ints, Ints]] = []

    def add(self, numbers: bytes) -> None:
        """Add a row."""
        self._told.append(numbers)
        if len(self._told) == BLOCK:
            self._lay()

    def all(self) -> Ints:
        """Give, once all rows were added, a line of rows, then as many of numbers as *width*."""
        self._lay()
        lines = np.empty((1 + self._width, sum(len(rows) for rows, _ in self._blocks)), np.int32)
        end = lines.shape[1]
        while self._blocks:  # the last first: memory is given back from its end alone
            rows, numbers = self._blocks.pop()
            place = end - len(rows)
            lines[0, place:end] = rows
            lines[1:, place:end] = numbers.reshape(-1, self._width).T
            end = place
        return lines

    def _lay(self) -> None:
        told, self._told = self._told, []
        lengths = np.fromiter(map(len, told), dtype=np.int64, count=len(told)) // (4 * self._width)
        ranks = np.arange(self._first, self._first + len(told), dtype=np.int32)
        numbers = np.frombuffer(b"".join(told), dtype="<i4").astype(np.int32, copy=False)
        self._blocks.append((np.repeat(ranks, lengths), numbers))
        self._first += len(told)


def packed(numbers: Iterable[int]) -> bytes:
    """Numbers as a digest holds them: what tests and benches make boards of."""
    return np.fromiter(numbers, dtype="<i4").tobytes()
