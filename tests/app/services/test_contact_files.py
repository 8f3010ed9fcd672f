"""Lines of contacts: what can be used, what is left aside, what is wrong and why."""

import pytest
from flask import Flask

from app.services import contact_files
from app.services.columns import Choices
from app.services.contact_files import COLUMNS, Row, parse
from app.services.contact_words import Lexicon
from app.services.contacts import NewContact
from app.services.spreadsheets import HOW_TO_SAVE, MAX_BYTES, TOO_BIG, UnreadableFileError
from forms.schema import Audience
from tests.workbooks import workbook

LEXICON = Lexicon(
    (
        Audience("coordinateur", "Coordinatrice ou coordinateur de CLSM"),
        Audience("elu", "Élue ou élu"),
        Audience("usager", "Usagère ou usager"),
        Audience("aidant", "Proche, aidante ou aidant"),
    ),
)
LINES = "Courriel;Nom;Profil\nn.bellecour@exemple.fr;Nadia Bellecour;Coordinatrice\n"


def contact(**changes: object) -> NewContact:
    usual = {
        "email": "n.bellecour@exemple.fr",
        "name": "Nadia Bellecour",
        "audience": "coordinateur",
    }
    return NewContact(**(usual | changes))  # type: ignore[arg-type]


def read(text: str) -> list[Row]:
    return parse(text.encode(), LEXICON)[1]


def wanted(text: str) -> list[NewContact | None]:
    return [row.wanted for row in read(text)]


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
    text = LINES.replace("Courriel;Nom;Profil", header)
    if known:
        assert wanted(text) == [contact()]
    else:
        with pytest.raises(contact_files.MissingColumnsError):
            read(text)


def test_a_workbook_is_as_good_as_a_csv() -> None:
    rows = ("Courriel", "Nom", "Profil"), ("n.bellecour@exemple.fr", "Nadia Bellecour", "Coordo")
    assert [row.wanted for row in parse(workbook(*rows), LEXICON)[1]] == [contact()]


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


def test_each_bad_line_is_told_and_the_others_are_kept() -> None:
    text = (
        "courriel;nom;profil;clsm;région;organisme\n"
        "n.bellecour@exemple.fr;Nadia Bellecour;coordinatrice;CLSM de Kerlann;Bretagne;Mairie\n"
        "pas une adresse;A;élu;;;\n"
        ";B;élu;;;\n"
        "c@exemple.fr;;élu;;;\n"
        "d@exemple.fr;D;maire;;;\n"
        'e@exemple.fr;"E\nsur deux lignes";;;;\n'
        "g@exemple.fr;G;élu;;;;;de trop\n"
        f"h@exemple.fr;{'H' * 201};élu;;;\n"
        '"I@Exemple.FR ";"I\nsur deux lignes";élu;;;\n'
    )
    rows = read(text)
    accepted = (
        "«\u00a0Coordinatrice ou coordinateur de CLSM\u00a0», «\u00a0Élue ou élu\u00a0», "
        "«\u00a0Usagère ou usager\u00a0», «\u00a0Proche, aidante ou aidant\u00a0»"
    )
    assert [(row.line, row.wanted) for row in rows if row.wanted] == [
        (2, contact(clsm="CLSM de Kerlann", region="53")),
        (11, contact(email="i@exemple.fr", name="I sur deux lignes", audience="elu")),
    ]
    assert [(row.line, row.reason) for row in rows if not row.wanted] == [
        (3, "l’adresse électronique n’est pas valable"),
        (4, "le courriel manque"),
        (5, "le nom manque"),
        (6, f"le profil n’est pas connu\u00a0; écrivez l’un de ceux-ci\u00a0: {accepted}"),
        (7, "le profil manque"),
        (9, "il y a plus de cases que de colonnes"),
        (10, "un nom dépasse 200 caractères"),
    ]


@pytest.mark.parametrize(
    ("clsm", "region", "departement", "kept", "remarks"),
    [
        ("C", "Bretagne", "", ("53", None), ()),
        ("C", "", "Finistère", ("53", "29"), ()),
        ("C", "Bretagne", "29", ("53", "29"), ()),
        ("C", "Corse", "2b", ("94", "2B"), ()),
        (
            "C",
            "Atlantide",
            "",
            (None, None),
            ("région «\u00a0Atlantide\u00a0» non reconnue, laissée vide",),
        ),
        (
            "C",
            "Bretagne",
            "20",
            ("53", None),
            ("département «\u00a020\u00a0» non reconnu, laissé vide",),
        ),
        (
            "C",
            "Bretagne",
            "44",
            (None, None),
            (
                "le département Loire-Atlantique (44) n’est pas dans la région Bretagne, "
                "mais dans Pays de la Loire\u00a0: laissés vides",
            ),
        ),
        (
            "",
            "Bretagne",
            "",
            ("53", None),
            (),
        ),
    ],
)
def test_a_place_never_refuses_a_line(
    clsm: str,
    region: str,
    departement: str,
    kept: tuple[str | None, str | None],
    remarks: tuple[str, ...],
) -> None:
    head = "courriel;nom;profil;clsm;region;departement\n"
    (row,) = read(f"{head}a@exemple.fr;A;élu;{clsm};{region};{departement}\n")
    assert row.wanted is not None
    assert (row.wanted.region, row.wanted.departement) == kept
    assert row.remarks == remarks


def test_tags_and_notes() -> None:
    head = "courriel;nom;profil;étiquettes;notes\n"
    long = "x" * 61
    (row,) = read(f'{head}a@exemple.fr;A;élu;"Maire, réseau ; maire,{long}";À rappeler\n')
    assert row.wanted is not None
    assert (row.wanted.tags, row.wanted.notes) == (("Maire", "réseau"), "À rappeler")
    assert row.remarks == (f"étiquette trop longue, laissée de côté\u00a0: {'x' * 20}…",)


def test_a_profile_for_the_lines_without_one() -> None:
    text = b"courriel;nom\na@exemple.fr;A\n"
    with pytest.raises(contact_files.MissingColumnsError) as raised:
        parse(text, LEXICON)
    assert (raised.value.found, raised.value.missing) == (["courriel", "nom"], ["profil"])
    _, (row,) = parse(text, LEXICON, audience="elu")
    assert row.wanted == contact(email="a@exemple.fr", name="A", audience="elu")


def test_columns_are_what_somebody_chose() -> None:
    sheet = parse(LINES.replace("Nom", "Prénom et nom").encode(), LEXICON)[0]
    chosen = Choices(("courriel", "nom", ""), "aidant")
    (row,) = contact_files.rows(sheet, chosen, LEXICON)
    assert row.wanted == contact(audience="aidant")
    assert contact_files.ignored(sheet, chosen) == ["Profil"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7\n\xe2\xe3", "Ce fichier est un document PDF."),
        (
            b"\xd0\xcf\x11\xe0",
            "Ce fichier est un classeur d’un ancien format (.xls), ou protégé par un mot de passe.",
        ),
        (b"x" * (MAX_BYTES + 1), TOO_BIG),
        (
            b"courriel;email;nom;profil\na;b;c;d\n",
            "La colonne «\u00a0courriel\u00a0» est là deux fois. Gardez-en une.",
        ),
        (
            "Prénom;Téléphone;E-mail\nZoé;01;z@exemple.fr\n".encode(),
            "Colonnes trouvées\u00a0: Prénom, Téléphone, E-mail. "
            "Colonnes nécessaires\u00a0: courriel, nom, profil. Il manque\u00a0: nom, profil.",
        ),
        (
            b"n.bellecour@exemple.fr\n",
            "Colonnes trouvées\u00a0: Colonne 1. "
            "Colonnes nécessaires\u00a0: courriel, nom, profil. "
            "Il manque\u00a0: courriel, nom, profil.",
        ),
    ],
    ids=range(6),
)
def test_a_file_that_cannot_be_read(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        parse(data, LEXICON)
    assert str(raised.value).removesuffix(f" {HOW_TO_SAVE}") == message


def test_the_words_come_from_the_questionnaires(app: Flask) -> None:
    lexicon = Lexicon.of(app.extensions["questionnaires"])
    assert [lexicon.audience(word) for word in ("coordo", "élus", "usagers", "proches")] == [
        "coordinateur",
        "elu",
        "usager",
        "aidant",
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Maire",
        "MAIRES",
        "Maire de Val-sur-Orne",
        "maire-adjointe à la santé",
        "Adjointe au maire",
        "Adjoint(e) au maire, délégué aux solidarités",
        "1er adjoint au Maire",
        "Première adjointe",
        "Conseiller municipal",
        "Conseillère municipale déléguée",
        "Conseiller·ère municipal·e",
        "Conseillère départementale",
        "Députée",
        "Sénateur",
    ],
)
def test_who_bears_an_elected_title_is_elected(app: Flask, title: str) -> None:
    assert Lexicon.of(app.extensions["questionnaires"]).audience(title) == "elu"


@pytest.mark.parametrize(
    "title",
    [
        "Secrétaire de mairie",
        "Assistante du maire",
        "Directeur de cabinet du maire",
        "Adjointe administrative",
        "Adjoint technique",
        "Conseillère conjugale",
        "Conservatrice municipale",
        "Ancienne maire",
        "Non maire",
        "Maire et usagère",
        "Marie",
        "",
    ],
)
def test_who_only_stands_near_one_is_asked_about(app: Flask, title: str) -> None:
    assert Lexicon.of(app.extensions["questionnaires"]).audience(title) is None


def test_columns_without_a_title_are_not_reported() -> None:
    sheet, rows = parse(
        b"courriel;nom;profil;organisme;;;\na@exemple.fr;A;elu;Mairie;;;\n", LEXICON
    )
    ignored = contact_files.ignored(sheet, Choices(COLUMNS.guess(sheet.titles)))
    assert (ignored, len(rows)) == (["organisme"], 1)
