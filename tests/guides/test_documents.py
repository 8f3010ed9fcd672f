"""The three writers: python-docx and odfdo read back what they write, fields and words for all."""

import base64
import io
import re
import struct
import zipfile
import zlib
from datetime import date

import docx
import odfdo
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from guides import markdown_file, odt_file, word_file
from guides.document import (
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
from guides.word_styles import IDS

SAID = "On m’a\nécoutée  <b> & « […] » *enfin*\u00a0!"
# ECMA-376, CT_TblPr: Word does not open a file that has them in another order.
SCHEMA = (
    *("tblStyle", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout"),
    *("tblCellMar", "tblLook", "tblCaption", "tblDescription"),
)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40
)
# Signs by which Markdown, or its tables, say something.
MARKED = st.lists(
    st.sampled_from("\n\r \t-+=#>*_`~|[]()!<&;:\\.1234a é\u00a0\u2028")
    | st.sampled_from(["&amp;", "http://a.fr", "1. ", "- ", "\n---\n", "\n===\n", "    "]),
    max_size=25,
).map("".join)


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head, rows = struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0), zlib.compress(b"\0" + b"\x4b" * 6)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def document() -> Document:
    table = Table("Par thème", ("Thème", "Ensemble"), (("Freins", "12"), ("Autre", "n. c.")), "Nb")
    return Document(
        title="La participation",
        subtitle="Brouillon",
        author="Centre",
        made_on=date(2026, 11, 22),
        lines=("Version 3",),
        keywords=("venir", "rester"),
        blocks=[
            Contents(),
            PageBreak(),
            Heading("Venir"),
            Paragraph("Comment\u00a0?", is_lead=True),
            table,
            Figure(png(), "Les thèmes", "Des barres.", 8, 4),
            Heading("Citations", 2),
            Quote(SAID, "Usagère ou usager"),
            table,
            Bullets(("un", "deux")),
        ],
    )


def test_word_reads_it_back(document: Document) -> None:
    file = docx.Document(io.BytesIO(word_file.write(document)))
    told = [(each.style.name, each.text) for each in file.paragraphs if each.style and each.text]
    assert told == [
        ("Title", "La participation"),
        ("Subtitle", "Brouillon"),
        ("Normal", "Version 3"),
        ("Subtitle", "Sommaire"),
        ("TOC 1", "Venir"),
        ("TOC 2", "Citations"),
        ("Heading 1", "Venir"),
        ("Chapeau", "Comment\u00a0?"),
        ("Caption", "Tableau\u00a01. Par thème"),
        ("Petits caractères", "Nb"),
        ("Caption", "Figure\u00a01. Les thèmes"),
        ("Heading 2", "Citations"),
        ("Quote", f"«\u00a0{SAID}\u00a0»"),
        ("Signature de citation", "Usagère ou usager"),
        ("Caption", "Tableau\u00a02. Par thème"),
        ("Petits caractères", "Nb"),
        ("List Bullet", "un"),
        ("List Bullet", "deux"),
    ]
    said = file.core_properties
    assert (said.title, said.author, said.language) == ("La participation", "Centre", "fr-FR")
    assert said.created
    assert said.created.date() == date(2026, 11, 22)


def test_word_is_given_fields_heads_and_words_for_images(document: Document) -> None:
    file = docx.Document(io.BytesIO(word_file.write(document)))
    body = file.element.body
    assert [each.text.split()[:2] for each in body.iter(qn("w:instrText"))] == [
        ["TOC", "\\o"],
        ["SEQ", "Tableau"],
        ["SEQ", "Figure"],
        ["SEQ", "Tableau"],
    ]
    begun, ended = (
        len(body.xpath(f'.//w:fldChar[@w:fldCharType="{kind}"]')) for kind in ("begin", "end")
    )
    assert begun == ended == 4
    first, _ = file.tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [
        ["Thème", "Ensemble"],
        ["Freins", "12"],
        ["Autre", "n. c."],
    ]
    assert len(first._tbl.xpath(".//w:trPr/w:tblHeader")) == 1
    told = [each.tag.rpartition("}")[2] for each in first._tbl.tblPr]
    assert [each for each in SCHEMA if each in told] == told
    (picture,) = body.iter(qn("wp:docPr"))
    assert picture.get("descr") == "Des barres."
    names = {each.get(qn("w:name")) for each in body.iter(qn("w:bookmarkStart"))}
    assert names == {each.get(qn("w:anchor")) for each in body.iter(qn("w:hyperlink"))}
    (language,) = file.styles.element.xpath("w:docDefaults//w:lang")
    assert language.get(qn("w:val")) == "fr-FR"


def test_opendocument_reads_it_back(document: Document) -> None:
    file = odfdo.Document(io.BytesIO(odt_file.write(document)))
    body = file.body
    assert [(int(each.level), each.inner_text) for each in body.headers] == [
        (1, "Venir"),
        (2, "Citations"),
    ]
    assert [each.style for each in body.headers] == ["Heading_20_1_Page", "Heading_20_2"]
    (contents,) = body.get_tocs()
    assert [each.inner_text for each in contents.get_elements(".//text:a")] == [
        "Venir",
        "Citations",
    ]
    captions = [each.text_recursive for each in body.paragraphs if each.style == "Caption"]
    assert captions == [
        "Tableau\u00a01. Par thème",
        "Figure\u00a01. Les thèmes",
        "Tableau\u00a02. Par thème",
    ]
    assert len(body.get_elements("//text:sequence")) == 3
    table = body.get_table(0)
    assert table is not None
    assert list(table.iter_values()) == [
        ["Thème", "Ensemble"],
        ["Freins", "12"],
        ["Autre", "n. c."],
    ]
    assert len(body.get_elements("//table:table-header-rows")) == 2
    (frame,) = body.get_elements("//draw:frame")
    described = frame.get_element("svg:desc")
    assert described is not None
    assert described.text == "Des barres."
    (said,) = [str(each) for each in body.paragraphs if each.style == "Quotations"]
    assert said.strip() == f"«\u00a0{SAID}\u00a0»"
    assert (file.language, file.meta.title) == ("fr-FR", "La participation")
    assert file.meta.initial_creator == "Centre"


def test_word_leaves_room_around_words(document: Document) -> None:
    file = docx.Document(io.BytesIO(word_file.write(document)))
    margins = file.tables[0]._tbl.tblPr.xpath("w:tblCellMar/*")
    assert [each.tag.rpartition("}")[2] for each in margins] == ["top", "left", "bottom", "right"]
    assert min(int(each.get(qn("w:w"))) for each in margins) == 40
    (drawn,) = file.element.body.iter(qn("wp:inline"))
    assert [drawn.get(each) for each in ("distT", "distB", "distL", "distR")] == ["0"] * 4
    picture = next(each for each in file.paragraphs if each._p.xpath(".//w:drawing"))
    assert picture.paragraph_format.space_before == Pt(6)
    bullet = file.styles["List Bullet"].paragraph_format
    assert bullet.left_indent == -bullet.first_line_indent  # or it hangs in the margin


def test_word_takes_it_for_a_french_file_of_today(document: Document) -> None:
    archive = zipfile.ZipFile(io.BytesIO(word_file.write(document)))
    settings = archive.read("word/settings.xml").decode()
    found = re.findall(
        r'<w:(themeFontLang|decimalSymbol|listSeparator|proofState) w:\w+="([^"]*)"', settings
    )
    assert found == [("themeFontLang", "fr-FR"), ("decimalSymbol", ","), ("listSeparator", ";")]
    assert re.findall(r'compatibilityMode"[^>]* w:val="(\d+)"', settings) == ["15"]


def test_the_names_of_our_styles_are_french_and_their_ids_plain(document: Document) -> None:
    file = docx.Document(io.BytesIO(word_file.write(document)))
    assert {each.style_id: each.name for each in file.styles if each.style_id in IDS.values()} == {
        "Lead": "Chapeau",
        "SmallPrint": "Petits caractères",
        "QuoteSource": "Signature de citation",
        "Cell": "Texte de tableau",
        "Head": "En-tête de tableau",
    }
    odt = odfdo.Document(io.BytesIO(odt_file.write(document)))
    shown = {each.get_attribute("style:display-name") for each in odt.get_styles("paragraph")}
    assert {"Chapeau", "Petits caractères", "Puce"} - shown == set()


def test_opendocument_tells_tables_pictures_and_pages(document: Document) -> None:
    file = odfdo.Document(io.BytesIO(odt_file.write(document)))
    told = file.body.get_elements("//table:table/table:title|//table:table/table:desc")
    assert [each.text for each in told] == ["Par thème", "Nb"] * 2
    (image,) = file.body.get_elements("//draw:image")
    path = str(image.get_attribute("xlink:href"))
    assert (path, file.manifest.get_media_type(path)) == ("Pictures/Figure1.png", "image/png")
    assert file.get_part(path) == png()
    (contents,) = file.body.get_tocs()
    pages = contents.get_elements(".//text:bookmark-ref[@text:reference-format='page']")
    marks = file.body.get_elements("//text:bookmark")
    anchors = {each.get_attribute("text:name") for each in marks}
    assert [each.get_attribute("text:ref-name") for each in pages] == sorted(map(str, anchors))


def test_every_style_that_opendocument_is_told_is_there(document: Document) -> None:
    archive = zipfile.ZipFile(io.BytesIO(odt_file.write(document)))
    file = odfdo.Document(io.BytesIO(odt_file.write(document)))
    known = {each.get_attribute("style:name") for each in file.get_styles()}
    lists = file.styles.get_elements("//text:list-style")
    known |= {each.get_attribute("style:name") for each in lists}
    used = {
        each.get_attribute(name)
        for name in ("text:style-name", "table:style-name")
        for each in file.body.get_elements(f"//*[@{name}]")
    }
    assert used - known == set()
    assert archive.namelist()[0] == "mimetype"
    assert archive.testzip() is None


def test_markdown_says_it(document: Document) -> None:
    data = base64.b64encode(png()).decode()
    assert markdown_file.write(document).decode() == (
        "# La participation\n\nBrouillon\n\nVersion 3\n\n"
        "**Sommaire**\n\n- Venir\n  - Citations\n\n"
        "## Venir\n\nComment\u00a0?\n\n"
        "Tableau 1. Par thème\n\n"
        "| Thème | Ensemble |\n| --- | ---: |\n| Freins | 12 |\n| Autre | n. c. |\n\nNb\n\n"
        "![Des barres.][figure-1]\n\nFigure 1. Les thèmes\n\n"
        "### Citations\n\n"
        "> «\u00a0On m’a\\\n> écoutée  \\<b\\> & « \\[…\\] » \\*enfin\\*\u00a0!\u00a0»\n>\n"
        "> — Usagère ou usager\n\n"
        "Tableau 2. Par thème\n\n"
        "| Thème | Ensemble |\n| --- | ---: |\n| Freins | 12 |\n| Autre | n. c. |\n\nNb\n\n"
        "- un\n- deux\n\n"
        f"[figure-1]: data:image/png;base64,{data}\n"
    )


def of_blocks(*blocks: Block) -> Document:
    """A document of these blocks, with nothing above them but a title."""
    return Document(
        title="T", subtitle="", author="A", made_on=date(2026, 1, 1), blocks=blocks, is_compact=True
    )


def shown(*blocks: Block) -> BeautifulSoup:
    """What a reader of Markdown makes of these blocks."""
    written = markdown_file.write(of_blocks(*blocks)).decode()
    return BeautifulSoup(MarkdownIt("gfm-like", {"linkify": False}).render(written), "html5lib")


def flat(text: str) -> str:
    """Words with one space between them: the reader that is used here cuts those of French too."""
    return " ".join(text.split())


def words(soup: BeautifulSoup, where: str) -> list[str]:
    """The words of each element."""
    return [flat(each.get_text()) for each in soup.select(where)]


@settings(max_examples=200, deadline=None)
@given(MARKED)
def test_a_reader_of_markdown_shows_any_words_as_they_are(said: str) -> None:
    soup = shown(
        Heading(f"x {said}"),
        Paragraph(f"{said} x"),
        Quote(said, "Élu"),
        Bullets((f"{said} x",)),
        Table("", ("A", "B"), ((f"x {said}", "1"),)),
    )
    assert words(soup, "h2") == [flat(f"x {said}")]
    assert flat(" ".join(words(soup, "body > p")[:-1])) == flat(f"{said} x")
    assert flat(" ".join(words(soup, "blockquote > p"))) == flat(f"«\u00a0{said}\u00a0» — Élu")
    assert words(soup, "body > ul > li") == [flat(f"{said} x")]
    assert words(soup, "tbody td") == [flat(f"x {said}"), "1"]
    assert soup.select("pre, hr, ol, del, strong, em, a, h1 ~ h1, ul ul") == []


def test_lines_of_a_quotation_stay_lines_and_numbers_are_no_list() -> None:
    soup = shown(
        Contents(depth=1),
        Heading("1. Venir"),
        Heading("Citations", 2),
        Quote("1. Oui\n- goûter\n\n---", "Élue"),
    )
    assert words(soup, "ul > li") == ["1. Venir"]
    assert words(soup, "h2") == ["1. Venir"]
    (first, *_) = soup.select("blockquote p")
    assert [str(each) for each in first] == ["«\u00a01. Oui", "<br/>", "\n- goûter"]
    assert words(soup, "blockquote p") == ["« 1. Oui - goûter", "--- »", "— Élue"]


def test_a_picture_travels_with_its_words() -> None:
    (picture,) = shown(Figure(png(), "Les thèmes", "Des [barres] : 3.", 8, 4)).select("img")
    assert picture["alt"] == "Des [barres] : 3."
    assert base64.b64decode(str(picture["src"]).partition(",")[2]) == png()


@settings(max_examples=25, deadline=None)
@given(TEXTS, TEXTS)
def test_any_words_are_kept(said: str, signature: str) -> None:
    document = Document(
        title="T",
        subtitle="S",
        author="A",
        made_on=date(2026, 1, 1),
        blocks=[Quote(said, signature)],
        is_compact=True,
    )
    word = docx.Document(io.BytesIO(word_file.write(document)))
    assert [each.text for each in word.paragraphs[2:4]] == [f"«\u00a0{said}\u00a0»", signature]
    odt = odfdo.Document(io.BytesIO(odt_file.write(document)))
    (quote,) = [each for each in odt.body.paragraphs if each.style == "Quotations"]
    assert quote.text_recursive.strip("\n") == f"«\u00a0{said}\u00a0»"
