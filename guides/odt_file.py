"""A document as .odt: real styles, a table of contents, numbered captions, tables with heads."""

import io
from collections.abc import Iterator
from datetime import datetime, time
from xml.sax.saxutils import escape, quoteattr

import odfdo
from odfdo import Element

from guides.document import (
    LANGUAGE,
    Block,
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
from guides.odt_styles import PAGE, dress

SEQUENCES = {"Tableau": "Table", "Figure": "Figure"}  # the template declares these two


def write(document: Document) -> bytes:
    """Give *document* as an .odt."""
    file = odfdo.Document("text")
    for blank in file.body.paragraphs:
        file.body.delete(blank)
    dress(file, document.title, is_compact=document.is_compact)
    _describe(file, document)
    writer = _Writer(file, document)
    for xml in writer.title():
        file.body.append(Element.from_tag(xml))
    for block in document.blocks:
        for xml in writer.written(block):
            file.body.append(Element.from_tag(xml))
    held = io.BytesIO()
    file.save(held)
    return held.getvalue()


class _Writer:
    """Blocks as the elements of OpenDocument."""

    def __init__(self, file: odfdo.Document, document: Document) -> None:
        self.file, self.document = file, document
        self.counts = dict.fromkeys(SEQUENCES, 0)
        self.headings = 0
        self.begins_page = False

    def title(self) -> Iterator[str]:
        yield _p("Title", self.document.title)
        yield _p("Subtitle", self.document.subtitle)
        style = "Small" if self.document.is_compact else "Text_20_body"
        yield from (_p(style, line) for line in self.document.lines)
        self.begins_page = not self.document.is_compact

    def written(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                self.headings += 1
                yield (
                    f'<text:h text:style-name="{self._begun(f"Heading_20_{block.level}")}" '
                    f'text:outline-level="{block.level}"><text:bookmark '
                    f'text:name="{_anchor(self.headings)}"/>{_words(block.text)}</text:h>'
                )
            case Paragraph():
                style = "Lead" if block.is_lead else "Small" if block.is_note else "Text_20_body"
                yield _p(style, block.text)
            case Quote():
                yield _p("Quotations", quoted(block.text))
                yield _p("Signature", block.signature)
            case Bullets():
                items = "".join(
                    f"<text:list-item>{_p('Bullet', item)}</text:list-item>" for item in block.items
                )
                yield f'<text:list text:style-name="Bullets">{items}</text:list>'
            case Table():
                yield from self._table(block)
            case Figure():
                yield from self._figure(block)
            case PageBreak():
                self.begins_page = True  # the next heading: no empty line is left behind
            case Contents():
                yield self._contents(block)

    def _contents(self, block: Contents) -> str:
        """Give the contents filled with the headings, and their pages, counted as it is opened."""
        templates = "".join(
            f'<text:table-of-content-entry-template text:outline-level="{level}" '
            f'text:style-name="Contents_20_{level}"><text:index-entry-link-start/>'
            '<text:index-entry-text/><text:index-entry-tab-stop style:type="right" '
            'style:leader-char="."/><text:index-entry-page-number/><text:index-entry-link-end/>'
            "</text:table-of-content-entry-template>"
            for level in range(1, block.depth + 1)
        )
        entries = "".join(
            f'<text:p text:style-name="Contents_20_{each.level}">{_link(rank, each.text)}</text:p>'
            for rank, each in enumerate(self.document.headings, start=1)
            if each.level <= block.depth
        )
        title, style = _words(block.title), self._begun("Subtitle")
        return (
            f'<text:table-of-content text:name="{title}" text:protected="false">'
            f'<text:table-of-content-source text:outline-level="{block.depth}">'
            f'<text:index-title-template text:style-name="Subtitle">{title}'
            f"</text:index-title-template>{templates}</text:table-of-content-source>"
            f'<text:index-body><text:index-title text:name="{title}_Head">'
            f"{_p(style, block.title)}</text:index-title>{entries}</text:index-body>"
            "</text:table-of-content>"
        )

    def _begun(self, style: str) -> str:
        """Give the style of what may begin a page."""
        begins, self.begins_page = self.begins_page, False
        return f"{style}{PAGE}" if begins else style

    def _table(self, block: Table) -> Iterator[str]:
        yield self._caption("Tableau", block.caption)
        name = f"Tableau{self.counts['Tableau']}"
        heads = _row(block.heads, "Table_20_Heading", "Head")
        rows = "".join(_row(row, "Table_20_Contents", "Cell") for row in block.rows)
        told = f"<table:title>{_words(block.caption)}</table:title>"
        told += f"<table:desc>{_words(block.note)}</table:desc>" if block.note else ""
        others = len(block.heads) - 1
        columns = f'<table:table-column table:style-name="First{others}"/>'
        if others:
            columns += (
                f'<table:table-column table:style-name="Other{others}" '
                f'table:number-columns-repeated="{others}"/>'
            )
        yield (
            f'<table:table table:name="{name}" table:style-name="Whole">{told}{columns}'
            f"<table:table-header-rows>{heads}</table:table-header-rows>{rows}</table:table>"
        )
        if block.note:
            yield _p("Small", block.note)

    def _figure(self, block: Figure) -> Iterator[str]:
        name = f"Figure{self.counts['Figure'] + 1}"
        href = _add_picture(self.file, f"Pictures/{name}.png", block.png)
        yield (
            '<text:p text:style-name="Illustration">'
            f'<draw:frame draw:name="{name}" text:anchor-type="as-char" '
            f'svg:width="{block.width:.2f}cm" svg:height="{block.height:.2f}cm">'
            f'<draw:image xlink:href={quoteattr(href)} xlink:type="simple" xlink:show="embed" '
            'xlink:actuate="onLoad"/>'
            f"<svg:title>{_words(block.caption)}</svg:title>"
            f"<svg:desc>{_words(block.description)}</svg:desc></draw:frame></text:p>"
        )
        yield self._caption("Figure", block.caption)

    def _caption(self, name: str, words: str) -> str:
        self.counts[name] += 1
        number, sequence = self.counts[name], SEQUENCES[name]
        return (
            f'<text:p text:style-name="Caption">{name}\u00a0<text:sequence '
            f'text:ref-name="ref{sequence}{number}" text:name="{sequence}" '
            f'text:formula="ooow:{sequence}+1" style:num-format="1">{number}</text:sequence>'
            f". {_words(words)}</text:p>"
        )


def _anchor(number: int) -> str:
    return f"titre{number}"


def _link(number: int, words: str) -> str:
    """Give a line of the contents: the words of a heading, that lead to it, and its page."""
    style = 'text:style-name="Index_20_Link" text:visited-style-name="Index_20_Link"'
    anchor = _anchor(number)
    return (
        f'<text:a xlink:type="simple" xlink:href="#{anchor}" {style}>{_words(words)}</text:a>'
        f'<text:tab/><text:bookmark-ref text:reference-format="page" text:ref-name="{anchor}"/>'
    )


def _add_picture(file: odfdo.Document, path: str, png: bytes) -> str:
    """Put a picture into the package under a name and a type that tell what it is."""
    file.set_part(path, png)
    file.manifest.add_full_path(path, "image/png")
    return path


def _row(words: tuple[str, ...], style: str, cell: str) -> str:
    cells = "".join(
        f'<table:table-cell table:style-name="{cell}" office:value-type="string">'
        f"{_p(style if not place else f'{style}_20_End', each)}</table:table-cell>"
        for place, each in enumerate(words)
    )
    return f'<table:table-row table:style-name="Row">{cells}</table:table-row>'


def _p(style: str, text: str) -> str:
    return f'<text:p text:style-name="{style}">{_words(text)}</text:p>'


def _words(text: str) -> str:
    """Give a text for OpenDocument, whose white space is collapsed unless it is told."""
    lines = escape(text).replace("\t", "<text:tab/>").replace("\r\n", "\n").split("\n")
    return "<text:line-break/>".join(line.replace("  ", ' <text:s text:c="1"/>') for line in lines)


def _describe(file: odfdo.Document, document: Document) -> None:
    made = datetime.combine(document.made_on, time(12))
    file.set_language(LANGUAGE)
    meta = file.meta
    meta.title, meta.subject = document.title, document.subtitle
    meta.initial_creator = meta.creator = document.author
    meta.keyword = ", ".join(document.keywords)
    meta.creation_date = meta.date = made
