"""The codebook as a file: CSV, XLSX, REFI-QDA's `.qdc`, and back; our own YAML, one way."""

import csv
import io
import uuid
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from analysis.exchange import codebooks as exchange
from analysis.exchange.codebooks import COLUMNS, MOST, Entry, ExchangeError
from analysis.folding import fold
from app.services import csv_files, table_exports, xlsx_files
from app.services.codebooks import Grid
from app.services.spreadsheets import MAX_BYTES, MAX_COLUMNS, TOO_BIG, UnreadableFileError, bare
from app.services.table_files import WORKBOOK
from app.services.theme_counts import Borne

QDC, YAML = "qdc", "yml"
TYPES = table_exports.TYPES | {QDC: "application/xml", YAML: "application/yaml; charset=utf-8"}
ORIGIN = "Recueil"
COUNTED = ("extraits", "temoignages")
UNTITLED = (
    "Ce fichier n’a pas de colonne « libelle » (ou « identifiant »). Exportez la grille pour avoir "
    "un modèle."
)

Record = tuple[int, Mapping[str, str]]


def write(kind: str, grid: Grid, borne: Mapping[str, Borne]) -> bytes:
    """Return the codebook as a file of this kind, a word of TYPES."""
    if kind == QDC:
        return exchange.qdc(grid.codebook, origin=ORIGIN)
    if kind == YAML:
        return grid.text.encode()
    return table_exports.write(kind, "Grille de codage", _rows(grid, borne))


def _rows(grid: Grid, borne: Mapping[str, Borne]) -> Iterator[Sequence[str]]:
    titles, *themes = exchange.rows(grid.codebook, grid.raw)
    yield [*titles, *COUNTED]
    for row in themes:
        found = borne.get(row[0], Borne())
        yield [*row, str(found.excerpts), str(found.testimonies)]


def read(data: bytes) -> list[Entry]:
    """Return the themes of a file, told apart by its first bytes.

    Raises ExchangeError or UnreadableFileError, both French.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableFileError(TOO_BIG)
    if data.startswith(WORKBOOK):
        return _of_table(_of_workbook(data))
    begun = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if begun.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<")):
        return exchange.read_qdc(data)
    return _of_table(_of_csv(data))


def _of_table(lines: Sequence[Sequence[str]]) -> list[Entry]:
    """Return the entries of a table whose first line that says anything has the titles."""
    filled = [(at, line) for at, line in enumerate(lines, 1) if any(cell.strip() for cell in line)]
    if not filled:
        raise UnreadableFileError("Ce fichier est vide.")
    (_, titles), *rest = filled
    names = [_column(title) for title in titles]
    if not {"libelle", "identifiant"} & set(names):
        raise ExchangeError(UNTITLED)
    if len(rest) > MOST:
        raise ExchangeError(f"Cette grille a plus de {MOST} thèmes.")
    records: list[Record] = [
        (number, {name: bare(cell) for name, cell in zip(names, cells, strict=False) if name})
        for number, cells in rest
    ]
    if not records:
        raise ExchangeError("Cette grille n’a aucun thème.")
    return exchange.entries_of_rows(records)


def _column(title: str) -> str:
    name = "_".join(fold(title).replace("-", " ").replace("_", " ").split())
    return name if name in COLUMNS else ""


def _of_csv(data: bytes) -> list[list[str]]:
    text, _ = csv_files.decode(data)
    first = text.partition("\n")[0]
    separator = max(csv_files.SEPARATORS, key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return [row[:MAX_COLUMNS] for row in reader]
    except csv.Error:
        raise UnreadableFileError(
            "Des guillemets ne sont pas refermés, ou le sont trop tôt. Corrigez-les, puis "
            "envoyez à nouveau\u00a0: rien n’a été importé."
        ) from None


def _of_workbook(data: bytes) -> list[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - it loads much

    xlsx_files.check(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells which fine points of a sheet it drops
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=MOST + 100, max_col=MAX_COLUMNS, values_only=True)
            lines = [["" if cell is None else str(cell) for cell in row] for row in rows]
            book.close()
        except Exception:  # a parser of many parts, given anybody's bytes
            raise UnreadableFileError(xlsx_files.BROKEN) from None
    return lines


def packed(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return entries as JSON can hold them."""
    return [asdict(each) | {"guid": str(each.guid) if each.guid else None} for each in entries]


def unpacked(kept: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Return the entries that `packed` made."""
    return [_entry(each) for each in kept]


def _entry(kept: Mapping[str, Any]) -> Entry:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    return Entry(**values | {"guid": uuid.UUID(kept["guid"]) if kept["guid"] else None})
