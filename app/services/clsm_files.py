"""A file of CLSMs, for the directory that the public pages offer: lines → entries."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.services import import_plans, table_files, territories
from app.services.clsms import NAME_LENGTH, tidy
from app.services.columns import Choices, Column, Columns
from app.services.spreadsheets import Sheet, UnreadableFileError

COLUMNS = Columns(
    (
        Column("nom", "Nom du CLSM", "clsm nomduclsm nomclsm conseil name", is_needed=True),
        Column("region", "Région", "regions coderegion"),
        Column("departement", "Département", "departements dept dpt codedepartement"),
    )
)


@dataclass(frozen=True)
class Entry:
    """A CLSM; region and département by their INSEE codes, or none."""

    name: str
    region: str | None = None
    departement: str | None = None


Row = import_plans.Row[Entry]


def parse(data: bytes) -> tuple[Sheet, list[Row]]:
    """Read a file whose columns are known by their titles. Raises UnreadableFileError."""
    sheet = table_files.read(data, COLUMNS)
    choices = Choices(COLUMNS.guess(sheet.titles))
    if COLUMNS.missing(choices):
        found = ", ".join(filter(None, sheet.titles)) or "aucune"
        raise UnreadableFileError(
            f"Colonnes trouvées : {found}. "
            "Colonne nécessaire : nom ; facultatives : region, departement."
        )
    return sheet, rows(sheet, choices)


def rows(sheet: Sheet, choices: Choices) -> list[Row]:
    """Return the entry of each line, or why it cannot be used."""
    return [_row(line, cells, choices) for line, cells in sheet.records]


def _row(line: int, cells: list[str], choices: Choices) -> Row:
    try:
        return Row(line, cells, _entry(import_plans.values(choices.columns, cells)))
    except ValueError as reason:
        return Row(line, cells, reason=str(reason))


def _entry(values: Mapping[str, str]) -> Entry:
    """Return the CLSM of one line. Raises ValueError with the reason why there is none."""
    name = tidy(values.get("nom", ""))
    if not name:
        raise ValueError("le nom manque")
    if len(name) > NAME_LENGTH:
        raise ValueError(f"le nom dépasse {NAME_LENGTH} caractères")
    said, told = values.get("region", ""), values.get("departement", "")
    region, departement = territories.region(said), territories.departement(told)
    if said and region is None:
        raise ValueError(f"la région « {said[:40]} » n’est pas connue")
    if told and departement is None:
        raise ValueError(f"le département « {told[:40]} » n’est pas connu")
    if region and departement and territories.REGION_OF[departement] != region:
        raise ValueError(territories.disagreement(departement, region))
    if departement:
        region = territories.REGION_OF[departement]
    return Entry(name, region, departement)
