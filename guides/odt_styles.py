"""The styles of an .odt: OpenDocument's usual names, our type, the number of the page."""

from xml.sax.saxutils import escape

import odfdo
from odfdo import Element

from guides.document import ACT, BAND, INK, QUIET

SERIF, SANS = "Georgia, 'Liberation Serif', serif", "Arial, 'Liberation Sans', sans-serif"

MOST_COLUMNS = 12  # of numbers, in a table
FIRST = 0.26  # of a table's width: its first column
PAGE = "_Page"  # ends the name of a style that begins a page
# What the styles that are our own are called, by who works on the file.
SHOWN = {
    "Lead": "Chapeau",
    "Small": "Petits caractères",
    "Bullet": "Puce",
    "Table_20_Contents_20_End": "Contenu de tableau à droite",
    "Table_20_Heading_20_End": "Titre de tableau à droite",
}
BEGINNING = ("Heading_20_1", "Heading_20_2", "Subtitle")
BULLETS = (
    '<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" '
    'text:bullet-char="•"><style:list-level-properties '
    'text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment '
    'text:label-followed-by="listtab" text:list-tab-stop-position="0.6cm" '
    'fo:text-indent="-0.5cm" fo:margin-left="0.6cm"/></style:list-level-properties>'
    "</text:list-level-style-bullet></text:list-style>"
)
# A link of the contents looks like the words that it leads to.
LINK = (
    '<style:style style:name="Index_20_Link" style:display-name="Index Link" '
    f'style:family="text"><style:text-properties fo:color="#{INK}" '
    'style:text-underline-style="none" fo:language="fr" fo:country="FR"/></style:style>'
)


def dress(file: odfdo.Document, title: str, *, is_compact: bool) -> None:
    """Give a new document its styles, its margins and its foot."""
    size, margin = (9.0, 1.8) if is_compact else (11.0, 2.5)
    named = file.styles.get_element("//office:styles")
    own = file.content.get_element("//office:automatic-styles")
    assert named is not None, "every .odt has styles"
    assert own is not None, "and room for its own"
    for outline in named.get_elements("text:outline-style"):
        named.delete(outline)  # the template numbers headings
    for xml in (*_text_styles(size, 21 - 2 * margin, is_compact=is_compact), BULLETS, LINK):
        style = Element.from_tag(xml)
        name, family = style.get_attribute("style:name"), style.get_attribute("style:family")
        for former in named.get_elements(f"style:style[@style:name='{name}']"):
            if former.get_attribute("style:family") == family:
                named.delete(former)
        named.append(style)
    for xml in (
        *_table_styles(21 - 2 * margin),
        *map(_page_style, BEGINNING),
    ):  # what has no name of its own
        own.append(Element.from_tag(xml))
    _page(file, title, margin)


def _style(
    name: str,
    font: str,
    size: float,
    colour: str,
    shape: str = "",
    *,
    parent: str = "Standard",
    level: int = 0,
) -> str:
    shown = SHOWN.get(name, name.replace("_20_", " "))
    outline = f' style:default-outline-level="{level}"' if level else ""
    return (
        f'<style:style style:name="{name}" style:display-name="{shown}" style:family="paragraph" '
        f'style:parent-style-name="{parent}" style:class="text"{outline}>'
        f"<style:paragraph-properties {shape}/>"
        f'<style:text-properties fo:font-family="{font}" fo:font-size="{size}pt" '
        f'fo:color="#{colour}" fo:font-weight="normal" fo:font-style="normal" '
        'fo:language="fr" fo:country="FR"/></style:style>'
    )


def _space(before: float, after: float, more: str = "") -> str:
    return f'fo:margin-top="{before}pt" fo:margin-bottom="{after}pt" {more}'


def _text_styles(size: float, room: float, *, is_compact: bool) -> tuple[str, ...]:
    cell = 8.5 if is_compact else 9
    after, head = (3, 4) if is_compact else (6, 9)
    whole = 'fo:keep-with-next="always"'
    left = 'fo:margin-left="0.8cm"'
    title = _space(0, 6) if is_compact else _space(160, 12)
    return (
        _style("Text_20_body", SANS, size, INK, _space(0, after)),
        _style("Title", SERIF, 18 if is_compact else 28, INK, title),
        _style("Subtitle", SERIF, size + 2, QUIET, _space(0, 4 if is_compact else 12)),
        _style("Heading_20_1", SERIF, size + head, INK, _space(8, 4, whole), level=1),
        _style("Heading_20_2", SERIF, size + 3, ACT, _space(8, 3, whole), level=2),
        _style("Lead", SERIF, size + 2, INK, _space(0, 8)),
        _style("Small", SANS, size - 1.5, QUIET, _space(3, 4 if is_compact else 10)),
        _style("Caption", SANS, size - 1, QUIET, _space(6, 3, whole)),
        _style("Illustration", SANS, size, INK, _space(4, 0, f'fo:text-align="center" {whole}')),
        _style("Quotations", SERIF, size, INK, _space(6, 0, f"{left} {whole}")),
        _style("Signature", SANS, size - 1, QUIET, _space(0, 10, left)),
        _style("Bullet", SANS, size, INK, _space(0, 2)),
        _entry(_style("Contents_20_1", SANS, size, INK, _space(0, 2)), room),
        _entry(
            _style("Contents_20_2", SANS, size, INK, _space(0, 2, 'fo:margin-left="0.6cm"')), room
        ),
        _style("Footer", SANS, 8, QUIET, 'fo:text-align="end"'),
        _style("Table_20_Contents", SANS, cell, INK),
        _style("Table_20_Contents_20_End", SANS, cell, INK, 'fo:text-align="end"'),
        _heading_cell("Table_20_Heading", 8, ""),
        _heading_cell("Table_20_Heading_20_End", 8, 'fo:text-align="end"'),
    )


def _entry(style: str, room: float) -> str:
    """Give the style of a line of the contents, its page at the right end of a row of points."""
    stop = (
        f'<style:tab-stops><style:tab-stop style:position="{room:.2f}cm" style:type="right" '
        'style:leader-style="dotted" style:leader-text="."/></style:tab-stops>'
    )
    return style.replace("/>", f">{stop}</style:paragraph-properties>", 1)


def _heading_cell(name: str, size: float, shape: str) -> str:
    bold = 'fo:font-weight="bold"'
    return _style(name, SANS, size, INK, shape).replace('fo:font-weight="normal"', bold)


def _page_style(name: str) -> str:
    return (
        f'<style:style style:name="{name}{PAGE}" style:family="paragraph" '
        f'style:parent-style-name="{name}"><style:paragraph-properties fo:break-before="page"/>'
        "</style:style>"
    )


def _table_styles(room: float) -> tuple[str, ...]:
    border = f'fo:padding="0.08cm" fo:border="0.5pt solid #{QUIET}"'
    return (
        '<style:style style:name="Whole" style:family="table"><style:table-properties '
        'table:align="margins" style:rel-width="100%" fo:keep-with-next="auto" '
        'style:may-break-between-rows="true"/></style:style>',
        *(style for others in range(MOST_COLUMNS) for style in _columns(others, room)),
        '<style:style style:name="Row" style:family="table-row">'
        '<style:table-row-properties fo:keep-together="always"/></style:style>',
        '<style:style style:name="Cell" style:family="table-cell">'
        f"<style:table-cell-properties {border}/></style:style>",
        '<style:style style:name="Head" style:family="table-cell">'
        f'<style:table-cell-properties {border} fo:background-color="#{BAND}"/></style:style>',
    )


def _columns(others: int, room: float) -> tuple[str, str]:
    """Give the styles of a table's columns: the first holds words, the `others` numbers."""
    first = room * FIRST if others > 1 else room * (1 - others / 3)
    rest = (room - first) / max(1, others)
    return tuple(
        f'<style:style style:name="{name}{others}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width:.3f}cm"/></style:style>'
        for name, width in (("First", first), ("Other", rest))
    )  # type: ignore[return-value]


def _page(file: odfdo.Document, title: str, margin: float) -> None:
    for layout in file.styles.get_elements("//style:page-layout-properties"):
        for side in ("top", "bottom", "left", "right"):
            layout.set_attribute(f"fo:margin-{side}", f"{margin}cm")
    foot = (
        f'<style:footer><text:p text:style-name="Footer">{escape(title)}, page\u00a0'
        '<text:page-number text:select-page="current">1</text:page-number></text:p></style:footer>'
    )
    for page in file.styles.get_elements("//style:master-page"):
        page.append(Element.from_tag(foot))
