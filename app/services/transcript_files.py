"""A transcript as a researcher has it, .docx, .odt or .txt → its text, a line a paragraph.

Pure reading: nothing is stored, nothing in the file is run. A document is a ZIP whose one part with
the text is unpacked, never beyond a bound, and read as a stream by a parser that refuses entities
(`defusedxml`). Headers, footnotes and comments are left out; of tracked changes, what was inserted
is kept and what was deleted is not.

Sources: ECMA-376 part 1, §17 (WordprocessingML); OpenDocument 1.3 part 3, §5 and §6.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.sax import SAXException

from defusedxml.common import DefusedXmlException

from app.services.transcript_parts import OdtText, OfficeRelations, Reader, WordText, parse
from forms.answers import LIMITS, clean, group
from forms.schema import Kind

MAX_BYTES = 10 * 1024 * 1024
MAX_PART = 20 * 1024 * 1024
"""The longest part of a document, unpacked; a day of talk is under ten megabytes."""

MAX_TEXT = LIMITS[Kind.TRANSCRIPT]
CHUNK = 64 * 1024
ACCEPTED = (".docx", ".odt", ".txt")
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {
    b"%PDF": "un PDF",
    b"{\\rtf": "un fichier RTF",
    OLE: "un document Word ancien (.doc)",
    b"\xff\xd8\xff": "une image",
    b"\x89PNG": "une image",
    b"ID3": "un enregistrement",
    b"OggS": "un enregistrement",
    b"RIFF": "un enregistrement",
}
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
HOW = "Ouvrez-le dans votre traitement de texte et enregistrez-le en .docx, en .odt ou en .txt."
DAMAGED = (
    "Ce fichier est abîmé\u00a0: son texte ne peut pas être lu. Ouvrez-le dans votre traitement de "
    "texte et enregistrez-le à nouveau, ou copiez son texte dans la case."
)
LOCKED = (
    "Ce fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, "
    "ou copiez son texte dans la case."
)
TOO_BIG = (
    "Ce fichier est trop gros\u00a0: dix mégaoctets au plus. Enlevez les images et les sons, "
    "ou copiez son texte dans la case."
)
SWOLLEN = (
    "Une fois déplié, ce fichier est démesuré\u00a0: il n’a pas été lu. "
    "Copiez son texte dans la case."
)
EMPTY = "Ce fichier ne contient pas de texte. Vérifiez que c’est le bon."
TOO_LONG = (
    f"Ce texte compte plus de {group(MAX_TEXT)} signes. Partagez-le en deux fichiers, "
    "et entrez-les comme deux entretiens."
)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class UnreadableTranscriptError(ValueError):
    """Nothing of this file can be used; `str()` says why, in French, and what to do."""


def read(data: bytes) -> str:
    """Return the text of a file, recognised by what it holds. Raises UnreadableTranscriptError.

    Paragraphs, items of lists and rows of tables are lines, joined by LF; the words of a table's
    cells stand on their row's line, « : » between two and « | » between more.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableTranscriptError(TOO_BIG)
    text = clean(_document(data) if data.startswith(ZIP) else _plain(data))
    if not text.strip():
        raise UnreadableTranscriptError(EMPTY)
    if len(text) > MAX_TEXT:
        raise UnreadableTranscriptError(TOO_LONG)
    return text


def _plain(data: bytes) -> str:
    """Return a plain text: UTF-8 or UTF-16 with its mark, UTF-8, or else Windows-1252."""
    for beginning, what in OTHERS.items():
        if data.startswith(beginning):
            locked = beginning == OLE and "EncryptedPackage".encode("utf-16-le") in data
            sentence = f"Ce fichier est {what}, que Recueil ne lit pas. {HOW}"
            raise UnreadableTranscriptError(LOCKED if locked else sentence)
    text = _decoded(data)
    if any(letter < " " and letter not in "\t\n\r\f\v" for letter in text):
        raise UnreadableTranscriptError(f"Ce fichier n’est pas un texte. {HOW}")
    return text


def _decoded(data: bytes) -> str:
    encodings = [encoding for mark, encoding in MARKS.items() if data.startswith(mark)]
    for encoding in encodings or ["utf-8", "cp1252"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableTranscriptError(f"Ce fichier n’est pas un texte. {HOW}")


def _document(data: bytes) -> str:
    """Return the text of a .docx or an .odt."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if any(part.flag_bits & 1 for part in package.infolist()):
                raise UnreadableTranscriptError(LOCKED)
            name, reader = _main_part(package)
            _unpack(package, name, reader)
    except (SAXException, DefusedXmlException, KeyError, *BROKEN) as error:
        if isinstance(error, UnreadableTranscriptError):
            raise
        raise UnreadableTranscriptError(DAMAGED) from None
    return reader.text


def _main_part(package: zipfile.ZipFile) -> tuple[str, Reader]:
    """Return the part that holds the text, and what reads it."""
    names = set(package.namelist())
    if "mimetype" in names and ODT_TYPE in package.read("mimetype")[:200]:
        if _holds(package, "META-INF/manifest.xml", b"encryption-data"):
            raise UnreadableTranscriptError(LOCKED)
        return "content.xml", OdtText(MAX_TEXT)
    relations = OfficeRelations()
    if "_rels/.rels" in names:
        _unpack(package, "_rels/.rels", relations)
    if relations.target and relations.target.startswith("word/"):
        return relations.target, WordText(MAX_TEXT)
    raise UnreadableTranscriptError(f"Ce fichier n’est pas un document texte. {HOW}")


def _holds(package: zipfile.ZipFile, name: str, word: bytes) -> bool:
    if name not in package.namelist():
        return False
    return word in b"".join(_chunks(package, name))


def _unpack(package: zipfile.ZipFile, name: str, reader: Reader) -> None:
    parse(_chunks(package, name), reader)


def _chunks(package: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Give a part piece by piece, never more than MAX_PART, whatever it declares."""
    part = package.getinfo(name)
    if part.file_size > MAX_PART:
        raise UnreadableTranscriptError(SWOLLEN)
    read_so_far = 0
    with package.open(part) as stream:
        while chunk := _next(stream):
            read_so_far += len(chunk)
            if read_so_far > MAX_PART:
                raise UnreadableTranscriptError(SWOLLEN)
            yield chunk


def _next(stream: IO[bytes]) -> bytes:
    return stream.read(CHUNK)
