"""Any file of a table, told apart by its first bytes and read."""

from app.services import csv_files, xlsx_files
from app.services.columns import Columns
from app.services.spreadsheets import HOW_TO_SAVE, MAX_BYTES, TOO_BIG, Sheet, UnreadableFileError

WORKBOOK = b"PK\x03\x04"
SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "un classeur d’un ancien format (.xls), ou protégé par un mot de passe",
    b"%PDF": "un document PDF",
    b"{\\rtf": "un document de traitement de texte",
}


def read(data: bytes, columns: Columns) -> Sheet:
    """Return the table that a CSV or XLSX file holds. Raises UnreadableFileError."""
    if len(data) > MAX_BYTES:
        raise UnreadableFileError(TOO_BIG)
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            raise UnreadableFileError(f"Ce fichier est {kind}. {HOW_TO_SAVE}")
    if data.startswith(WORKBOOK):
        return xlsx_files.read(data, columns.recognise)
    return csv_files.read(data, columns.recognise)
