"""Office documents for tests, made by the libraries that people's programs resemble."""

import io
import zipfile
from collections.abc import Iterable, Mapping

import docx
from docx.document import Document
from odfdo import Document as OdtDocument
from odfdo import List, Paragraph, Table

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def saved(document: Document) -> bytes:
    """A .docx as bytes."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word(*paragraphs: str) -> bytes:
    """A .docx of these paragraphs."""
    document = docx.Document()
    for each in paragraphs:
        document.add_paragraph(each)
    return saved(document)


def word_of(body: str, **parts: str) -> bytes:
    """A .docx whose body is this WordprocessingML; `parts` are further files under `word/`."""
    whole = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    more = {f"word/{name}": text for name, text in parts.items()}
    return package({"_rels/.rels": RELATIONS, "word/document.xml": whole} | more)


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def odt(
    *paragraphs: str, items: Iterable[str] = (), rows: Iterable[Iterable[str]] = ()
) -> OdtDocument:
    """An OpenDocument text of these paragraphs, then a list, then a table."""
    document = OdtDocument("text")
    document.body.clear()
    for each in paragraphs:
        document.body.append(Paragraph(each))
    if told := list(items):
        document.body.append(List(told))
    if cells := [list(row) for row in rows]:
        table = Table("Tableau", width=len(cells[0]), height=len(cells))
        table.set_values(cells)
        document.body.append(table)
    return document


def odt_bytes(document: OdtDocument) -> bytes:
    """An .odt as bytes."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
