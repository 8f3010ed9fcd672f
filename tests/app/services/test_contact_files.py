"""Files of contacts as offices send them, and as they should not."""

import io
import zipfile
from contextlib import suppress

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.services import contact_files
from app.services.contact_files import LineError, Row, UnreadableFileError, parse
from app.services.contact_words import Lexicon
from app.services.contacts import NewContact
from forms.schema import Audience

LEXICON = Lexicon(
    (
        Audience("coordinateur", "Coordinatrice ou coordinateur de CLSM"),
        Audience("elu", "Élue ou élu"),
        Audience("usager", "Usagère ou usager"),
        Audience("aidant", "Proche, aidante ou aidant"),
    ),
    {"Bretagne": "53", "Provence-Alpes-Côte d’Azur": "93", "Guadeloupe": "01"},
)
LINES = "Courriel;Nom;Profil\nn.bellecour@exemple.fr;Nadia Bellecour;Coordinatrice\n"


def contact(**changes: str | None) -> NewContact:
    usual = {
        "email": "n.bellecour@exemple.fr",
        "name": "Nadia Bellecour",
        "audience": "coordinateur",
    }
    return NewContact(**(usual | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "encoding", "separator"),
    [
        (LINES.encode(), "UTF-8", "point-virgule"),
        (LINES.encode("utf-8-sig"), "UTF-8", "point-virgule"),
        (LINES.encode("utf-16"), "UTF-16", "point-virgule"),
        (LINES.replace(";", ",").encode(), "UTF-8", "virgule"),
        (LINES.replace(";", "\t").encode(), "UTF-8", "tabulation"),
        (LINES.replace("\n", "\r\n").encode(), "UTF-8", "point-virgule"),
        (LINES.replace("\n", "\r").encode(), "UTF-8", "point-virgule"),
        (b"\n\n" + LINES.encode() + b"\n;;\n", "UTF-8", "point-virgule"),
    ],
)
def test_the_same_file_in_many_clothes(data: bytes, encoding: str, separator: str) -> None:
    read = parse(data, LEXICON)
    assert (read.encoding, read.separator, read.errors) == (encoding, separator, [])
    assert [row.contact for row in read.rows] == [contact()]


def test_excel_s_own_note_about_the_separator_is_passed_over() -> None:
    assert parse(b"sep=;\r\n" + LINES.encode(), LEXICON).rows == [Row(3, contact())]


def test_windows_1252_keeps_its_accents() -> None:
    text = "e-mail;Prénom;Nom;Profil;CLSM\nz@exemple.fr;Zoé;L’Hœuf;élue;CLSM d’Étaples – Opale €\n"
    read = parse(text.encode("cp1252"), LEXICON)
    assert read.encoding == "Windows-1252"
    assert read.rows == [
        Row(
            2,
            contact(
                email="z@exemple.fr",
                name="Zoé L’Hœuf",
                audience="elu",
                clsm="CLSM d’Étaples – Opale €",
            ),
        )
    ]


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("COURRIEL;NOM;PROFIL", True),
        ("Adresse e-mail;Nom et prénom;Profil", True),
        ("Mail;Noms;Rôle", True),
        (" e_mail ;name; Qualité ", True),
        ("adresse;Nom;Profil", False),
    ],
)
def test_names_of_columns_are_tolerated(header: str, *, known: bool) -> None:
    data = LINES.replace("Courriel;Nom;Profil", header).encode()
    if known:
        assert parse(data, LEXICON).rows == [Row(2, contact())]
    else:
        with pytest.raises(UnreadableFileError):
            parse(data, LEXICON)


@pytest.mark.parametrize(
    ("word", "audience"),
    [
        ("coordinatrice", "coordinateur"),
        ("Coordination", "coordinateur"),
        ("coordinateur-trice", "coordinateur"),
        ("Coordinatrice CLSM", "coordinateur"),
        ("ÉLU", "elu"),
        ("élu·e", "elu"),
        ("élu(e)s", "elu"),
        ("Elue du CLSM", "elu"),
        ("usager.ère", "usager"),
        ("Usagères", "usager"),
        ("proche", "aidant"),
        ("proche aidante", "aidant"),
        ("aidant", "aidant"),
        ("maire", None),
        ("pair-aidant", None),
        ("non élu", None),
        ("ex-élue", None),
        ("élue et usagère", None),
        ("clsm", None),
        ("", None),
    ],
)
def test_words_for_a_profile(word: str, audience: str | None) -> None:
    assert LEXICON.audience(word) == audience


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Bretagne", "53"),
        ("provence alpes cote d'azur", "93"),
        ("01", "01"),
        ("1", "01"),
        ("Atlantide", None),
    ],
)
def test_words_for_a_region(word: str, code: str | None) -> None:
    assert LEXICON.region(word) == code


def test_each_bad_line_is_told_and_the_others_are_kept() -> None:
    text = (
        "courriel;nom;profil;clsm;région;organisme\n"
        "n.bellecour@exemple.fr;Nadia Bellecour;coordinatrice;CLSM de Kerlann;Bretagne;Mairie\n"
        "pas une adresse;A;élu;;;\n"
        ";B;élu;;;\n"
        "c@exemple.fr;;élu;;;\n"
        "d@exemple.fr;D;maire;;;\n"
        'e@exemple.fr;"E\nsur deux lignes";;;;\n'
        "f@exemple.fr;F;élu;;Atlantide;\n"
        "g@exemple.fr;G;élu;;;;;de trop\n"
        f"h@exemple.fr;{'H' * 201};élu;;;\n"
        '"I@Exemple.FR ";"I\nsur deux lignes";élu;;;\n'
    )
    read = parse(text.encode(), LEXICON)
    accepted = (
        "« Coordinatrice ou coordinateur de CLSM », « Élue ou élu », "
        "« Usagère ou usager », « Proche, aidante ou aidant »"
    )
    assert read.ignored == ["organisme"]
    assert read.rows == [
        Row(2, contact(clsm="CLSM de Kerlann", region="53")),
        Row(12, contact(email="i@exemple.fr", name="I sur deux lignes", audience="elu")),
    ]
    assert read.errors == [
        LineError(3, "l’adresse électronique n’est pas valable"),
        LineError(4, "le courriel manque"),
        LineError(5, "le nom manque"),
        LineError(6, f"le profil n’est pas connu ; écrivez l’un de ceux-ci : {accepted}"),
        LineError(7, "le profil manque"),
        LineError(9, "la région n’est pas connue ; écrivez son nom entier ou laissez vide"),
        LineError(10, "il y a plus de cases que de colonnes"),
        LineError(11, "un nom dépasse 200 caractères"),
    ]


def a_workbook() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return written.getvalue()


SAVE = contact_files.HOW_TO_SAVE
MIXED = LINES.encode() + "Zoé Lété;é\n".encode() + "L’été".encode("cp1252")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "Ce fichier est vide."),
        (b"\xef\xbb\xbf \r\n\r\n", "Ce fichier est vide."),
        (
            a_workbook(),
            f"Ce fichier est un classeur Excel ou LibreOffice, pas un CSV. {SAVE}",
        ),
        (b"%PDF-1.7\n\xe2\xe3", f"Ce fichier est un document PDF, pas un CSV. {SAVE}"),
        (b"\x89PNG\r\n\x1a\n\x00\x81", f"Ce fichier n’est pas du texte. {SAVE}"),
        (b"courriel;nom;profil\x00\n", f"Ce fichier n’est pas du texte. {SAVE}"),
        (
            b"x" * (contact_files.MAX_BYTES + 1),
            "Ce fichier dépasse un mégaoctet. Envoyez-le en plusieurs fois.",
        ),
        (
            b"courriel;nom;profil\n;;\n",
            "Ce fichier n’a que sa première ligne : aucun contact dessous.",
        ),
        (
            "Prénom;Téléphone;E-mail\nZoé;01;z@exemple.fr\n".encode(),
            "Colonnes trouvées : Prénom, Téléphone, E-mail. "
            "Colonnes nécessaires : courriel, nom, profil. Il manque : nom, profil.",
        ),
        (
            b"n.bellecour@exemple.fr\n",
            "Colonnes trouvées : n.bellecour@exemple.fr. "
            "Colonnes nécessaires : courriel, nom, profil. Il manque : courriel, nom, profil.",
        ),
        (
            b"sep=;\n",
            "Colonnes trouvées : aucune. "
            "Colonnes nécessaires : courriel, nom, profil. Il manque : courriel, nom, profil.",
        ),
        (
            b"courriel;email;nom;profil\n",
            "La colonne « courriel » est là deux fois. Gardez-en une.",
        ),
        (
            LINES.encode() + b'z@exemple.fr;"Zoe;elue\nb@exemple.fr;B;elu\n',
            "Ligne 3 : des guillemets ne sont pas refermés, ou le sont trop tôt. "
            "Corrigez-les, puis envoyez à nouveau : rien n’a été importé.",
        ),
        (
            MIXED,
            "Ligne 4 : un caractère n’est pas dans le même encodage que le reste du fichier. "
            "Enregistrez-le en « CSV UTF-8 », puis envoyez-le à nouveau.",
        ),
    ],
    ids=range(14),
)
def test_a_file_that_cannot_be_read(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        parse(data, LEXICON)
    assert str(raised.value) == message


def test_a_missing_column_is_named() -> None:
    with pytest.raises(contact_files.MissingColumnsError) as raised:
        parse(b"Nom;Ville\n", LEXICON)
    assert (raised.value.found, raised.value.missing) == (["Nom", "Ville"], ["courriel", "profil"])


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(UnreadableFileError):
        parse(data, LEXICON)


CELLS = st.text(alphabet='aé@.;,"\n\t ’ \u2028Œ€·0', max_size=12)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.sampled_from(["utf-8", "utf-16"]))
def test_no_cells_raise_anything_else(rows: list[list[str]], encoding: str) -> None:
    text = LINES + "\n".join(";".join(cells) for cells in rows)
    try:
        read = parse(text.encode(encoding), LEXICON)
    except UnreadableFileError:
        return
    assert read.rows[0].contact == contact()


@given(st.text(alphabet="abczéèêëàâîïôöûüùçæÉÀÇÔ", min_size=1, max_size=40))
def test_a_name_survives_windows_1252(name: str) -> None:
    data = f"courriel;nom;profil\nz@exemple.fr;{name};élue\n".encode("cp1252")
    assert [row.contact.name for row in parse(data, LEXICON).rows] == [name]


def test_the_words_come_from_the_questionnaires(app: Flask) -> None:
    lexicon = Lexicon.of(app.extensions["questionnaires"])
    assert [lexicon.audience(word) for word in ("coordo", "élus", "usagers", "proches")] == [
        "coordinateur",
        "elu",
        "usager",
        "aidant",
    ]
    assert [lexicon.region("Bretagne"), lexicon.region("44")] == ["53", "44"]


def test_columns_without_a_title_are_not_reported() -> None:
    read = parse(b"courriel;nom;profil;organisme;;;\na@exemple.fr;A;elu;Mairie;;;\n", LEXICON)
    assert (read.ignored, len(read.rows)) == (["organisme"], 1)
