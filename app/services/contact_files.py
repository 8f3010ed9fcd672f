"""A file of contacts, as offices really send them: bytes → rows, and what is wrong with the others.

Pure reading: nothing is stored. A file that cannot be read at all raises UnreadableFileError, whose
message says in French what was found and what is needed; a line that cannot be used is reported
with its number, and the others are kept.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.folding import fold
from app.services.contact_words import Lexicon
from app.services.contacts import InvalidEmailError, NewContact, canonical_email

MAX_BYTES = 1024 * 1024
NAME_LENGTH = 200
SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}
NEEDED = ("courriel", "nom", "profil")
# Our name of a column → the names it bears in the files we receive: folded, letters only.
HEADERS = {
    "courriel": "courriel courriels email emails mail mails mel adressemail adresseemail"
    " adressecourriel adresseelectronique adressemel adressedecourriel",
    "nom": "nom noms nomdefamille nomprenom prenomnom nometprenom prenometnom nomcomplet name",
    "prenom": "prenom prenoms firstname",
    "profil": "profil profils role qualite fonction",
    "clsm": "clsm nomduclsm nomclsm conseil conseillocaldesantementale",
    "region": "region regions",
}
COLUMN_OF = {alias: column for column, names in HEADERS.items() for alias in names.split()}
SIGNATURES = {
    b"PK\x03\x04": "un classeur Excel ou LibreOffice",
    b"\xd0\xcf\x11\xe0": "un classeur Excel",
    b"%PDF": "un document PDF",
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SEPARATOR_LINE = re.compile(r'"?sep=.?"?', re.IGNORECASE)  # Excel's own note to itself
HOW_TO_SAVE = (
    "Dans le tableur, choisissez « Enregistrer sous », puis le format CSV, et envoyez ce fichier."
)


class UnreadableFileError(ValueError):
    """Nothing of this file can be used; `str()` says why, in French, and what to do."""


class MissingColumnsError(UnreadableFileError):
    """The first line does not name the columns that are needed."""

    def __init__(self, found: Sequence[str]) -> None:
        self.found = [name.strip() for name in found if name.strip()]
        here = set(_known(found))
        self.missing = [name for name in NEEDED if name not in here]
        super().__init__(
            f"Colonnes trouvées : {', '.join(self.found) or 'aucune'}. "
            f"Colonnes nécessaires : {', '.join(NEEDED)}. "
            f"Il manque : {', '.join(self.missing)}."
        )


@dataclass(frozen=True)
class Row:
    """A line that can be used."""

    line: int
    contact: NewContact


@dataclass(frozen=True)
class LineError:
    """A line that cannot be used, and why; what it holds is not repeated."""

    line: int
    reason: str


@dataclass
class ContactFile:
    """What was read: the encoding and separator found, usable lines, the others, unused columns."""

    encoding: str
    separator: str
    ignored: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)


def parse(data: bytes, lexicon: Lexicon) -> ContactFile:
    """Read a CSV file. Raises UnreadableFileError."""
    text, encoding = decode(data)
    separator = _separator(text)
    records = _records(text, separator)
    _, titles = next(records)
    columns = _known(titles)
    read = ContactFile(encoding, SEPARATORS[separator])
    read.ignored = [
        title.strip()
        for title, column in zip(titles, columns, strict=True)
        if title.strip() and not column
    ]
    for line, cells in records:
        try:
            read.rows.append(Row(line, _contact(_named(columns, cells), lexicon)))
        except ValueError as reason:
            read.errors.append(LineError(line, str(reason)))
    if not read.rows and not read.errors:
        raise UnreadableFileError("Ce fichier n’a que sa première ligne : aucun contact dessous.")
    return read


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding. Raises UnreadableFileError."""
    if len(data) > MAX_BYTES:
        raise UnreadableFileError("Ce fichier dépasse un mégaoctet. Envoyez-le en plusieurs fois.")
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            raise UnreadableFileError(f"Ce fichier est {kind}, pas un CSV. {HOW_TO_SAVE}")
    text, encoding = _decoded(data)
    if not text.strip():
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
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        raise UnreadableFileError(f"Ce fichier n’est pas du texte. {HOW_TO_SAVE}") from None


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


def _separator(text: str) -> str:
    """Return what parts the columns: the one under which the first line says most of what we need.

    Raises MissingColumnsError.
    """
    titles = {
        separator: next(csv.reader([_first_line(text)], delimiter=separator), [])
        for separator in SEPARATORS
    }
    best = max(SEPARATORS, key=lambda each: (len(set(_known(titles[each]))), len(titles[each])))
    known = [column for column in _known(titles[best]) if column]
    if not set(NEEDED) <= set(known):
        raise MissingColumnsError(titles[best])
    twice = [column for column in HEADERS if known.count(column) > 1]
    if twice:
        raise UnreadableFileError(f"La colonne « {twice[0]} » est là deux fois. Gardez-en une.")
    return best


def _first_line(text: str) -> str:
    lines = (line for line in re.split(r"\r\n|\r|\n", text) if line.strip())
    first = next(lines)
    return next(lines, "") if SEPARATOR_LINE.fullmatch(first.strip()) else first


def _known(titles: Sequence[str]) -> list[str]:
    """Return our name of each column, empty when it is none of those we use."""
    return [COLUMN_OF.get(re.sub(r"[^a-z]", "", fold(title)), "") for title in titles]


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record that is not blank, with the number of its first line; the titles first."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
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
        if any(cell.strip() for cell in cells) and not SEPARATOR_LINE.fullmatch(cells[0].strip()):
            yield line, cells


def _named(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise ValueError("il y a plus de cases que de colonnes")
    return {
        column: " ".join(cell.split())
        for column, cell in zip(columns, cells, strict=False)
        if column
    }


def _contact(values: Mapping[str, str], lexicon: Lexicon) -> NewContact:
    """Return the contact of one line. Raises ValueError with the reason why there is none."""
    try:
        email = canonical_email(values.get("courriel", ""))
    except InvalidEmailError:
        is_there = values.get("courriel")
        raise ValueError(
            "l’adresse électronique n’est pas valable" if is_there else "le courriel manque"
        ) from None
    name = " ".join(filter(None, (values.get("prenom"), values.get("nom"))))
    if not name:
        raise ValueError("le nom manque")
    clsm = values.get("clsm", "")
    if max(len(name), len(clsm)) > NAME_LENGTH:
        raise ValueError(f"un nom dépasse {NAME_LENGTH} caractères")
    return NewContact(
        email=email,
        name=name,
        audience=_audience(values.get("profil", ""), lexicon),
        clsm=clsm,
        region=_region(values.get("region", ""), lexicon),
    )


def _audience(text: str, lexicon: Lexicon) -> str:
    if not text:
        raise ValueError("le profil manque")
    if (audience := lexicon.audience(text)) is None:
        accepted = ", ".join(f"« {each.label} »" for each in lexicon.audiences)
        raise ValueError(f"le profil n’est pas connu ; écrivez l’un de ceux-ci : {accepted}")
    return audience


def _region(text: str, lexicon: Lexicon) -> str | None:
    if text and lexicon.region(text) is None:
        raise ValueError("la région n’est pas connue ; écrivez son nom entier ou laissez vide")
    return lexicon.region(text) if text else None
