"""A document as .docx: real styles, fields for contents, captions and pages, tables with heads."""

import io
from datetime import datetime, time
from functools import singledispatchmethod
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from guides.document import (
    BAND,
    LANGUAGE,
    Bullets,
    Contents,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Quote,
    Table,
)
from guides.french import quoted
from guides.word_styles import CELL, HEAD, LEAD, SIGNATURE, SMALL, dress


def write(document: Document) -> bytes:
    """Give *document* as a .docx; the same document always says the same, dated of its day."""
    writer = _Writer(document)
    writer.write_title()
    for block in document.blocks:
        writer.write(block)
    return writer.saved()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.file = docx.Document()
        self.counts = {"Tableau": 0, "Figure": 0}
        self.bookmarks = 0
        self.begins_page = False
        dress(self.file, is_compact=document.is_compact)
        self._describe()
        self._number_pages()

    def saved(self) -> bytes:
        held = io.BytesIO()
        self.file.save(held)
        return held.getvalue()

    def write_title(self) -> None:
        self.file.add_paragraph(self.document.title, style="Title")
        self.file.add_paragraph(self.document.subtitle, style="Subtitle")
        for line in self.document.lines:
            self.file.add_paragraph(line, style=SMALL if self.document.is_compact else "Normal")
        if not self.document.is_compact:
            self.write(PageBreak())

    @singledispatchmethod
    def write(self, block: Any) -> None:
        raise TypeError(f"no such block: {block!r}")

    @write.register
    def _(self, block: Heading) -> None:
        paragraph = self._add(block.text, f"Heading {block.level}")
        self.bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self.bookmarks))
        start.set(qn("w:name"), _anchor(self.bookmarks))
        paragraph._p.insert_element_before(start, "w:r")
        paragraph._p.append(end)

    @write.register
    def _(self, block: Paragraph) -> None:
        style = LEAD if block.is_lead else SMALL if block.is_note else "Normal"
        self._add(block.text, style)

    @write.register
    def _(self, block: Quote) -> None:
        words = self.file.add_paragraph(quoted(block.text), style="Quote")
        words.paragraph_format.keep_with_next = True
        self.file.add_paragraph(block.signature, style=SIGNATURE)

    @write.register
    def _(self, block: Bullets) -> None:
        for item in block.items:
            self.file.add_paragraph(item, style="List Bullet")

    @write.register
    def _(self, block: PageBreak) -> None:
        self.begins_page = True  # whatever comes next: no empty line is left behind

    def _add(self, text: str, style: str) -> WordParagraph:
        paragraph = self.file.add_paragraph(text, style=style)
        if self.begins_page:
            paragraph.paragraph_format.page_break_before = True
            self.begins_page = False
        return paragraph

    @write.register
    def _(self, block: Table) -> None:
        self._caption("Tableau", block.caption)
        table = self.file.add_table(rows=0, cols=len(block.heads), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        # Word wants the properties of a table in the order of its schema.
        table._tbl.tblPr.insert_element_before(_cell_margins(), "w:tblLook")
        widths = self._widths(len(block.heads))
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for element, words in (("w:tblCaption", block.caption), ("w:tblDescription", block.note)):
            if words:
                said = OxmlElement(element)
                said.set(qn("w:val"), words)
                table._tbl.tblPr.append(said)
        for number, row in enumerate((block.heads, *block.rows)):
            cells = table.add_row().cells
            for column, (cell, words) in enumerate(zip(cells, row, strict=True)):
                cell.text, cell.width = words, widths[column]
                self._set_cell(cell, is_head=not number, is_first=not column)
        for number, made in enumerate(table.rows):
            self._keep_row(made, is_head=not number)
        if block.note:
            self.file.add_paragraph(block.note, style=SMALL)

    def _widths(self, columns: int) -> list[Length]:
        """Give the columns' widths: the first holds words, the others numbers."""
        (section,) = self.file.sections
        page, left, right = section.page_width, section.left_margin, section.right_margin
        room = (page or 0) - (left or 0) - (right or 0)
        first = 0.26 if columns > 2 else 2 / 3 if columns > 1 else 1
        rest = (1 - first) / max(1, columns - 1)
        return [Length(int(room * (rest if place else first))) for place in range(columns)]

    @write.register
    def _(self, block: Figure) -> None:
        paragraph = self.file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(6)  # what stands above may be a table
        size = {"width": Cm(block.width), "height": Cm(block.height)}
        drawn = paragraph.add_run().add_picture(io.BytesIO(block.png), **size)
        for side in ("distT", "distB", "distL", "distR"):  # unsaid, LibreOffice adds some
            drawn._inline.set(side, "0")
        drawn._inline.docPr.set("descr", block.description)
        drawn._inline.docPr.set("title", block.caption)
        self._caption("Figure", block.caption).paragraph_format.keep_with_next = False

    @write.register
    def _(self, block: Contents) -> None:
        """Write the field of the contents, filled with the headings: a program adds the pages."""
        self._add(block.title, "Subtitle")
        last = None
        for number, heading in enumerate(self.document.headings, start=1):
            if heading.level > block.depth:
                continue
            begins = last is None
            last = self.file.add_paragraph(style=f"TOC {heading.level}")
            if begins:
                _begin(last, rf'TOC \o "1-{block.depth}" \h \z \u')
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), _anchor(number))
            run = last.add_run(heading.text)._r
            last._p.append(link)
            link.append(run)
        if last is not None:
            _mark(last, "end")

    def _caption(self, name: str, words: str) -> WordParagraph:
        self.counts[name] += 1
        paragraph = self._add(f"{name}\u00a0", "Caption")
        _field(paragraph, rf"SEQ {name} \* ARABIC", str(self.counts[name]))
        paragraph.add_run(f". {words}")
        return paragraph

    def _set_cell(self, cell: Any, *, is_head: bool, is_first: bool) -> None:
        (paragraph,) = cell.paragraphs
        paragraph.style = self.file.styles[HEAD if is_head else CELL]
        if not is_first:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if is_head:
            shade = OxmlElement("w:shd")
            for name, value in (("val", "clear"), ("color", "auto"), ("fill", BAND)):
                shade.set(qn(f"w:{name}"), value)
            cell._tc.get_or_add_tcPr().append(shade)

    def _keep_row(self, row: Any, *, is_head: bool) -> None:
        kept = row._tr.get_or_add_trPr()
        kept.append(OxmlElement("w:cantSplit"))
        if is_head:
            kept.append(OxmlElement("w:tblHeader"))

    def _describe(self) -> None:
        told, made = self.file.core_properties, datetime.combine(self.document.made_on, time(12))
        told.title, told.subject = self.document.title, self.document.subtitle
        told.author = told.last_modified_by = self.document.author
        told.keywords = ", ".join(self.document.keywords)
        told.comments, told.language = "", LANGUAGE
        told.created = told.modified = made

    def _number_pages(self) -> None:
        paragraph = self.file.sections[0].footer.paragraphs[0]
        paragraph.style = self.file.styles["Footer"]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.add_run(f"{self.document.title}, page\u00a0")
        _field(paragraph, "PAGE", "1")


def _cell_margins() -> Any:
    """Give what is left around a cell's words, in twentieths of a point, as the schema orders."""
    margins = OxmlElement("w:tblCellMar")
    for side, room in (("w:top", "40"), ("w:left", "60"), ("w:bottom", "40"), ("w:right", "60")):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), room)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    return margins


def _anchor(number: int) -> str:
    return f"_Toc{number:06}"


def _field(paragraph: WordParagraph, code: str, result: str) -> None:
    """Write a field that a program may compute again, with what it is worth today."""
    _begin(paragraph, code)
    paragraph.add_run(result)
    _mark(paragraph, "end")


def _begin(paragraph: WordParagraph, code: str) -> None:
    _mark(paragraph, "begin")
    told = OxmlElement("w:instrText")
    told.set(qn("xml:space"), "preserve")
    told.text = f" {code} "
    paragraph.add_run()._r.append(told)
    _mark(paragraph, "separate")


def _mark(paragraph: WordParagraph, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)
