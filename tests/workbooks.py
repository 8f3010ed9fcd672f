"""Workbooks, good and bad, as bytes."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: Sequence[Any], **sheets: Iterable[Sequence[Any]]) -> bytes:
    """A workbook whose first sheet has these rows; other sheets by their name."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Feuille 1"
    for row in rows:
        first.append(row)
    for title, others in sheets.items():
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same zip, one part of it replaced or added."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content, compress_type=zipfile.ZIP_DEFLATED)
    return written.getvalue()


def with_shared_strings(data: bytes, *strings: str) -> bytes:
    """The same workbook with a table of strings that its cells can point to."""
    told = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{told}"/></Types>'
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml").decode().replace("</Types>", override)
    items = "".join(f"<si><t>{string}</t></si>" for string in strings)
    table = f'<sst xmlns="{SPACE}">{items}</sst>'.encode()
    typed = with_part(data, "[Content_Types].xml", types.encode())
    return with_part(typed, "xl/sharedStrings.xml", table)


def sheet_xml(rows: str) -> bytes:
    """The XML of a sheet with these rows."""
    return f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'
