"""What is hidden of a table cannot be computed from what is shown."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.tally import Count, cross
from analysis.veils import hidden_in, veiled

LEAST = 5
VALUES = st.lists(st.integers(0, 12), min_size=1, max_size=4)


@pytest.mark.parametrize("least", [3, 4, 5])
@pytest.mark.parametrize(("columns", "most"), [(2, 20), (3, 16), (4, 11), (5, 9)])
def test_no_hidden_value_can_be_told(columns, most, least):
    """Even by whoever tries every table that would have hidden the same places: all are tried."""
    may: dict[object, list[set[int]]] = {}
    for values in product(range(most + 1), repeat=columns):
        if (total := sum(values)) > most:
            continue
        hidden, is_total_hidden = hidden_in(values, total, least)
        shown = tuple(None if rank in hidden else value for rank, value in enumerate(values))
        known = may.setdefault((shown, None if is_total_hidden else total), [set() for _ in values])
        for told, value in zip(known, values, strict=True):
            told.add(value)
    for (shown, _), known in may.items():
        assert all(len(told) > 1 for told, value in zip(known, shown, strict=True) if value is None)
    assert any(None in shown for shown, _ in may)


@given(VALUES)
def test_every_small_value_is_hidden_and_zero_is_shown_where_it_can_be(values):
    hidden, is_total_hidden = hidden_in(values, sum(values), LEAST)
    assert {rank for rank, value in enumerate(values) if 0 < value < LEAST} <= hidden
    assert is_total_hidden == (0 < sum(values) < LEAST)
    assert hidden_in(values, sum(values), 1) == (set(), False)


@pytest.mark.parametrize(
    ("values", "hidden", "is_total_hidden"),
    [
        ([9, 8, 0], set(), False),
        ([9, 3, 0], {0, 1}, False),  # alone, it is the total less the others
        ([9, 3, 7], {1, 2}, False),  # the smallest that is enough
        ([9, 3, 4], {1, 2}, False),
        ([9, 9, 3], {0, 1, 2}, False),  # which of two alike was hidden would tell something
        ([9, 4, 4], {0, 1, 2}, False),  # as great as small values can be: their sum tells them
        ([9, 1, 1], {0, 1, 2}, False),  # two that make two are one each
        ([1, 4], {0, 1}, False),
        ([1, 0, 0], {0, 1, 2}, True),
        ([0, 0, 0], set(), False),
    ],
)
def test_what_is_hidden(values, hidden, is_total_hidden):
    assert hidden_in(values, sum(values), LEAST) == (hidden, is_total_hidden)


def table(**cells):
    codings = [
        (row, column, f"{column}{number}")
        for row, numbers in cells.items()
        for column, count in zip("abc", numbers, strict=True)
        for number in range(count)
    ]
    return cross(codings, rows=tuple(cells), columns="abc", bases={"a": 20, "b": 30, "c": 3})


def test_a_table_is_veiled_whatever_it_measures():
    veil = veiled(table(un=(9, 8, 0), deux=(9, 3, 0), trois=(1, 0, 0)), LEAST)
    shown = {(row, column): not veil.hides(row, column) for row in veil.rows for column in "ab"}
    assert [place for place, is_shown in shown.items() if is_shown] == [("un", "a"), ("un", "b")]
    assert veil.hides("trois", None)
    assert not veil.hides("un", None)
    assert veil.hides("un", "c")  # a column of three testimonies
    assert veil.veil.bases == {"c", "a"}
    assert veil.cell("deux", "b") == Count(3, 3)  # the counts stay true
    assert veil.share("un", "b") == 8 / 30
    assert veil.share("un", "a") is veil.share("deux", "b") is veil.row_share("trois") is None
    assert veil.part("un", "b", "excerpts") == 8 / 17
    assert veil.part("deux", "a", "excerpts") is None
    assert not veil.hides(None, "b")
    assert veil.hides(None, "b", "excerpts")  # would tell the sum of what is hidden


def test_nothing_is_hidden_under_one():
    veil = veiled(table(un=(1, 1, 1)), 1)
    assert not veil.hides("un", "a")
    assert not veil.hides(None, None, "excerpts")
