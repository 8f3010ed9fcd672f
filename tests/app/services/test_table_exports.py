"""Files that a French office opens, in which nothing runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.services import table_exports


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+33 6", "'+33 6"),
        ("-2", "'-2"),
        ("-0,12", "-0,12"),
        ("-0,12+1", "'-0,12+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("\r=1", "' =1"),
        ("a\x00b\x1b", "a b "),
        ("a=b", "a=b"),
        ("", ""),
        ("'tHooft", "'tHooft"),
    ],
)
def test_a_cell_is_harmless(cell: str, written: str) -> None:
    assert table_exports.harmless(cell) == written


def test_a_csv_for_a_french_office() -> None:
    data = table_exports.write("csv", "T", [["nom", "é"], ['a;"b"', "=1"]])
    assert data == '\ufeffnom;é\r\n"a;""b""";\'=1\r\n'.encode()


def test_a_workbook_holds_text_alone() -> None:
    rows = [["nom", "code"], ["=1+1", "01"], ["x" * 40_000, "2"]]
    sheet = load_workbook(io.BytesIO(table_exports.write("xlsx", "Titre", rows))).active
    assert sheet is not None
    cells = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
    assert cells[:2] == [[("nom", "s"), ("code", "s")], [("'=1+1", "s"), ("01", "s")]]
    assert (sheet.title, len(cells[2][0][0])) == ("Titre", table_exports.CELL_LENGTH - 1)


def test_a_number_is_one_in_a_workbook() -> None:
    rows = [["code", "nombre", "p"], ["01", 12, 0.0000123456789], ["-1", -3, -0.5]]
    sheet = load_workbook(io.BytesIO(table_exports.write("xlsx", "T", rows))).active
    assert sheet is not None
    cells = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert cells == [
        [("01", "s"), (12, "n"), (0.0000123456789, "n")],
        [("'-1", "s"), (-3, "n"), (-0.5, "n")],
    ]
    data = table_exports.write("csv", "T", rows[1:]).decode("utf-8-sig")
    assert data == "01;12;1,23457e-05\r\n'-1;-3;-0,5\r\n"


@given(st.text(max_size=30))
def test_no_text_runs(text: str) -> None:
    data = table_exports.write("csv", "T", [["titre"], [text]])
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    cells = [cell.lstrip() for line in lines for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    sheet = load_workbook(io.BytesIO(table_exports.write("xlsx", "T", [["titre"], [text]]))).active
    assert sheet is not None
    cell = sheet.cell(2, 1)
    assert cell.data_type != "f"
    assert not str(cell.value or "").lstrip().startswith(("=", "+", "-", "@"))
