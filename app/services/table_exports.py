"""A table as a file that a French office opens: CSV (UTF-8, BOM, semicolons) or XLSX.

A cell that a spreadsheet would run as a formula (« =… », « +… », « -… », « @… ») begins with an
apostrophe, in both formats: a workbook saved as CSV by somebody else stays harmless. Reading one of
these files again (`spreadsheets.bare`) takes the apostrophe off. A number given as one is one in a
workbook, to be added up; what is text (a postcode) stays text.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from app.services.spreadsheets import FORMULA_SIGNS

Cell: TypeAlias = str | int | float
CSV, XLSX = "csv", "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CELL_LENGTH = 32_767  # Excel's own
_FIGURE = re.compile(r"-\d+,\d+")  # « -0,12 » is a figure, to be counted with, and no formula
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet runs, without signs that a workbook cannot hold."""
    text = _UNSEEN.sub(" ", cell)[: CELL_LENGTH - 1]
    is_formula = text.lstrip().startswith(FORMULA_SIGNS) and not _FIGURE.fullmatch(text)
    return f"'{text}" if is_formula else text


def write(kind: str, title: str, rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the file of these rows, titles first; `title` names the sheet of a workbook."""
    safe = ([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return _workbook(title, safe) if kind == XLSX else _csv(safe)


def _in_french(cell: Cell) -> str:
    """Return a cell as a French office reads it: « 0,0123 »."""
    return f"{cell:.6g}".replace(".", ",") if isinstance(cell, float) else str(cell)


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    written = io.StringIO(newline="")
    told = (map(_in_french, row) for row in rows)
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(told)
    return written.getvalue().encode("utf-8-sig")


def _workbook(title: str, rows: Iterable[Sequence[Cell]]) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - it loads much

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
