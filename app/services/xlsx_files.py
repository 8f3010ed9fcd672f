"""A workbook (.xlsx) as offices send it: checked before anything of it is trusted, then read.

A workbook is a zip, and a small zip can hold a huge one. What its parts declare is added up, then
what they really hold, unpacked piece by piece, before openpyxl sees any of it. XML with a document
type, by which a few lines can grow into millions, is refused: no spreadsheet writes any.
"""

import io
import time
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from datetime import time as clock
from typing import Any

from app.services.spreadsheets import (
    HEADER_WITHIN,
    HOW_TO_SAVE,
    MAX_COLUMNS,
    MEGABYTE,
    Recognise,
    Record,
    Sheet,
    UnreadableFileError,
    assemble,
    find_titles,
)

MAX_UNPACKED = 60 * MEGABYTE
MAX_PARTS = 1_000
MAX_STRINGS = 400_000  # read whole before the first line is: twenty for each line we take
LAST_ROW = 1_048_576  # Excel's own
CHUNK = 256 * 1024
SECONDS = 40.0
CHECKED_EVERY = 500  # lines
PEEK = 100  # lines among which a sheet shows what it is
BROKEN = "Ce classeur est abîmé, ou n’est pas un classeur Excel (.xlsx). " + HOW_TO_SAVE
UNPACKS_TOO_BIG = (
    "Ce classeur, une fois décompressé, dépasse 60 mégaoctets. "
    "Copiez les colonnes utiles dans un nouveau classeur, et envoyez celui-là."
)
TOO_SLOW = (
    "Ce classeur est trop long à lire. "
    "Copiez les lignes utiles dans un nouveau classeur, et envoyez celui-là."
)
TOO_MANY_STRINGS = (
    "Ce classeur contient trop de textes différents. "
    "Copiez les colonnes utiles dans un nouveau classeur, et envoyez celui-là."
)
LIBREOFFICE = "Ce fichier est un classeur LibreOffice (.ods). "
# What Python's own reader of zips raises on what is not one, is cut, encrypted or falsely declared.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError)


def read(data: bytes, recognise: Recognise) -> Sheet:
    """Read a workbook's first sheet that has the titles wanted. Raises UnreadableFileError."""
    check(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells which fine points of a sheet it drops
        try:
            return _read(data, recognise)
        except UnreadableFileError:
            raise
        except Exception:  # a parser of many parts, given anybody's bytes
            raise UnreadableFileError(BROKEN) from None


def check(data: bytes) -> None:
    """Raise UnreadableFileError unless these bytes are a workbook of a sane size."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "content.xml" in names and "xl/workbook.xml" not in names:
                raise UnreadableFileError(LIBREOFFICE + HOW_TO_SAVE)
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise UnreadableFileError(UNPACKS_TOO_BIG)
            left = MAX_UNPACKED
            for part in parts:
                left -= _unpacked_size(archive, part, left)
    except UnreadableFileError:
        raise
    except ZIP_ERRORS:
        raise UnreadableFileError(BROKEN) from None


def _unpacked_size(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Unpack one part piece by piece, keeping none; return its true size."""
    size, strings, tail = 0, 0, b""
    is_shared = part.filename.lower().endswith("sharedstrings.xml")
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > left:
                raise UnreadableFileError(UNPACKS_TOO_BIG)
            plain = tail + piece.replace(b"\0", b"")  # UTF-16 too
            if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                raise UnreadableFileError(BROKEN)
            if is_shared:  # whatever the prefix, each ends so; one cut in two is let go
                strings += piece.count(b"si>") // 2 + piece.count(b"si/>")
                if strings > MAX_STRINGS:
                    raise UnreadableFileError(TOO_MANY_STRINGS)
            tail = plain[-16:]
    return size


def _read(data: bytes, recognise: Recognise) -> Sheet:
    from openpyxl import load_workbook  # noqa: PLC0415 - it loads much

    until = time.monotonic() + SECONDS
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
        chosen = _choose(sheets or book.worksheets, recognise, until)
        told = [f"Classeur Excel, feuille « {chosen.title} »."]
        if others := [each.title for each in sheets if each is not chosen]:
            told.append(f"Autres feuilles, laissées de côté : {', '.join(others)}.")
        return assemble(_records(chosen, until), recognise, kind="xlsx", told=told)
    finally:
        book.close()


def _choose(sheets: list[Any], recognise: Recognise, until: float) -> Any:
    """Return the sheet whose first lines name most of what is wanted; the first that is filled."""

    def score(sheet: Any) -> tuple[int, bool]:
        rows = [cells for _, cells in _records(sheet, until, last=PEEK)][:HEADER_WITHIN]
        return (find_titles(rows, recognise)[1], True) if rows else (0, False)

    return max(sheets, key=score)


def _records(sheet: Any, until: float, *, last: int | None = None) -> Iterator[Record]:
    """Give each row that is not blank, with its number; those after `last` are not read."""
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    rows = sheet.iter_rows(max_row=last, max_col=MAX_COLUMNS + 1, values_only=True)
    for number, values in enumerate(rows, 1):
        if number > LAST_ROW:
            raise UnreadableFileError(BROKEN)
        if number % CHECKED_EVERY == 0 and time.monotonic() > until:
            raise UnreadableFileError(TOO_SLOW)
        if values.count(None) < len(values):
            cells = [_text(value) for value in values]
            if any(cells):
                yield number, cells


def _text(value: Any) -> str:
    """Return what a cell shows, on one line: « 22 » rather than « 22.0 »."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == clock() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
