"""Boards: what is counted on arrays is what counting one by one would give."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.board import Board, packed
from analysis.crossing import cross, together
from analysis.tally import NOBODY, Count

ROOT = Path(__file__).parents[2]
THEMES = ("acces_soins", "freins_elus", "place_aidants")
REGIONS = ("11", "53", "84")
PAIRS = dict(
    enumerate(
        chain(
            (("@theme", theme) for theme in THEMES),
            (("region", region) for region in REGIONS),
            (("@audience", "elu"), ("@day", "2026-11-03")),
        ),
        start=7,
    )
)
NUMBERS = {pair: number for number, pair in PAIRS.items()}
STATES = {"standing": (0, 1), "proposed": (0,), "kept": (1,), "rejected": (2,)}


@dataclass
class Told:
    region: str
    themes: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)

    def row(self) -> tuple[bytes, bytes]:
        facets = [NUMBERS["@audience", "elu"], NUMBERS["@day", "2026-11-03"], 999]
        facets += [NUMBERS["region", self.region]] if self.region else []
        fours = [(NUMBERS["@theme", theme], *counts) for theme, counts in self.themes.items()]
        return packed(facets), packed(chain.from_iterable(fours))

    def excerpts(self, theme: str, state: str) -> int:
        return sum(self.themes.get(theme, (0, 0, 0))[each] for each in STATES[state])


COUNTS = st.tuples(*[st.integers(0, 3)] * 3)
CALL = st.lists(
    st.builds(
        Told, st.sampled_from((*REGIONS, "")), st.dictionaries(st.sampled_from(THEMES), COUNTS)
    ),
    max_size=12,
)


def board_of(call: list[Told]) -> Board:
    return Board.read(PAIRS, [each.row() for each in call])


@given(CALL, st.integers(1, 5))
def test_a_board_is_the_same_by_blocks_of_any_size(call, size):
    whole = board_of(call)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.board.BLOCK", size)
        by_blocks = board_of(call)
    for name in ("region", "@audience"):
        one, other = by_blocks.dimension(name), whole.dimension(name)
        assert (one.codes.tolist(), one.values) == (other.codes.tolist(), other.values)
    for state in STATES:
        told = [each.tolist() for each in by_blocks.bearings(state)]
        assert told == [each.tolist() for each in whole.bearings(state)]
    assert by_blocks.size == whole.size == len(call)


def by_hand(call: list[Told], state: str, row: str | None, column: str | None) -> Count:
    kept = [each for each in call if column is None or each.region == column]
    themes = THEMES if row is None else (row,)
    numbers = [sum(each.excerpts(theme, state) for theme in themes) for each in kept]
    return Count(sum(number > 0 for number in numbers), sum(numbers))


@given(CALL, st.sampled_from(sorted(STATES)))
def test_a_cross_tab_is_what_counting_one_by_one_gives(call, state):
    board = board_of(call)
    table = cross(board, board.dimension("region"), state, rows=THEMES, columns=REGIONS)
    assert table.rows == THEMES
    has_nobody = any(not each.region for each in call)
    assert table.columns == ((*REGIONS, NOBODY) if has_nobody else REGIONS)
    for row in (*table.rows, None):
        for column in (*table.columns, None):
            assert table.counts.get((row, column), Count()) == by_hand(call, state, row, column)
    bases = {column: sum(each.region == column for each in call) for column in table.columns}
    assert dict(table.bases) == bases


@given(CALL, st.sampled_from(sorted(STATES)))
def test_themes_together_are_those_of_sets(call, state):
    found = together(board_of(call), state, themes=THEMES[::-1])
    borne = [{theme for theme in THEMES if each.excerpts(theme, state)} for each in call]
    assert found.themes == THEMES[::-1]
    assert found.base == len(call)
    for one in THEMES:
        for other in THEMES:
            assert found.count(one, other) == sum({one, other} <= each for each in borne)


@given(CALL, st.sampled_from((*REGIONS, "", "inconnue")))
def test_a_board_narrowed_is_the_board_of_those_who_pass(call, region):
    board = board_of(call)
    narrowed = board.only(board.dimension("region").is_value(region))
    kept = board_of([each for each in call if each.region == region])
    assert narrowed.size == kept.size
    for name in ("region", "@audience"):
        assert np.array_equal(narrowed.dimension(name).codes, kept.dimension(name).codes)
    for state in STATES:
        for ours, theirs in zip(narrowed.bearings(state), kept.bearings(state), strict=True):
            assert np.array_equal(ours, theirs)
        assert narrowed.excerpts(state) == kept.excerpts(state)


@given(CALL, st.sampled_from((*THEMES, "inconnu")), st.sampled_from(sorted(STATES)))
def test_who_bears_a_theme(call, theme, state):
    mask = board_of(call).bears(theme, state)
    assert mask.tolist() == [each.excerpts(theme, state) > 0 for each in call]


def test_what_the_caller_does_not_know_comes_last():
    call = [Told("84", {"acces_soins": (1, 0, 0)}), Told("", {"place_aidants": (0, 2, 0)})]
    board = board_of(call)
    table = cross(board, board.dimension("region"), "standing", rows=("autre",), columns=("53",))
    assert table.rows == ("autre", "acces_soins", "place_aidants")
    assert table.columns == ("53", "84", NOBODY)
    assert table.row_total("autre") == Count()
    assert table.cell("place_aidants", NOBODY) == Count(1, 2)
    assert table.total == Count(2, 3)


@pytest.mark.parametrize("call", [[], [Told("")]])
def test_nothing_to_count(call):
    board = board_of(call)
    table = cross(board, board.dimension("clsm"), "kept", rows=(), columns=())
    assert (table.total, table.rows) == (Count(), ())
    assert together(board, "kept", themes=()).counts.size == 0


MEASURE = """
import re, struct
from pathlib import Path
from analysis.board import Board

def most():  # of this very program: what getrusage tells is also that of who started it
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

def rows(count):
    for rank in range(count):
        yield struct.pack("<7i", *range(rank % 9, rank % 9 + 7)), b""

Board.read({}, rows(1_000))
before = most()
board = Board.read({}, rows(400_000))
print(board.size, (most() - before) // board.size)
"""


def test_a_board_is_never_there_twice() -> None:
    """Seven facets are fifty-six bytes of arrays: not so many again while they are laid."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    size, each = map(int, done.stdout.split())
    assert (size, each < 110) == (400_000, True), each
