"""Workbooks as offices send them, and bombs."""

import io
import time
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services import spreadsheets, xlsx_files
from app.services.contact_files import COLUMNS
from app.services.spreadsheets import Sheet, UnreadableFileError
from tests.workbooks import SHEET, cell, sheet_xml, with_part, with_shared_strings, workbook

TITLES = ("Courriel", "Nom", "Profil")
GOOD = workbook(TITLES, ("a@exemple.fr", "Zoé", "élue"))


def read(data: bytes) -> Sheet:
    return xlsx_files.read(data, COLUMNS.recognise)


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFileError) as raised:
        read(data)
    return str(raised.value)


def test_what_a_cell_shows() -> None:
    row = (22, 22.0, 2.5, True, date(2026, 5, 1), datetime(2026, 5, 1, 9, 30), " é\n à ", None, "x")  # noqa: DTZ001
    sheet = read(workbook(("courriel", *"abcdefgh"), row))
    assert sheet.records == [
        (2, ["22", "22", "2.5", "oui", "2026-05-01", "2026-05-01 09:30:00", "é à", "", "x"])
    ]
    assert (sheet.format, sheet.told) == (
        "xlsx",
        ("Classeur Excel, feuille «\u00a0Feuille 1\u00a0».",),
    )


def test_rows_keep_their_number_and_headings_are_passed_over() -> None:
    sheet = read(workbook(("Contacts 2026",), (), TITLES, (), ("a@b.fr", "A", "elu")))
    assert (sheet.titles, sheet.records) == ([*TITLES], [(5, ["a@b.fr", "A", "elu"])])
    assert sheet.told[1:] == ("Titres lus ligne 3\u00a0; ce qui est au-dessus est laissé de côté.",)


def test_the_sheet_with_the_titles_is_read() -> None:
    data = workbook(("Lisez-moi",), ("Bonjour",), Annuaire=[TITLES, ("a@b.fr", "A", "elu")])
    sheet = read(data)
    assert sheet.records == [(2, ["a@b.fr", "A", "elu"])]
    assert sheet.told == (
        "Classeur Excel, feuille «\u00a0Annuaire\u00a0».",
        "Autres feuilles, laissées de côté\u00a0: Feuille 1.",
    )


def test_a_formula_is_what_it_showed_last() -> None:
    row = '<row><c t="str"><f>1+1</f><v>deux</v></c></row>'
    titles = f"<row>{cell('courriel')}</row>"
    assert read(with_part(GOOD, SHEET, sheet_xml(titles + row))).records == [(2, ["deux"])]


def an_open_document() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    return written.getvalue()


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
MANY = "".join(f"<row>{cell('x')}</row>" for _ in range(20_011))
FAR = f"<row r='2000000'>{cell('x')}</row>"
WIDE = f"<row>{cell('courriel')}{cell('x') * 201}</row><row>{cell('x') * 202}</row>"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 rien", xlsx_files.BROKEN),
        (GOOD[:-200], xlsx_files.BROKEN),
        (with_part(GOOD, SHEET, b"<worksheet"), xlsx_files.BROKEN),
        (with_part(GOOD, "xl/workbook.xml", b"<a/>"), xlsx_files.BROKEN),
        (with_part(GOOD, SHEET, ENTITIES + sheet_xml("<row/>")), xlsx_files.BROKEN),
        (
            with_part(GOOD, SHEET, ENTITIES.decode().encode("utf-16") + b"<a/>"),
            xlsx_files.BROKEN,
        ),
        (an_open_document(), f"{xlsx_files.LIBREOFFICE}{spreadsheets.HOW_TO_SAVE}"),
        (with_part(GOOD, SHEET, sheet_xml(MANY)), spreadsheets.TOO_LONG),
        (with_part(GOOD, SHEET, sheet_xml(FAR)), xlsx_files.BROKEN),
        (with_part(GOOD, SHEET, sheet_xml(WIDE)), "Ce fichier a plus de 200 colonnes."),
        (workbook(), "Ce fichier est vide."),
        (workbook(TITLES), "Ce fichier n’a que sa première ligne\u00a0: rien dessous."),
    ],
    ids=range(12),
)
def test_a_workbook_that_cannot_be_read(data: bytes, message: str) -> None:
    assert refusal(data) == message


def test_a_bomb_is_not_unpacked() -> None:
    bomb = with_part(GOOD, SHEET, b" " * (100 * 1024 * 1024))
    start = time.monotonic()
    assert (len(bomb) < 200_000, refusal(bomb)) == (True, xlsx_files.UNPACKS_TOO_BIG)
    assert time.monotonic() - start < 2


def test_a_bomb_that_lies_about_its_size_is_found_out() -> None:
    bomb = bytearray(with_part(GOOD, "xl/media/x.bin", b" " * (100 * 1024 * 1024)))
    true = (100 * 1024 * 1024).to_bytes(4, "little")
    assert bomb.count(true) == 2
    lying = bytes(bomb).replace(true, (1000).to_bytes(4, "little"))
    assert refusal(lying) == xlsx_files.BROKEN


def test_many_small_parts_are_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(xlsx_files.MAX_PARTS + 1):
            archive.writestr(f"xl/media/{number}", b"")
    assert refusal(written.getvalue()) == xlsx_files.UNPACKS_TOO_BIG


def test_one_long_word_shared_by_many_cells_is_refused() -> None:
    row = "<row>" + '<c t="s"><v>0</v></c>' * 20 + "</row>"
    data = with_shared_strings(workbook(("x", "y")), "x" * 30_000)
    data = with_part(data, SHEET, sheet_xml(row * 1000))
    assert refusal(data) == "Ce fichier contient trop de texte. Envoyez-le par parties."


@pytest.mark.parametrize("each", [b"<si><t>a</t></si>", b"<x:si></x:si>", b"<si/>"])
def test_millions_of_shared_words_are_refused_before_they_are_read(each: bytes) -> None:
    bomb = with_part(GOOD, "xl/sharedStrings.xml", each * 450_000)
    assert (len(bomb) < 200_000, refusal(bomb)) == (True, xlsx_files.TOO_MANY_STRINGS)


def test_a_workbook_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_files, "SECONDS", -1.0)
    rows = [("a@b.fr", "A", "elu")] * (xlsx_files.CHECKED_EVERY + 1)
    assert refusal(workbook(TITLES, *rows)) == xlsx_files.TOO_SLOW


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(UnreadableFileError):
        read(b"PK\x03\x04" + data)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_no_damage_raises_anything_else(at: int, noise: bytes) -> None:
    with suppress(UnreadableFileError):
        read(GOOD[:at] + noise + GOOD[at + len(noise) :])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(alphabet='<>/rowcvfist="0A9&;# \n', max_size=60))
def test_no_sheet_raises_anything_else(text: str) -> None:
    with suppress(UnreadableFileError):
        read(with_part(GOOD, SHEET, sheet_xml(text)))
