"""A table as offices send it, CSV or XLSX: bytes → titles and lines, within bounds.

Pure reading: nothing is stored. What cannot be read raises UnreadableFileError, whose message says
in French what was found and what to do.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CHARACTERS = 20_000_000
HEADER_WITHIN = 10  # lines among which the titles are looked for
HOW_TO_SAVE = (
    "Dans le tableur, choisissez « Enregistrer sous », puis le format Excel (.xlsx) ou CSV, "
    "et envoyez ce fichier."
)
TOO_BIG = "Ce fichier dépasse 10 mégaoctets. Envoyez-le en plusieurs fois."
TOO_LONG = "Ce fichier a plus de 20 000 lignes. Envoyez-le en plusieurs fois."
FORMULA_SIGNS = ("=", "+", "-", "@")

Record = tuple[int, list[str]]
Recognise = Callable[[Sequence[str]], Sequence[str]]


class UnreadableFileError(ValueError):
    """Nothing of this file can be used; `str()` says why, in French, and what to do."""


@dataclass(frozen=True)
class Sheet:
    """What was read. `told` says how; `records` pair the number of a line with its cells."""

    format: str  # « csv » or « xlsx »
    told: tuple[str, ...]
    titles: list[str]
    records: list[Record]
    has_titles: bool = True


class Budget:
    """What a file may still hold. Raises UnreadableFileError once it is spent."""

    def __init__(self) -> None:
        self.rows = MAX_ROWS + HEADER_WITHIN
        self.characters = MAX_CHARACTERS

    def spend(self, cells: Sequence[str]) -> None:
        """Take one line that is not blank."""
        if any(cells[MAX_COLUMNS:]):
            raise UnreadableFileError(f"Ce fichier a plus de {MAX_COLUMNS} colonnes.")
        self.rows -= 1
        self.characters -= sum(map(len, cells))
        if self.rows < 0:
            raise UnreadableFileError(TOO_LONG)
        if self.characters < 0:
            raise UnreadableFileError("Ce fichier contient trop de texte. Envoyez-le par parties.")


def bare(cell: str) -> str:
    """Return a cell without the apostrophe by which our own files keep it from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_SIGNS else cell


def find_titles(rows: Sequence[Sequence[str]], recognise: Recognise) -> tuple[int, int]:
    """Return which of the first rows holds the titles, and how many of them are known.

    Files often begin with a heading of their own. When no title is known, the first row is taken,
    unless it has one cell only: then the fullest.
    """
    first = rows[:HEADER_WITHIN]
    known = [len({*recognise(cells)} - {""}) for cells in first]
    if any(known):
        return known.index(max(known)), max(known)
    filled = [sum(map(bool, cells)) for cells in first]
    return (0 if filled[0] > 1 else filled.index(max(filled))), 0


def assemble(
    records: Iterable[Record], recognise: Recognise, *, kind: str, told: Sequence[str]
) -> Sheet:
    """Return the sheet that these records make. Raises UnreadableFileError."""
    budget = Budget()
    kept: list[Record] = []
    for line, cells in records:
        while cells and not cells[-1]:
            cells.pop()
        cells = [bare(cell) for cell in cells]
        budget.spend(cells)
        kept.append((line, cells))
    if not kept:
        raise UnreadableFileError("Ce fichier est vide.")
    sheet = _titled(kept, recognise, kind, list(told))
    if not sheet.records:
        raise UnreadableFileError("Ce fichier n’a que sa première ligne : rien dessous.")
    if len(sheet.records) > MAX_ROWS:
        raise UnreadableFileError(TOO_LONG)
    return sheet


def _titled(kept: list[Record], recognise: Recognise, kind: str, told: list[str]) -> Sheet:
    at, known = find_titles([cells for _, cells in kept[:HEADER_WITHIN]], recognise)
    titles = kept[at][1]
    if not known and any("@" in cell for cell in titles):
        told.append("Les colonnes n’ont pas de titre : la première ligne est déjà une personne.")
        width = max(len(cells) for _, cells in kept)
        names = [f"Colonne {number}" for number in range(1, width + 1)]
        return Sheet(kind, tuple(told), names, kept, has_titles=False)
    if at:
        told.append(f"Titres lus ligne {kept[at][0]} ; ce qui est au-dessus est laissé de côté.")
    return Sheet(kind, tuple(told), titles, kept[at + 1 :])
