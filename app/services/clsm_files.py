"""A file of CLSMs, for the directory that the public pages offer: lines → entries."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.models import ClsmKind
from app.services import clsm_kinds, import_plans, table_files, territories
from app.services.clsms import NAME_LENGTH, tidy
from app.services.columns import Choices, Column, Columns
from app.services.contact_tags import split
from app.services.spreadsheets import Sheet, UnreadableFileError

COLUMNS = Columns(
    (
        Column("nom", "Nom du CLSM", "clsm nomduclsm nomclsm conseil name", is_needed=True),
        Column("region", "Région", "regions coderegion"),
        Column("departement", "Département", "departements dept dpt codedepartement"),
        Column("type", "Type", "types typedeclsm echelle"),
        Column("etiquettes", "Étiquettes", "etiquette tags tag motscles"),
    )
)


@dataclass(frozen=True)
class Entry:
    """A CLSM; region and département by their INSEE codes, or none."""

    name: str
    region: str | None = None
    departement: str | None = None
    kind: ClsmKind | None = None
    tags: tuple[str, ...] = ()


Row = import_plans.Row[Entry]


def parse(data: bytes) -> tuple[Sheet, list[Row]]:
    """Read a file whose columns are known by their titles. Raises UnreadableFileError."""
    sheet = table_files.read(data, COLUMNS)
    choices = Choices(COLUMNS.guess(sheet.titles))
    if COLUMNS.missing(choices):
        found = ", ".join(filter(None, sheet.titles)) or "aucune"
        raise UnreadableFileError(
            f"Colonnes trouvées : {found}. "
            "Colonne nécessaire : nom ; facultatives : region, departement, type, etiquettes."
        )
    return sheet, rows(sheet, choices)


def rows(sheet: Sheet, choices: Choices) -> list[Row]:
    """Return the entry of each line, or why it cannot be used."""
    return [_row(line, cells, choices) for line, cells in sheet.records]


def _row(line: int, cells: list[str], choices: Choices) -> Row:
    try:
        entry, remarks = _entry(import_plans.values(choices.columns, cells))
        return Row(line, cells, entry, remarks=tuple(remarks))
    except ValueError as reason:
        return Row(line, cells, reason=str(reason))


def _entry(values: Mapping[str, str]) -> tuple[Entry, list[str]]:
    """Return the CLSM of one line, and what was left aside of it.

    Raises ValueError with the reason why there is none.
    """
    name = tidy(values.get("nom", ""))
    if not name:
        raise ValueError("le nom manque")
    if len(name) > NAME_LENGTH:
        raise ValueError(f"le nom dépasse {NAME_LENGTH} caractères")
    region, departement = _place(values.get("region", ""), values.get("departement", ""))
    written = values.get("type", "")
    kind = clsm_kinds.read(written)
    tags, too_long = split(values.get("etiquettes", ""))
    remarks = [f"étiquette trop longue, laissée de côté : {tag[:20]}…" for tag in too_long]
    if written and kind is None:
        remarks.append(f"type « {written[:40]} » non reconnu, laissé vide")
    return Entry(name, region, departement, kind, tags), remarks


def _place(said: str, told: str) -> tuple[str | None, str | None]:
    """Return the codes of a region and a département that agree. Raises ValueError."""
    region, departement = territories.region(said), territories.departement(told)
    if said and region is None:
        raise ValueError(f"la région « {said[:40]} » n’est pas connue")
    if told and departement is None:
        raise ValueError(f"le département « {told[:40]} » n’est pas connu")
    if region and departement and territories.REGION_OF[departement] != region:
        raise ValueError(territories.disagreement(departement, region))
    if departement:
        region = territories.REGION_OF[departement]
    return region, departement
