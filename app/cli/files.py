"""What the commands share that read files or write them, and the report in French."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

from app.cli.refusal import Refusal
from app.services import imports
from app.services.import_plans import Fate, Plan
from app.services.spreadsheets import MAX_BYTES, TOO_BIG, Sheet, UnreadableFileError

Read = TypeVar("Read")
TAKEN = "{} existe déjà\u00a0: choisissez un autre nom, ou déplacez-le."
DONE = {
    Fate.ADDED: "Ajoutés",
    Fate.COMPLETED: "Complétés",
    Fate.UNCHANGED: "Déjà connus, inchangés",
    Fate.MERGED: "Lignes fusionnées avec une autre",
    Fate.REFUSED: "Lignes refusées",
}


def read_file(path: Path, parse: Callable[[bytes], Read]) -> Read:
    """Return what `parse` makes of a file. Raises Refusal."""
    if path.stat().st_size > MAX_BYTES:
        raise Refusal(TOO_BIG)
    try:
        return parse(path.read_bytes())
    except UnreadableFileError as error:
        raise Refusal(str(error)) from None


def new(path: Path) -> IO[bytes]:
    """Open a file to be written, readable by its owner alone. Raises Refusal where one is there:
    somebody may have worked in it since.
    """
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise Refusal(TAKEN.format(path)) from None
    except OSError as error:
        raise Refusal(f"{path} ne peut pas être écrit\u00a0: {error.strerror}.") from None


def write_refusals(path: Path, sheet: Sheet, planned: Plan[Any]) -> None:
    """Write the refused lines as a file, readable by its owner alone."""
    path.touch(mode=0o600)
    path.write_bytes(imports.file_of(imports.refusals(sheet, planned)))


def tell(sheet: Sheet, planned: Plan[Any], left: Sequence[str], *, is_done: bool) -> list[str]:
    """Return the report in French, one fact a line."""
    said = [*sheet.told]
    if left:
        said.append(f"Colonnes laissées de côté : {', '.join(left)}.")
    if not is_done:
        said.append("Essai : rien n’est importé. Voici ce qui se passerait.")
    said += [f"{label} : {planned.counts[fate]}." for fate, label in DONE.items()]
    return said + [
        f"Ligne {each.line} : {remark}."
        for each in planned.lines
        if each.fate in (Fate.REFUSED, Fate.ADDED)
        for remark in each.remarks
    ]
