"""Tables: what a spreadsheet opens is what was written, and nothing runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analysis.exchange import tables

cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t;\"'=@"))


def as_csv(*rows: list[tables.Cell]) -> bytes:
    stream = io.BytesIO()
    table = tables.Csv(stream, ["titre", "été"])
    for row in rows:
        table.add(row)
    table.close()
    assert table.count == len(rows)
    return stream.getvalue()


def test_a_french_office_opens_it() -> None:
    data = as_csv(['dit "non"; oui', "deux\r\nlignes"], [0.84, 3], [None, "🧠"])
    assert data == (
        '\ufefftitre;été\r\n"dit ""non""; oui";"deux\nlignes"\r\n0,84;3\r\n;🧠\r\n'.encode()
    )


@pytest.mark.parametrize("cell", ["=1+1", "+33 6", "-oui", "@lui", " =A1", "\t=A1", "\n-x"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert tables.harmless(cell) == f"'{cell}"


@given(st.lists(st.tuples(cells, cells), max_size=4))
def test_rows_are_read_back(rows: list[tuple[str, str]]) -> None:
    text = as_csv(*[list(row) for row in rows]).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert read[1:] == [[tables.harmless(cell) for cell in row] for row in rows]


def test_a_workbook_of_two_tables() -> None:
    book, stream = tables.Workbook(), io.BytesIO()
    first, second = book.table("Un", ["a", "b"]), book.table("Deux", ["c"])
    first.add(["=1+1", 3])
    second.add(["a\x00b"])
    second.add(["b"])
    book.save(stream)
    read = load_workbook(stream)
    assert [list(sheet.values) for sheet in read] == [
        [("a", "b"), ("'=1+1", 3)],
        [("c",), ("a b",), ("b",)],
    ]
    assert (first.count, second.count) == (1, 2)


def test_nothing_is_cut_to_fit_a_cell() -> None:
    book = tables.Workbook()
    table = book.table("Un", ["a"])
    with pytest.raises(tables.CellTooLongError):
        table.add(["a" * 40_000])
    with pytest.raises(tables.CellTooLongError):
        table.add(["🧠" * 17_000])
    book.drop()


@given(st.text(st.sampled_from("a🧠é"), max_size=50), st.integers(2, 9))
def test_long_texts_are_parted(text: str, longest: int) -> None:
    made = list(tables.parts(text, longest))
    assert "".join(part for _, part in made) == text
    assert [text[at : at + len(part)] for at, part in made] == [part for _, part in made]
    assert all(len(part.encode("utf-16-le")) <= 2 * longest for _, part in made)
