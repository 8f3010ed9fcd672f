"""Definition files: what they become, and what is said of those that cannot be used."""

from pathlib import Path

import pytest
import yaml

from forms.loader import DefinitionError, load_directory, load_file
from forms.schema import (
    Audience,
    Door,
    Kind,
    Option,
    Purpose,
    Question,
    Questionnaire,
    Scale,
    Section,
    UnknownQuestionnaire,
)

HERE = Path(__file__).parent
MINIMAL = (HERE / "minimal.yml").read_text(encoding="utf-8")
SPOILED = yaml.safe_load((HERE / "spoiled.yml").read_text(encoding="utf-8"))
OPTIONS = MINIMAL[MINIMAL.index("        options:") :]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty directory of definitions."""
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    return definitions


def write(folder: Path, text: str | bytes = MINIMAL, name: str = "essai.v1.yml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def said_of(path: Path) -> str:
    """Give what the error about a file or a directory says."""
    with pytest.raises(DefinitionError) as caught:
        load_directory(path) if path.is_dir() and not path.suffix else load_file(path)
    return str(caught.value)


MEANT = Questionnaire(
    slug="essai",
    version=1,
    audience=Audience("essai", "Essai"),
    title="Un essai",
    easy_title="Un essai",
    introduction="Bonjour.",
    easy_introduction="Bonjour.",
    door=Door(title="J’essaie", text="Pour voir.", minutes=5, order=1),
    sections=(
        Section(
            id="accord",
            title="Votre accord",
            easy_title="Votre accord",
            questions=(
                Question(
                    id="participer",
                    kind=Kind.CONSENT,
                    label="J’accepte.",
                    easy_label="Je suis d’accord.",
                    help="Nécessaire.",
                    required=True,
                    purpose=Purpose.PARTICIPATION,
                ),
            ),
        ),
        Section(
            id="suite",
            title="La suite",
            easy_title="La suite",
            introduction="Allons-y.",
            easy_introduction="Allons-y.",
            questions=(
                Question(
                    id="recit",
                    kind=Kind.LONG_TEXT,
                    label="Racontez.",
                    easy_label="Racontez.",
                    help="Ce que vous voulez.",
                    why="Pour comprendre.",
                    variable="recit",
                ),
                Question(
                    id="note",
                    kind=Kind.SCALE,
                    label="Combien ?",
                    easy_label="Combien ?",
                    help="Un chiffre.",
                    minimum=1,
                    maximum=5,
                    scale=Scale("Peu", "Beaucoup"),
                ),
                Question(
                    id="couleur",
                    kind=Kind.ONE_CHOICE,
                    label="Laquelle ?",
                    easy_label="Laquelle ?",
                    help="Une seule.",
                    options=(
                        Option("bleu", "Bleu", "Le bleu"),
                        Option("rouge", "Rouge", "Rouge"),
                    ),
                ),
            ),
        ),
    ),
)


def test_a_definition_becomes_a_questionnaire(folder: Path) -> None:
    assert load_file(write(folder)) == MEANT


def spoil(replaced: str, by: str) -> str:
    if replaced == "*":
        return by
    if replaced == "sections":
        replaced = MINIMAL[MINIMAL.index("rubriques:") :]
    spoiled = MINIMAL.replace(replaced, by, 1)
    assert spoiled != MINIMAL
    return spoiled


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case["case"])
def test_a_spoiled_definition_is_refused_in_one_exact_line(
    folder: Path, case: dict[str, str]
) -> None:
    path = write(folder, spoil(case["replace"], case["by"]))
    assert said_of(path) == case["error"]


@pytest.mark.parametrize("name", ["essai.yml", "Essai.v1.yml", "essai.v1.yaml", "essai.vun.yml"])
def test_a_file_name_says_the_slug_and_the_version(folder: Path, name: str) -> None:
    write(folder, name=name)
    assert said_of(folder) == (
        f"{name} : le nom du fichier doit être l’identifiant, « .v », la version et « .yml », "
        "par exemple usager.v1.yml."
    )


def test_a_file_that_is_not_utf8(folder: Path) -> None:
    path = write(folder, MINIMAL.replace("Nécessaire", "Facultatif").encode("cp1252"))
    assert said_of(path) == (
        "essai.v1.yml, ligne 9 : le fichier n’est pas en UTF-8 ; enregistrez-le dans cet encodage."
    )


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(folder: Path) -> None:
    plain = load_file(write(folder))
    windows = b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode()
    assert load_file(write(folder, windows)) == plain


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "essai.v1.yml").mkdir()
    assert said_of(folder / "essai.v1.yml") == (
        "essai.v1.yml : le fichier ne peut pas être lu (Is a directory)."
    )


def test_brackets_without_end(folder: Path) -> None:
    assert said_of(write(folder, "[" * 5000)) == (
        "essai.v1.yml, ligne 1 : l’écriture YAML est fautive ; vérifiez les retraits, et mettez "
        'entre guillemets droits (") un texte qui contient « : » ou « # ».'
    )


def test_the_same_version_twice(folder: Path) -> None:
    write(folder)
    write(folder, name="essai.v01.yml")
    assert said_of(folder) == (
        "essai.v1.yml : la version 1 de « essai » est déjà dans un autre fichier ; "
        "donnez-lui un autre numéro."
    )


def test_an_empty_directory(folder: Path) -> None:
    (folder / "LISEZMOI.txt").write_text("Rien.", encoding="utf-8")
    assert said_of(folder) == (
        "definitions : le dossier est vide ; mettez-y au moins un questionnaire, "
        "par exemple usager.v1.yml."
    )


def test_a_directory_that_is_not_there(folder: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_directory(folder / "ailleurs")
    assert str(caught.value) == (
        "ailleurs : le dossier ne peut pas être lu (No such file or directory)."
    )


def test_every_version_is_kept_and_the_highest_is_current(folder: Path) -> None:
    write(folder)
    write(folder, MINIMAL.replace("version: 1", "version: 10"), "essai.v10.yml")
    write(folder, MINIMAL.replace("version: 1", "version: 9"), "essai.v9.yml")
    library = load_directory(folder)
    assert library.current("essai").version == 10
    assert [library.get("essai", version).version for version in (1, 9, 10)] == [1, 9, 10]
    assert (len(library), library.slugs) == (1, ("essai",))
    with pytest.raises(UnknownQuestionnaire):
        library.get("essai", 2)


def test_yes_and_no_are_written_in_french(folder: Path) -> None:
    number = "genre: nombre\n        decimales: {}"
    read = [
        load_file(write(folder, MINIMAL.replace("genre: texte_long", number.format(word))))
        for word in ("oui", "non")
    ]
    assert [each.question("recit").decimals for each in read] == [True, False]


@pytest.mark.parametrize(
    ("replaced", "by"),
    [
        ("minutes: 5", "minutes: 600"),
        ("ordre: 1", "ordre: 0"),
        ("maximum: 5", "maximum: 10"),
        ("minimum: 1\n", "minimum: 0\n"),
        ("valeur: rouge", f"valeur: {'a' * 100}"),
        ("- id: recit", f"- id: {'a' * 40}"),
    ],
)
def test_limits_themselves_are_accepted(folder: Path, replaced: str, by: str) -> None:
    assert load_file(write(folder, spoil(replaced, by))) != MEANT


def test_a_long_mistake_is_cut_and_kept_on_one_line(folder: Path) -> None:
    number = f'minutes: "{"a" * 30}\\n{"b" * 30}"'
    assert said_of(write(folder, spoil("minutes: 5", number))) == (
        f"essai.v1.yml, ligne 11 : « minutes » vaut « {'a' * 30} {'b' * 28}… » ; "
        "écrivez un nombre entier entre 1 et 600."
    )


def test_a_list_beside_the_definitions_is_found_first(folder: Path) -> None:
    lists = folder.parent / "lists"
    lists.mkdir()
    text = MINIMAL.replace(OPTIONS, "        options: {liste: regions}\n")
    own = load_file(write(folder, text)).question("couleur").options
    (lists / "regions.yml").write_text("- {valeur: '01', libelle: Ici}\n", encoding="utf-8")
    assert len(own) == 18
    assert load_file(folder / "essai.v1.yml").question("couleur").options == (
        Option("01", "Ici", "Ici"),
    )


def test_an_error_in_a_list_names_the_list(folder: Path) -> None:
    lists = folder.parent / "lists"
    lists.mkdir()
    (lists / "villes.yml").write_text("- {valeur: lens, libelle: Lens}\n" * 2, encoding="utf-8")
    path = write(folder, MINIMAL.replace(OPTIONS, "        options: {liste: villes}\n"))
    assert said_of(path) == (
        "villes.yml, ligne 2 : la valeur « lens » est offerte deux fois ; "
        "chaque option a la sienne."
    )


@pytest.mark.parametrize(("written", "offers"), [("", False), ("oui", True), ("non", False)])
def test_a_questionnaire_may_offer_to_propose_people(
    folder: Path, written: str, offers: bool
) -> None:
    text = f"{MINIMAL}mise_en_contact: {written}\n" if written else MINIMAL
    assert load_file(write(folder, text)).offers_referral is offers


def test_people_may_be_known_by_their_titles(folder: Path) -> None:
    plain = load_file(write(folder)).audience
    titles = "nom: Essai, titres: [maire, première adjointe]}"
    titled = load_file(write(folder, spoil("nom: Essai}", titles))).audience
    assert (plain.titles, titled.titles) == ((), ("maire", "première adjointe"))
    assert plain == titled


def test_what_serves_easy_reading_may_be_written_or_not(folder: Path) -> None:
    text = (
        MINIMAL.replace("ordre: 1", "ordre: 1\n  pictogramme: ecrire\nappel: oui")
        .replace("titre_facile: La suite", "titre_facile: La suite\n    pictogramme: parler")
        .replace("aide: Ce que", "aide_facile: Quelques mots.\n        aide: Ce que")
        .replace("aide: Un chiffre.", "aide: Un chiffre.\n        pictogramme: oreille")
    )
    plain, made = load_file(write(folder)), load_file(write(folder, text))
    drawn = [
        (each.offers_call, each.door and each.door.pictogram, each.section("suite").pictogram)
        for each in (plain, made)
    ]
    assert drawn == [(False, None, None), (True, "ecrire", "parler")]
    assert [asked.pictogram for asked in made.questions] == [None, None, "oreille", None]
    assert [asked.help_text(easy=True) for asked in made.section("suite").questions] == [
        "Quelques mots.",
        "Un chiffre.",
        "Une seule.",
    ]
    assert made.question("recit").help_text(easy=False) == "Ce que vous voulez."
