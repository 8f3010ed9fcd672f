import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.tally import Count, cross, from_counts

ROWS = ("acces_soins", "freins_elus", "place_aidants")
COLUMNS = ("coordinateur", "elu")
# A testimony's number says its profile: it stands in one column only, as in the application.
CODINGS = st.lists(st.tuples(st.sampled_from(ROWS), st.integers(0, 12))).map(
    lambda pairs: [(row, COLUMNS[testimony % 2], testimony) for row, testimony in pairs]
)


def naive(codings, row=None, column=None):
    found = [c for c in codings if row in (None, c[0]) and column in (None, c[1])]
    return Count(len({testimony for _, _, testimony in found}), len(found))


@given(CODINGS)
def test_counts_are_those_of_naive_sets(codings):
    crosstab = cross(iter(codings), rows=ROWS, columns=COLUMNS)
    assert crosstab.total == naive(codings)
    for row in ROWS:
        assert crosstab.row_total(row) == naive(codings, row)
        for column in COLUMNS:
            assert crosstab.column_total(column) == naive(codings, column=column)
            assert crosstab.cell(row, column) == naive(codings, row, column)


@given(CODINGS)
def test_totals_lie_between_the_greatest_cell_and_the_sum(codings):
    crosstab = cross(codings, rows=ROWS, columns=COLUMNS)
    for column in COLUMNS:
        cells = [crosstab.cell(row, column) for row in ROWS]
        total = crosstab.column_total(column)
        counts = [cell.testimonies for cell in cells]
        assert max(counts) <= total.testimonies <= sum(counts)
        assert total.excerpts == sum(cell.excerpts for cell in cells)


@given(CODINGS)
def test_counts_of_a_database_give_the_same_crosstab(codings):
    bases = {"coordinateur": 7, "elu": 6}
    counted = from_counts(
        {(row, column): naive(codings, row, column) for row in ROWS for column in COLUMNS},
        {row: naive(codings, row) for row in ROWS},
        {column: naive(codings, column=column) for column in COLUMNS},
        naive(codings),
        rows=ROWS,
        columns=COLUMNS,
        bases=bases,
    )
    made = cross(codings, rows=ROWS, columns=COLUMNS, bases=bases)
    assert (counted.rows, counted.columns, counted.bases) == (made.rows, made.columns, made.bases)
    assert counted.total == made.total
    assert [counted.row_total(row) for row in ROWS] == [made.row_total(row) for row in ROWS]


@given(CODINGS)
def test_shares_are_parts_of_the_base(codings):
    crosstab = cross(codings, rows=ROWS, columns=COLUMNS, bases={"coordinateur": 7, "elu": 6})
    for row in ROWS:
        assert 0 <= crosstab.row_share(row) <= 1
        assert crosstab.share(row, "elu") == naive(codings, row, "elu").testimonies / 6


def test_a_testimony_with_two_themes_counts_once_in_its_profile():
    codings = [("acces_soins", "elu", 1), ("freins_elus", "elu", 1), ("freins_elus", "elu", 1)]
    crosstab = cross(codings, rows=ROWS, columns=COLUMNS)
    assert crosstab.column_total("elu") == Count(1, 3)
    assert crosstab.cell("freins_elus", "elu") == Count(1, 2)


def test_no_codings():
    crosstab = cross([], rows=ROWS, columns=COLUMNS)
    assert crosstab.total == crosstab.cell("acces_soins", "elu") == Count(0, 0)
    assert crosstab.base is None
    assert crosstab.row_share("acces_soins") is None
    assert cross([], rows=(), columns=()).total == Count(0, 0)


def test_a_share_needs_a_base_over_zero():
    crosstab = cross([("acces_soins", "elu", 1)], rows=ROWS, columns=COLUMNS, bases={"elu": 4})
    assert crosstab.share("acces_soins", "elu") == 0.25
    assert crosstab.share("acces_soins", "coordinateur") is None
    assert crosstab.base == 4


@pytest.mark.parametrize(
    "ask",
    [
        lambda tab: tab.cell("inconnu", "elu"),
        lambda tab: tab.cell("acces_soins", "inconnu"),
        lambda tab: tab.row_total("inconnu"),
        lambda tab: tab.column_total("inconnu"),
        lambda tab: tab.share("inconnu", "elu"),
        lambda tab: tab.row_share("inconnu"),
        lambda tab: cross([("inconnu", "elu", 1)], rows=ROWS, columns=COLUMNS),
        lambda tab: cross([("acces_soins", "inconnu", 1)], rows=ROWS, columns=COLUMNS),
        lambda tab: cross([], rows=ROWS, columns=COLUMNS, bases={"inconnu": 1}),
        lambda tab: from_counts({}, {"inconnu": Count()}, {}, Count(), rows=ROWS, columns=COLUMNS),
        lambda tab: from_counts({}, {}, {"inconnu": Count()}, Count(), rows=ROWS, columns=COLUMNS),
    ],
)
def test_an_unknown_row_or_column_is_named(ask):
    with pytest.raises(KeyError, match="inconnu"):
        ask(cross([], rows=ROWS, columns=COLUMNS))


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="twice"):
        cross([], rows=("a", "a"), columns=COLUMNS)
    with pytest.raises(ValueError, match="base"):
        cross([("acces_soins", "elu", 1)], rows=ROWS, columns=COLUMNS, bases={"coordinateur": 1})
    cells = {("acces_soins", "elu"): Count(2, 2)}
    with pytest.raises(ValueError, match="over its total"):
        from_counts(cells, {}, {}, Count(2, 2), rows=ROWS, columns=COLUMNS)
    for testimonies, excerpts in ((-1, 0), (2, 1), (0, 1)):
        with pytest.raises(ValueError, match="cannot hold"):
            Count(testimonies, excerpts)
    with pytest.raises(ValueError, match="mesure"):
        Count().of("mesure")


def test_counts_do_not_change_afterwards():
    crosstab = cross([], rows=ROWS, columns=COLUMNS, bases={"elu": 1})
    with pytest.raises(TypeError):
        crosstab.bases["elu"] = 2


def test_neither_spacy_nor_matplotlib_is_loaded():
    code = "import sys, analysis.tally; print({'spacy', 'matplotlib'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
