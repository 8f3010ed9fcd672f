"""A file of CLSMs, for the directory that the public pages offer: bytes → entries."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.folding import fold
from app.services.contact_files import UnreadableFileError, decode

NAME, REGION, DEPARTEMENT = "nom", "region", "departement"


@dataclass(frozen=True)
class Entry:
    """A CLSM; region and département by their INSEE codes, or none."""

    name: str
    region: str | None = None
    departement: str | None = None


def parse(data: bytes) -> list[Entry]:
    """Read a CSV whose first line names `nom` and, if wanted, `region` and `departement`.

    Raises UnreadableFileError, whose message says in French what was found and what is needed.
    """
    text, _ = decode(data)
    separator = ";" if ";" in text.splitlines()[0] else ","
    records = csv.DictReader(io.StringIO(text), delimiter=separator)
    records.fieldnames = [fold(title).strip() for title in records.fieldnames or []]
    if NAME not in records.fieldnames:
        raise UnreadableFileError(
            f"Colonnes trouvées : {', '.join(records.fieldnames)}. "
            "Colonne nécessaire : nom ; facultatives : region, departement."
        )
    return list(_entries(records))


def _entries(records: Iterator[dict[str, str | None]]) -> Iterator[Entry]:
    for record in records:
        if name := (record[NAME] or "").strip():
            codes = [(record.get(column) or "").strip() for column in (REGION, DEPARTEMENT)]
            yield Entry(name, *(code[:3] or None for code in codes))
