"""A CSV as offices really send it: its encoding, its separator, its lines."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from app.services.spreadsheets import (
    HEADER_WITHIN,
    HOW_TO_SAVE,
    Recognise,
    Record,
    Sheet,
    UnreadableFileError,
    assemble,
    find_titles,
)

SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
FRENCH = frozenset("éèêëàâçùûüôöîïœæÉÈÊËÀÂÇÙÛÜÔÖÎÏŒÆ’‘“”«»–—…€°\u00a0")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SEPARATOR_LINE = re.compile(r'"?sep=.?"?', re.IGNORECASE)  # Excel's own note to itself
PEEK = 64 * 1024


def read(data: bytes, recognise: Recognise) -> Sheet:
    """Read a CSV file. Raises UnreadableFileError."""
    text, encoding = decode(data)
    separator = _separator(text, recognise)
    told = f"Fichier lu en {encoding}, séparateur : {SEPARATORS[separator]}."
    return assemble(_records(text, separator), recognise, kind="csv", told=[told])


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding. Raises UnreadableFileError."""
    text, encoding = _decoded(data)
    if not any(sign.isalnum() or sign == "\0" for sign in text):
        raise UnreadableFileError("Ce fichier est vide.")
    if CONTROL.search(text):
        raise UnreadableFileError(f"Ce fichier n’est pas du texte. {HOW_TO_SAVE}")
    return unicodedata.normalize("NFC", text), encoding


def _decoded(data: bytes) -> tuple[str, str]:
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return (
            (data.decode("utf-16"), "UTF-16") if is_utf16 else (data.decode("utf-8-sig"), "UTF-8")
        )
    except UnicodeDecodeError as error:
        if not is_utf16:
            _refuse_mixture(data, error.start)
    return _in_one_byte(data)


def _refuse_mixture(data: bytes, start: int) -> None:
    """Refuse UTF-8 with a few foreign bytes: read as Windows-1252, « é » would become « Ã© »."""
    text = data.decode("utf-8-sig", "replace")
    spoiled = text.count("\ufffd")
    accented = sum(not character.isascii() for character in text) - spoiled
    if accented > spoiled:
        line = data[:start].count(b"\n") + 1
        raise UnreadableFileError(
            f"Ligne {line} : un caractère n’est pas dans le même encodage que le reste du fichier. "
            "Enregistrez-le en « CSV UTF-8 », puis envoyez-le à nouveau."
        )


def _in_one_byte(data: bytes) -> tuple[str, str]:
    """Read bytes in which a letter is one byte: Windows's, or the Mac's where it reads better.

    The same byte is « é » in one and « Ž » in the other: the reading with more of what French is
    written with is the right one.
    """
    mac = data.decode("mac-roman")
    try:
        windows = data.decode("cp1252")
    except UnicodeDecodeError:
        windows = ""
    if not windows or _french(mac) > _french(windows):
        if _french(mac) <= 0:
            raise UnreadableFileError(f"Ce fichier n’est pas du texte. {HOW_TO_SAVE}")
        return mac, "MacRoman"
    is_latin = not any(0x80 <= byte < 0xA0 for byte in set(data))
    return windows, "Latin-1" if is_latin else "Windows-1252"


def _french(text: str) -> int:
    """Return how many signs beyond ASCII French uses, less those that it does not."""
    beyond = [sign for sign in text if not sign.isascii()]
    french = sum(sign in FRENCH for sign in beyond)
    return 2 * french - len(beyond)


def _separator(text: str, recognise: Recognise) -> str:
    """Return what parts the columns: the one under which most titles are known.

    When none is, the one that parts the first lines into as many cells each.
    """

    def score(separator: str) -> tuple[int, int, int]:
        rows = [cells for _, cells in islice(_peek(text, separator), HEADER_WITHIN)]
        if not rows:
            return 0, 0, 0
        at, known = find_titles(rows, recognise)
        width = len(rows[at])
        alike = sum(len(cells) == width for cells in rows[at:]) if width > 1 else 0
        return known, alike, width

    return max(SEPARATORS, key=score)


def _peek(text: str, separator: str) -> Iterator[Record]:
    """Give the first records; the last may be cut, and its quotes with it."""
    try:
        yield from _records(text[:PEEK], separator, is_strict=False)
    except UnreadableFileError:
        return


def _records(text: str, separator: str, *, is_strict: bool = True) -> Iterator[Record]:
    """Give each record that is not blank, with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=is_strict)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise UnreadableFileError(
                f"Ligne {line} : des guillemets ne sont pas refermés, ou le sont trop tôt. "
                "Corrigez-les, puis envoyez à nouveau : rien n’a été importé."
            ) from None
        if cells is None:
            return
        tidied = [" ".join(cell.split()) for cell in cells]
        if any(tidied) and not (len(tidied) < 3 and SEPARATOR_LINE.fullmatch(tidied[0])):
            yield line, tidied
