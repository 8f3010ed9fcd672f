"""The styles of a .docx: Word's own names, our type, French throughout."""

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from guides.document import ACT, INK, LANGUAGE, QUIET

SERIF, SANS = "Georgia", "Arial"
# Our own styles: their names are seen by who works on the file, their ids by programs.
LEAD, SMALL, SIGNATURE = "Chapeau", "Petits caractères", "Signature de citation"
CELL, HEAD = "Texte de tableau", "En-tête de tableau"
WORD_2013 = "15"  # the last that Word counts: under it, a title says « mode de compatibilité »
BULLET = 0.635  # centimetres between it and its words, a whole number of Word's twentieths
IDS = {LEAD: "Lead", SMALL: "SmallPrint", SIGNATURE: "QuoteSource", CELL: "Cell", HEAD: "Head"}


def dress(file: WordDocument, *, is_compact: bool) -> None:
    """Give a new document its page (A4), its styles and its language."""
    size = 9 if is_compact else 11
    _page(file, 1.8 if is_compact else 2.5)
    _language(file)
    _settings(file)
    _set(file, "Normal", SANS, size, INK, after=3 if is_compact else 6)
    _set(file, "Title", SERIF, 18 if is_compact else 28, INK, before=0 if is_compact else 160)
    _set(file, "Subtitle", SERIF, size + 2, QUIET, after=4 if is_compact else 12)
    _set(file, "Heading 1", SERIF, size + (4 if is_compact else 9), INK, before=8, after=4)
    _set(file, "Heading 2", SERIF, size + 3, ACT, before=6 if is_compact else 14, after=3)
    _set(file, "Caption", SANS, size - 1, QUIET, before=4 if is_compact else 10, after=3)
    _set(file, "Quote", SERIF, size, INK, before=6, after=0, left=0.8)
    _set(file, "List Bullet", SANS, size, INK, after=2, left=BULLET)
    _paragraph_style(file, "List Bullet").paragraph_format.first_line_indent = Cm(-BULLET)
    _set(file, "Footer", SANS, 8, QUIET)
    for name, each in ((LEAD, size + 2), (SMALL, size - 1.5), (SIGNATURE, size - 1)):
        _add(file, name)
        font = SERIF if name == LEAD else SANS
        _set(file, name, font, each, INK if name == LEAD else QUIET, after=4 if is_compact else 10)
    _paragraph_style(file, SMALL).paragraph_format.space_before = Pt(3)
    _paragraph_style(file, SIGNATURE).paragraph_format.left_indent = Cm(0.8)
    for name, each in ((CELL, 8.5 if is_compact else 9), (HEAD, 8)):
        _add(file, name)
        _set(file, name, SANS, each, INK, after=0)
    _paragraph_style(file, HEAD).font.bold = True
    for level in (1, 2):
        name = f"TOC {level}"
        _add(file, name)
        _set(file, name, SANS, size, INK, after=2, left=0.6 * (level - 1))
    _paragraph_style(file, "Caption").paragraph_format.keep_with_next = True


def _add(file: WordDocument, name: str) -> None:
    style = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = file.styles["Normal"]
    style.element.styleId = IDS.get(name, style.style_id)


def _paragraph_style(file: WordDocument, name: str) -> ParagraphStyle:
    style = file.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _set(
    file: WordDocument,
    name: str,
    font: str,
    size: float,
    colour: str,
    *,
    before: float = 0,
    after: float = 6,
    left: float = 0,
) -> None:
    style = _paragraph_style(file, name)
    style.font.name, style.font.size = font, Pt(size)
    style.font.color.rgb = RGBColor.from_string(colour)
    style.font.bold = style.font.italic = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for themed in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{themed}"), None)
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), font)
    for spread in style.element.xpath("w:rPr/w:spacing"):  # the template's letter-spacing
        spread.getparent().remove(spread)
    for border in style.element.xpath("w:pPr/w:pBdr"):  # the template's rule under the title
        border.getparent().remove(border)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.left_indent = Pt(before), Pt(after), Cm(left)


def _page(file: WordDocument, margin: float) -> None:
    for section in file.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(margin)
        section.top_margin = section.bottom_margin = Cm(margin)
        section.header_distance = section.footer_distance = Cm(0.9)


def _language(file: WordDocument) -> None:
    (defaults,) = file.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")
    for former in defaults.xpath("w:lang"):
        defaults.remove(former)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGE)
    language.set(qn("w:eastAsia"), LANGUAGE)
    defaults.append(language)


def _settings(file: WordDocument) -> None:
    """Have Word take the file for one of today, in French, whose spelling nobody has checked."""
    settings = file.settings.element
    for checked in settings.xpath("w:proofState"):
        settings.remove(checked)
    (language,) = settings.xpath("w:themeFontLang")
    language.set(qn("w:val"), LANGUAGE)
    for name, sign in (("w:decimalSymbol", ","), ("w:listSeparator", ";")):
        (separator,) = settings.xpath(name)
        separator.set(qn("w:val"), sign)
    (mode,) = settings.xpath('w:compat/w:compatSetting[@w:name="compatibilityMode"]')
    mode.set(qn("w:val"), WORD_2013)
