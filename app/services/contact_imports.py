"""Bringing a file's contacts in, and the report of what became of each line."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import ContactSource
from app.services import contacts
from app.services.contact_files import ContactFile


@dataclass(frozen=True)
class Report:
    """What an import did: lines added, lines already known, and the file itself with its errors."""

    file: ContactFile
    added: list[int]
    known: list[int]

    def lines(self) -> list[str]:
        """Return the report in French, one fact a line, as the page and the terminal say it."""
        file = self.file
        said = [
            f"Fichier lu en {file.encoding}, séparateur : {file.separator}.",
            f"Contacts ajoutés : {len(self.added)}.",
            f"Déjà connus, inchangés : {len(self.known)}.",
            f"Lignes à corriger : {len(file.errors)}.",
        ]
        if file.ignored:
            said.append(f"Colonnes laissées de côté : {', '.join(file.ignored)}.")
        return said + [f"Ligne {error.line} : {error.reason}." for error in file.errors]


def bring_in(session: Session, file: ContactFile) -> Report:
    """Add the contacts of a file whose address is not known yet."""
    wanted = [row.contact for row in file.rows]
    made = contacts.add_all(session, wanted, source=ContactSource.IMPORTED)
    added = [row.line for row, contact in zip(file.rows, made, strict=True) if contact]
    known = [row.line for row, contact in zip(file.rows, made, strict=True) if not contact]
    return Report(file, added, known)
