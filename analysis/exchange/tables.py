"""Tables that a French office opens: CSV (RFC 4180 with semicolons, UTF-8 and its mark), XLSX.

A cell that a spreadsheet would run as a formula begins with an apostrophe, in both. Nothing is ever
cut: what a cell of a workbook cannot hold is refused, and whoever writes parts it before (`parts`).
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import IO, Any, TypeAlias

Cell: TypeAlias = str | int | float | None

LONGEST = 32_767  # UTF-16 units in a cell: Excel's own bound
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


class CellTooLongError(ValueError):
    """A workbook cannot hold this text in one cell."""


def harmless(cell: Cell) -> Cell:
    """The cell as no spreadsheet runs it, without signs that a workbook cannot hold."""
    if not isinstance(cell, str):
        return cell
    text = _UNSEEN.sub(" ", cell.replace("\r\n", "\n").replace("\r", "\n"))
    is_formula = text.startswith(_FORMULAS) or text.lstrip().startswith(_FORMULAS)
    return f"'{text}" if is_formula else text


def parts(text: str, longest: int = LONGEST - 2) -> Iterator[tuple[int, str]]:
    """The text in parts that a cell can hold, each with its offset; one part if it fits."""
    start, units = 0, 0
    for place, sign in enumerate(text):
        width = 2 if sign > "\uffff" else 1
        if units + width > longest:
            yield start, text[start:place]
            start, units = place, 0
        units += width
    yield start, text[start:]


class Csv:
    """A table written to a binary stream, a row at a time."""

    def __init__(self, stream: IO[bytes], titles: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        self._rows = csv.writer(self._text, delimiter=";", lineterminator="\r\n")
        self.count = 0
        self._rows.writerow(titles)

    def add(self, row: Sequence[Cell]) -> None:
        """Add a row. A number with decimals is written with a comma."""
        self._rows.writerow([_comma(harmless(cell)) for cell in row])
        self.count += 1

    def close(self) -> None:
        """End the table; the stream stays open."""
        self._text.flush()
        self._text.detach()


def _comma(cell: Cell) -> Cell:
    return str(cell).replace(".", ",") if isinstance(cell, float) else cell


class Workbook:
    """A workbook of several tables, each written a row at a time."""

    def __init__(self) -> None:
        # It takes a while, and the pages that only offer it need it not.
        from openpyxl import Workbook as Book  # noqa: PLC0415

        self._book: Any = Book(write_only=True)

    def table(self, name: str, titles: Sequence[str]) -> "Sheet":
        """A new table, its titles first."""
        sheet = self._book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append(list(titles))
        return Sheet(sheet)

    def drop(self) -> None:
        """Forget a workbook that will not be written, and its files."""
        for sheet in self._book:
            sheet.close()
            sheet._writer.cleanup()

    def save(self, stream: IO[bytes]) -> None:
        """Write the workbook."""
        self._book.save(stream)


class Sheet:
    """One table of a workbook."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.count = 0

    def add(self, row: Sequence[Cell]) -> None:
        """Add a row. Raises ``CellTooLongError``."""
        cells = [harmless(cell) for cell in row]
        if any(isinstance(cell, str) and _units(cell) > LONGEST for cell in cells):
            raise CellTooLongError
        self._sheet.append(cells)
        self.count += 1


def _units(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text) if len(text) > LONGEST // 2 else 0
