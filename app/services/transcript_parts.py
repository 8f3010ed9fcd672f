"""The parts of office documents that hold text, read as streams of XML: what is said, no layout."""

import re
from collections.abc import Iterable
from typing import TypeAlias
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.expatreader import DefusedExpatParser

Name: TypeAlias = tuple[str | None, str]

WORD = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
}
ALTERNATIVES = "http://schemas.openxmlformats.org/markup-compatibility/2006"
OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
TEXT, TABLE, OFFICE = (f"{OPEN_DOCUMENT}:{name}:1.0" for name in ("text", "table", "office"))
LONGEST_LABEL = 40
_TIME = re.compile(r"[\[(]?\d{1,2}(?::\d{2}){1,2}[\])]?")
_BLANKS = re.compile(r"[ \t\r\n]+")


def parse(chunks: Iterable[bytes], reader: "Reader") -> None:
    """Feed a part to its reader. Raises SAXException or DefusedXmlException.

    A document type is refused, so that no entity can be declared.
    """
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    for chunk in chunks:
        parser.feed(chunk)
    parser.close()


class Reader(ContentHandler):
    """Gathers `text`. Paragraphs may hold others (a text box): the inner come first."""

    def __init__(self, limit: int = 0) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._limit = limit
        self._length = 0
        self._paragraphs: list[list[str]] = []
        self._tables: list[list[list[str]]] = []  # of each open table, the cells of its row
        self._carried = ""
        self._skipped = 0  # how deep inside what is not said

    @property
    def text(self) -> str:
        """What was said, a line a paragraph, without the blank lines around it."""
        return "\n".join([*self.lines, self._carried]).strip("\n")

    def write(self, words: str) -> None:
        if self._paragraphs and not self._skipped:
            self._paragraphs[-1].append(words)

    def open_paragraph(self) -> None:
        self._paragraphs.append([self._carried])
        self._carried = ""

    def close_paragraph(self, *, goes_on: bool = False) -> None:
        """Say a paragraph; or keep it for the next when the break between them was deleted."""
        if self._paragraphs:
            line = "".join(self._paragraphs.pop())
            if goes_on:
                self._carried = line
            else:
                self._say(line)

    def _say(self, line: str) -> None:
        """Add a line to the cell it is in, or to the text, of which one too many is enough."""
        row = next((row for row in reversed(self._tables) if row), None)
        if self._skipped or self._length > self._limit:
            return
        if row:
            row[-1].append(line)
        else:
            self._length += len(line)
            self.lines.append(line)

    def open_row(self) -> None:
        self._tables.append([])

    def open_cell(self) -> None:
        if self._tables:
            self._tables[-1].append([])

    def close_row(self) -> None:
        """Make a line of a row: « name : words » of two cells, « a | b | c » of more.

        A time in a first cell of three stays before the name.
        """
        if not self._tables:
            return
        cells = ["\n".join(lines).strip() for lines in self._tables.pop()]
        told = [cell for cell in cells if cell]
        if len(told) == 3 and _TIME.fullmatch(told[0]):
            told[:2] = [f"{told[0]} {told[1]}"]
        is_turn = len(told) == 2 and len(told[0]) <= LONGEST_LABEL and "\n" not in told[0]
        if is_turn and told[0].endswith(":"):
            self._say(" ".join(told))
        else:
            self._say((" : " if is_turn else " | ").join(told))


class WordText(Reader):
    """`word/document.xml`."""

    SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
    # Deleted or moved away; and the second telling of what an old program could not draw.
    UNSAID = {"del", "moveFrom", "Fallback"}

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._is_text = False
        self._is_layout = False  # within a paragraph's properties, where a tab is a tab stop
        self._goes_on = False  # the end of this paragraph was deleted

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        space, tag = name
        if self._is_layout:
            self._goes_on = self._goes_on or tag in ("del", "moveFrom")
            return
        if tag in self.UNSAID and (space in WORD or space == ALTERNATIVES):
            self._skipped += 1
        if space not in WORD:
            return
        if tag == "t":
            self._is_text = True
        elif tag == "pPr":
            self._is_layout = True
        elif tag == "p":
            self.open_paragraph()
        elif tag == "tr":
            self.open_row()
        elif tag == "tc":
            self.open_cell()
        elif tag in self.SIGNS:
            self.write(self.SIGNS[tag])

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802
        space, tag = name
        if self._is_layout:
            self._is_layout = tag != "pPr"
            return
        if space in WORD and tag == "t":
            self._is_text = False
        elif space in WORD and tag == "p":
            self.close_paragraph(goes_on=self._goes_on)
            self._goes_on = False
        elif space in WORD and tag == "tr":
            self.close_row()
        if tag in self.UNSAID and (space in WORD or space == ALTERNATIVES):
            self._skipped -= 1

    def characters(self, content: str) -> None:
        if self._is_text:
            self.write(content)


class OdtText(Reader):
    """`content.xml`, in which white space counts once and more of it is written as elements."""

    UNSAID = {
        (TEXT, "tracked-changes"),  # where the deleted words are kept
        (TEXT, "note"),
        (TEXT, "ruby-text"),
        (OFFICE, "annotation"),
        (OFFICE, "forms"),
    }

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._after_blank: list[bool] = []  # of each open paragraph: white space adds nothing

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        if name in self.UNSAID:
            self._skipped += 1
        elif name in ((TEXT, "p"), (TEXT, "h")):
            self.open_paragraph()
            self._after_blank.append(True)
        elif name == (TABLE, "table-row"):
            self.open_row()
        elif name == (TABLE, "table-cell"):
            self.open_cell()
        elif name == (TEXT, "s"):
            self._write_sign(" " * self._count(attrs))
        elif name == (TEXT, "tab"):
            self._write_sign("\t")
        elif name == (TEXT, "line-break"):
            self._write_sign("\n")

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802
        if name in self.UNSAID:
            self._skipped -= 1
        elif name in ((TEXT, "p"), (TEXT, "h")):
            self.close_paragraph()
            self._after_blank.pop()
        elif name == (TABLE, "table-row"):
            self.close_row()

    def characters(self, content: str) -> None:
        if not self._after_blank or self._skipped:
            return
        words = _BLANKS.sub(" ", content)
        if self._after_blank[-1]:
            words = words.removeprefix(" ")
        if words:
            self._after_blank[-1] = words.endswith(" ")
            self.write(words)

    def _write_sign(self, sign: str) -> None:
        if self._after_blank and not self._skipped:
            self._after_blank[-1] = False
            self.write(sign)

    def _count(self, attrs: AttributesNSImpl) -> int:
        written = attrs.get((TEXT, "c"), "1")
        return min(int(written), 1000) if written.isascii() and written.isdigit() else 1


class OfficeRelations(Reader):
    """`_rels/.rels`: where the main part of an OOXML package is, as `target`."""

    target: str | None = None

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        if name[1] == "Relationship" and attrs.get((None, "Type"), "").endswith("/officeDocument"):
            self.target = attrs.get((None, "Target"), "").removeprefix("/")
