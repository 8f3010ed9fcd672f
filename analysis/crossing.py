"""Counting on a board: themes by any dimension, themes together, themes in the order they came.

A testimony counts once wherever it is counted, however many excerpts it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.board import NONE, Board, Dimension, Longs, Mask, State
from analysis.lazy_numpy import np
from analysis.tally import NOBODY, Count, CrossTab, from_counts


def cross(
    board: Board, dimension: Dimension, state: State, *, rows: Sequence[str], columns: Sequence[str]
) -> CrossTab:
    """The tally of *board*: themes in *rows*, the values of *dimension* in *columns*.

    What the board has and the caller does not know comes after the others; last, where there are
    some, those who have no value, under NOBODY.
    """
    bases = _by_column(dimension, np.ones(board.size, dtype=bool))
    present = {dimension.values[rank] for rank in np.flatnonzero(bases[:-1])}
    named = [*dict.fromkeys((*columns, *sorted(present)))]
    named += [NOBODY] if bases[-1] and NOBODY not in named else []
    counted = _Counted(board, dimension, state)
    borne = [board.themes[rank] for rank in np.flatnonzero(counted.testimonies.any(axis=1))]
    told = [*dict.fromkeys((*rows, *borne))]
    places = {value: rank for rank, value in enumerate(dimension.values)} | {NOBODY: NONE}
    ranks = {theme: rank for rank, theme in enumerate(board.themes)}
    return from_counts(
        {
            (row, column): counted.cell(ranks[row], places[column])
            for row in told
            for column in named
            if row in ranks and column in places
        },
        {row: counted.row(ranks[row]) for row in told if row in ranks},
        {column: counted.column(places[column]) for column in named if column in places},
        counted.total,
        rows=told,
        columns=named,
        bases={column: int(bases[places[column]]) for column in named if column in places},
    )


class _Counted:
    """The counts of every theme and value, as arrays; the last column is that of nobody."""

    def __init__(self, board: Board, dimension: Dimension, state: State) -> None:
        rows, themes, excerpts = board.bearings(state)
        width = len(dimension.values) + 1
        shape, size = (len(board.themes), width), len(board.themes) * width
        places = themes.astype(np.int64) * width + dimension.codes[rows] % width
        self.testimonies = np.bincount(places, minlength=size).reshape(shape)
        weighed = np.bincount(places, excerpts, minlength=size)
        self.excerpts = weighed.reshape(shape).astype(np.int64)
        bears = np.zeros(board.size, dtype=bool)
        bears[rows] = True
        self.bearing = _by_column(dimension, bears)

    def cell(self, theme: int, column: int) -> Count:
        return Count(int(self.testimonies[theme, column]), int(self.excerpts[theme, column]))

    def row(self, theme: int) -> Count:
        return Count(int(self.testimonies[theme].sum()), int(self.excerpts[theme].sum()))

    def column(self, column: int) -> Count:
        return Count(int(self.bearing[column]), int(self.excerpts[:, column].sum()))

    @property
    def total(self) -> Count:
        return Count(int(self.bearing.sum()), int(self.excerpts.sum()))


def _by_column(dimension: Dimension, mask: Mask) -> Longs:
    """How many testimonies of *mask* have each value; last, how many have none."""
    width = len(dimension.values) + 1
    return np.bincount(dimension.codes[mask] % width, minlength=width)


@dataclass(frozen=True)
class Together:
    """How often two themes are borne together: a symmetric table, alone on its diagonal."""

    themes: tuple[str, ...]
    counts: Longs
    base: int  # testimonies counted in

    def count(self, one: str, other: str) -> int:
        """How many bear both; KeyError for a theme unknown."""
        ranks = {theme: rank for rank, theme in enumerate(self.themes)}
        return int(self.counts[ranks[one], ranks[other]])


def together(board: Board, state: State, *, themes: Sequence[str]) -> Together:
    """The testimonies that bear two themes, those of *themes* first, then what else is borne."""
    rows, ranks, _ = board.bearings(state)
    bears = np.zeros((board.size, len(board.themes)), dtype=np.float32)
    bears[rows, ranks] = 1
    counts = np.rint(bears.T @ bears).astype(np.int64)  # exact: under 2²⁴ testimonies
    borne = [theme for rank, theme in enumerate(board.themes) if counts[rank, rank]]
    told = tuple(dict.fromkeys((*themes, *borne)))
    places = {theme: rank for rank, theme in enumerate(board.themes)}
    wide = np.zeros((len(told), len(told)), dtype=np.int64)
    known = [rank for rank, theme in enumerate(told) if theme in places]
    chosen = [places[told[rank]] for rank in known]
    wide[np.ix_(known, known)] = counts[np.ix_(chosen, chosen)]
    return Together(told, wide, board.size)
