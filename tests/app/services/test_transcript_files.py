"""A transcript's file becomes its text; what cannot be read is refused in a plain sentence."""

import io
import time
import zipfile
from contextlib import suppress

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from app.services import transcript_files as files
from app.services.transcript_files import UnreadableTranscriptError, read
from tests import documents
from tests.documents import WORD, odt, odt_bytes, package, saved, word, word_of

TOLD = "Enquêtrice\u00a0: Racontez-moi.\nÉlu\u00a0: « J’ai osé » – 3 € … 🌿"


def said_of(data: bytes) -> str:
    with pytest.raises(UnreadableTranscriptError) as caught:
        read(data)
    return str(caught.value)


def paragraph(inside: str) -> str:
    return f"<w:p>{inside}</w:p>"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_plain_text_is_read_as_it_is(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert read(mark + TOLD.encode(encoding)) == TOLD


def test_windows_1252_and_its_line_ends() -> None:
    typed = "  Élue : « Œuvrer » – 3 €…\r\n\r\nOui.\r"
    assert read(typed.encode("cp1252")) == "  Élue : « Œuvrer » – 3 €…\n\nOui.\n"


def test_a_text_that_begins_like_an_archive_is_a_text() -> None:
    assert read(b"PK : bonjour") == "PK : bonjour"


def test_a_word_document_of_paragraphs_lists_and_tables() -> None:
    document = docx.Document()
    document.add_heading("Entretien du 3 mai", 1)
    first = document.add_paragraph("Enquêtrice : ")
    first.add_run("Racontez").bold = True
    first.add_run("-moi.\tVite\nou pas.")
    document.add_paragraph("un point", style="List Bullet")
    document.add_paragraph("")
    table = document.add_table(rows=2, cols=2)
    for row, (who, words) in zip(table.rows, [("Élu", "Oui."), ("Élu :", "Non.")], strict=True):
        row.cells[0].text, row.cells[1].text = who, words
    wide = document.add_table(rows=2, cols=3)
    for row, first in zip(wide.rows, ["00:01", "Nantes"], strict=True):
        for cell, words in zip(row.cells, [first, "Élu", "Deux\nlignes"], strict=True):
            cell.text = words
    document.sections[0].header.paragraphs[0].text = "En-tête"
    assert read(saved(document)) == (
        "Entretien du 3 mai\nEnquêtrice : Racontez-moi.\tVite\nou pas.\nun point\n\n"
        "Élu : Oui.\nÉlu : Non.\n00:01 Élu : Deux\nlignes\nNantes | Élu | Deux\nlignes"
    )


def test_tracked_changes_keep_what_was_inserted_and_drop_what_was_deleted() -> None:
    document = docx.Document()
    made = document.add_paragraph("Elle a ")
    for tag, content in (
        ("del", '<w:r><w:delText xml:space="preserve">refusé</w:delText></w:r>'),
        ("ins", run("accepté")),
        ("moveFrom", run(" hier")),
        ("moveTo", run(" demain")),
    ):
        made._p.append(parse_xml(f'<w:{tag} xmlns:w="{WORD}" w:id="1">{content}</w:{tag}>'))
    made.add_run(".")
    assert read(saved(document)) == "Elle a accepté demain."


def test_a_deleted_line_leaves_nothing_and_a_deleted_break_joins() -> None:
    gone = "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>"
    deleted = "<w:del w:id='2'><w:r><w:delText>Nom</w:delText></w:r></w:del>"
    body = (
        paragraph(run("Un."))
        + paragraph(gone + deleted)
        + paragraph(gone + run("Deux"))
        + paragraph(run(" mots."))
    )
    assert read(word_of(body)) == "Un.\nDeux mots."


def test_a_deleted_break_at_the_end_loses_no_word() -> None:
    gone = "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>"
    assert read(word_of(paragraph(run("Un.")) + paragraph(gone + run("Fin.")))) == "Un.\nFin."


def test_what_is_layout_or_code_is_not_said() -> None:
    body = (
        "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs><w:pPrChange><w:pPr/></w:pPrChange>"
        f"</w:pPr>{run('A')}<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:footnoteReference w:id='1'/><w:noBreakHyphen/></w:r>"
        f"<w:hyperlink>{run('B')}</w:hyperlink><w:sdt><w:sdtContent>{run('C')}</w:sdtContent>"
        "</w:sdt></w:p>"
    )
    assert read(word_of(body)) == "A\u2011BC"


def test_a_text_box_is_said_once() -> None:
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = paragraph(run("Encadré"))
    body = (
        f"<w:p><w:r><mc:AlternateContent xmlns:mc='{space}'><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>{run('Autour')}</w:p>"
    )
    assert read(word_of(body)) == "Encadré\nAutour"


def test_macros_are_left_alone() -> None:
    body = paragraph(run("Oui."))
    assert read(word_of(body, **{"vbaProject.bin": "Sub AutoOpen()"})) == "Oui."


def test_a_main_part_under_another_name_is_found() -> None:
    whole = f'<w:document xmlns:w="{WORD}"><w:body>{paragraph(run("Ici."))}</w:body></w:document>'
    relations = documents.RELATIONS.replace("word/document.xml", "/word/document2.xml")
    assert read(package({"_rels/.rels": relations, "word/document2.xml": whole})) == "Ici."


def test_an_open_document_of_paragraphs_lists_and_tables() -> None:
    made = odt(
        "Enquêtrice : Racontez-moi.",
        "  Élu :\tdeux   blancs\nLigne  ",
        items=["un point", "un autre"],
        rows=[["Élu", "Oui."], ["Élue", "Non."]],
    )
    assert read(odt_bytes(made)) == (
        "Enquêtrice : Racontez-moi.\n  Élu :\tdeux   blancs\nLigne  \nun point\nun autre\n"
        "Élu : Oui.\nÉlue : Non."
    )


def odt_of(body: str, **parts: str | bytes) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:text>{body}"
        "</office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return package({"mimetype": kind, "content.xml": content} | parts)


def test_an_open_document_keeps_what_was_inserted_and_drops_what_was_deleted() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>refusé</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:h>Titre</text:h>\n"
        "<text:p>Elle a <text:change text:change-id='1'/><text:change-start/>accepté"
        "<text:change-end/>\n   <text:span>hier</text:span><text:s text:c='2'/>."
        "<text:note><text:note-body><text:p>Note</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>Commentaire</text:p></office:annotation></text:p>"
    )
    assert read(odt_of(body)) == "Titre\nElle a accepté hier  ."


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", files.EMPTY),
        (b" \r\n\t", files.EMPTY),
        (word(), files.EMPTY),
        (word(" ", ""), files.EMPTY),
        (odt_of("<text:p/>"), files.EMPTY),
        (b"x" * (files.MAX_BYTES + 1), files.TOO_BIG),
        (word("mot")[:-200], files.DAMAGED),
        (package({"_rels/.rels": documents.RELATIONS}), files.DAMAGED),
        (word_of("<w:p>"), files.DAMAGED),
        (odt_of("<text:p>"), files.DAMAGED),
        (odt_of("", **{"META-INF/manifest.xml": "<x encryption-data=''/>"}), files.LOCKED),
        (files.OLE + "EncryptedPackage".encode("utf-16-le"), files.LOCKED),
        (
            files.OLE + b"Word.Document.8",
            f"Ce fichier est un document Word ancien (.doc), que Recueil ne lit pas. {files.HOW}",
        ),
        (b"%PDF-1.7", f"Ce fichier est un PDF, que Recueil ne lit pas. {files.HOW}"),
        (b"{\\rtf1", f"Ce fichier est un fichier RTF, que Recueil ne lit pas. {files.HOW}"),
        (b"ID3\x03", f"Ce fichier est un enregistrement, que Recueil ne lit pas. {files.HOW}"),
        (b"a\0b", f"Ce fichier n’est pas un texte. {files.HOW}"),
        (b"\x81\x8d", f"Ce fichier n’est pas un texte. {files.HOW}"),
        (b"\xef\xbb\xbf\xff", f"Ce fichier n’est pas un texte. {files.HOW}"),
        (package({"a.txt": "a"}), f"Ce fichier n’est pas un document texte. {files.HOW}"),
        (
            package({"_rels/.rels": documents.RELATIONS.replace("word/", "xl/")}),
            f"Ce fichier n’est pas un document texte. {files.HOW}",
        ),
        (b"a" * (files.MAX_TEXT + 1), files.TOO_LONG),
        (word("a" * 300_000, "b" * 300_000), files.TOO_LONG),
    ],
    ids=lambda each: "file" if isinstance(each, bytes) else each[:40],
)
def test_what_cannot_be_read_is_said(data: bytes, error: str) -> None:
    assert said_of(data) == error


def test_an_encrypted_archive_is_locked() -> None:
    data = bytearray(word("mot"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert said_of(bytes(data)) == files.LOCKED


@pytest.mark.parametrize("size", [files.MAX_PART, 400 * 1024 * 1024])
def test_a_bomb_of_zeros_is_not_unpacked(size: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("_rels/.rels", documents.RELATIONS)
        with made.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f'<w:document xmlns:w="{WORD}">'.encode())
            for _ in range(size // 2**20):
                part.write(b" " * 2**20)
    assert said_of(file.getvalue()) == files.SWOLLEN


def test_a_part_longer_than_it_declares_is_not_read() -> None:
    """The size that the archive declares is made small; what is really there is not believed."""
    real = f'<w:document xmlns:w="{WORD}">{" " * files.MAX_PART}</w:document>'.encode()
    data = bytearray(package({"_rels/.rels": documents.RELATIONS, "word/document.xml": real}))
    size = len(real).to_bytes(4, "little")
    assert data.count(size) == 2
    assert said_of(bytes(data.replace(size, (100).to_bytes(4, "little")))) == files.DAMAGED


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;',
        "",
    ],
)
def test_no_entity_is_ever_expanded(declared: str) -> None:
    whole = (
        f"<!DOCTYPE d [{declared}]>"
        f'<w:document xmlns:w="{WORD}"><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:document>'
    )
    parts = {"_rels/.rels": documents.RELATIONS, "word/document.xml": whole}
    assert said_of(package(parts)) == files.DAMAGED


def test_elements_within_elements_without_end() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 20_000 + paragraph(run("Au fond."))
    assert read(word_of(deep + "</w:tc></w:tr></w:tbl>" * 20_000)) == "Au fond."


def test_a_day_of_talk_is_read_in_a_moment() -> None:
    turns = [f"Enquêtrice : Question {n} ?\nÉlue : {'Nous avons parlé. ' * 20}" for n in range(800)]
    before = time.process_time()
    text = read(word(*turns))
    assert 300_000 < len(text) < 500_000
    assert text == "\n".join(turns)
    assert time.process_time() - before < 10


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for beginning in (b"", b"PK\x03\x04"):
        with suppress(UnreadableTranscriptError):
            assert read(beginning + data).strip()


@given(st.integers(0, 3000), st.integers(0, 255))
def test_any_damaged_document_is_read_or_refused(place: int, byte: int) -> None:
    data = bytearray(SMALL)
    data[place % len(data)] = byte
    with suppress(UnreadableTranscriptError):
        assert read(bytes(data)).strip()


SMALL = word_of(paragraph(run("Enquêtrice : Oui.")))
