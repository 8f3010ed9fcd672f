"""CSV files as offices send them, and as they should not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import csv_files, spreadsheets
from app.services.contact_files import COLUMNS
from app.services.spreadsheets import Sheet, UnreadableFileError

LINES = "Courriel;Nom;Profil\nn.bellecour@exemple.fr;Nadia Bellecour;Coordinatrice\n"
CELLS = ["n.bellecour@exemple.fr", "Nadia Bellecour", "Coordinatrice"]
SAVE = spreadsheets.HOW_TO_SAVE


def read(data: bytes) -> Sheet:
    return csv_files.read(data, COLUMNS.recognise)


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFileError) as raised:
        read(data)
    return str(raised.value)


@pytest.mark.parametrize(
    ("data", "encoding", "separator", "line"),
    [
        (LINES.encode(), "UTF-8", "point-virgule", 2),
        (LINES.encode("utf-8-sig"), "UTF-8", "point-virgule", 2),
        (LINES.encode("utf-16"), "UTF-16", "point-virgule", 2),
        (LINES.replace(";", ",").encode(), "UTF-8", "virgule", 2),
        (LINES.replace(";", "\t").encode(), "UTF-8", "tabulation", 2),
        (LINES.replace(";", "|").encode(), "UTF-8", "barre verticale", 2),
        (LINES.replace("\n", "\r\n").encode(), "UTF-8", "point-virgule", 2),
        (LINES.replace("\n", "\r").encode(), "UTF-8", "point-virgule", 2),
        (b"\n\n" + LINES.encode() + b"\n;;\n", "UTF-8", "point-virgule", 4),
        (b"sep=;\r\n" + LINES.encode(), "UTF-8", "point-virgule", 3),
    ],
)
def test_the_same_file_in_many_clothes(
    data: bytes, encoding: str, separator: str, line: int
) -> None:
    sheet = read(data)
    assert sheet.told == (f"Fichier lu en {encoding}, séparateur\u00a0: {separator}.",)
    assert (sheet.titles, sheet.records) == (["Courriel", "Nom", "Profil"], [(line, CELLS)])


@pytest.mark.parametrize(
    ("codec", "name", "text"),
    [
        ("utf-8", "UTF-8", "Zoé L’Hœuf, CLSM d’Étaples – Opale €"),
        ("cp1252", "Windows-1252", "Zoé L’Hœuf, CLSM d’Étaples – Opale €"),
        ("latin-1", "Latin-1", "Zoé Lété, CLSM d'Étaples"),
        ("mac-roman", "MacRoman", "Zoé L’Hœuf, CLSM d’Étaples – à Noël"),
        ("mac-roman", "MacRoman", "Cédric"),
    ],
)
def test_accents_survive_each_encoding(codec: str, name: str, text: str) -> None:
    sheet = read(f"courriel;nom;profil\nz@exemple.fr;{text};elu\n".encode(codec))
    assert sheet.told == (f"Fichier lu en {name}, séparateur\u00a0: point-virgule.",)
    assert sheet.records[0][1][1] == text


@given(st.text(alphabet="abczéèêëàâîïôöûüùçæÉÀÇÔ", min_size=1, max_size=40))
def test_a_name_survives_windows_1252(name: str) -> None:
    data = f"courriel;nom;profil\nz@exemple.fr;{name};elue\n".encode("cp1252")
    assert read(data).records == [(2, ["z@exemple.fr", name, "elue"])]


def test_unknown_titles_still_part_the_columns() -> None:
    sheet = read('Mél pro,Qui,"Rôle, ou titre"\na@b.fr,A,x\nc@d.fr,C,y\n'.encode())
    assert sheet.titles == ["Mél pro", "Qui", "Rôle, ou titre"]
    assert [cells for _, cells in sheet.records] == [["a@b.fr", "A", "x"], ["c@d.fr", "C", "y"]]


def test_a_heading_above_the_titles_is_passed_over() -> None:
    sheet = read(f"Contacts 2026;;\n;;\n{LINES}".encode())
    assert sheet.told[1:] == ("Titres lus ligne 3\u00a0; ce qui est au-dessus est laissé de côté.",)
    assert (sheet.titles, sheet.records) == (["Courriel", "Nom", "Profil"], [(4, CELLS)])


def test_a_file_without_titles_loses_no_line() -> None:
    sheet = read(b"a@b.fr;A\nc@d.fr;C;elu\n")
    assert (sheet.titles, sheet.has_titles) == (["Colonne 1", "Colonne 2", "Colonne 3"], False)
    assert sheet.records == [(1, ["a@b.fr", "A"]), (2, ["c@d.fr", "C", "elu"])]
    assert sheet.told[1:] == (
        "Les colonnes n’ont pas de titre\u00a0: la première ligne est déjà une personne.",
    )


def test_the_apostrophe_of_our_own_files_is_taken_off() -> None:
    sheet = read(b"courriel;nom;profil\n'+a@exemple.fr;'=B;'tHooft\n")
    assert sheet.records == [(2, ["+a@exemple.fr", "=B", "'tHooft"])]


MIXED = LINES.encode() + "Zoé Lété;é\n".encode() + "L’été".encode("cp1252")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Ce fichier est vide."),
        (b"\xef\xbb\xbf \r\n\r\n", "Ce fichier est vide."),
        (b";;;\n;\n", "Ce fichier est vide."),
        (b"\x89PNG\r\n\x1a\n\x00\x81", f"Ce fichier n’est pas du texte. {SAVE}"),
        (b"courriel;nom;profil\x00\n", f"Ce fichier n’est pas du texte. {SAVE}"),
        (
            b"courriel;nom;profil\n;;\n",
            "Ce fichier n’a que sa première ligne\u00a0: rien dessous.",
        ),
        (
            LINES.encode() + b'z@exemple.fr;"Zoe;elue\nb@exemple.fr;B;elu\n',
            "Ligne 3\u00a0: des guillemets ne sont pas refermés, ou le sont trop tôt. "
            "Corrigez-les, puis envoyez à nouveau\u00a0: rien n’a été importé.",
        ),
        (
            MIXED,
            "Ligne 4\u00a0: un caractère n’est pas dans le même encodage que le reste du "
            "fichier. Enregistrez-le en «\u00a0CSV UTF-8\u00a0», puis envoyez-le à nouveau.",
        ),
        (LINES.encode() + b"a;b;c\n" * 20_000, spreadsheets.TOO_LONG),
        (LINES.encode() + b";" * 250 + b"x\n", "Ce fichier a plus de 200 colonnes."),
    ],
    ids=range(10),
)
def test_a_file_that_cannot_be_read(data: bytes, message: str) -> None:
    assert refusal(data) == message


def test_twenty_thousand_lines_are_read() -> None:
    assert len(read(LINES.encode() + b"a;b;c\n" * 19_999).records) == 20_000


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(UnreadableFileError):
        read(data)


CELL = st.text(alphabet='aé@.;,"\n\t ’ \u2028Œ€·0', max_size=12)


@given(st.lists(st.lists(CELL, max_size=5), max_size=6), st.sampled_from(["utf-8", "utf-16"]))
def test_no_cells_raise_anything_else(rows: list[list[str]], encoding: str) -> None:
    text = LINES + "\n".join(";".join(cells) for cells in rows)
    with suppress(UnreadableFileError):
        assert read(text.encode(encoding)).records[0] == (2, CELLS)
