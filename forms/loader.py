"""Definition files → a library of questionnaires. Past here nobody sees a dict."""

import re
from collections.abc import Iterable
from functools import partial
from itertools import chain
from pathlib import Path

from forms.coherence import Written, check_channel, check_consents, check_names
from forms.question_source import read_question
from forms.schema import Audience, Channel, Door, Library, Questionnaire, Section
from forms.source import Cell, DefinitionError, Table, read

__all__ = ["DefinitionError", "load_directory", "load_file"]

FILE_NAME = re.compile(r"(?P<slug>[a-z][a-z0-9_]{0,39})\.v(?P<version>[0-9]{1,4})\.yml")
OWN_LISTS = Path(__file__).parent / "lists"


def load_directory(path: Path) -> Library:
    """Give every questionnaire of a directory's `.yml` files. Raises DefinitionError.

    A list that a definition names (`options: {liste: regions}`) is a file of the directory `lists`
    beside this one or, failing that, of Recueil's own.
    """
    files = _files(path)
    library: dict[tuple[str, int], Questionnaire] = {}
    for file in files:
        questionnaire = load_file(file)
        key = (questionnaire.slug, questionnaire.version)
        if key in library:
            raise DefinitionError(
                f"{file.name} : la version {key[1]} de « {key[0]} » est déjà dans un autre "
                "fichier ; donnez-lui un autre numéro."
            )
        library[key] = questionnaire
    return Library(tuple(library.values()))


def _files(path: Path) -> list[Path]:
    try:
        files = sorted(file for file in path.iterdir() if file.suffix in {".yml", ".yaml"})
    except OSError as error:
        raise DefinitionError(
            f"{path.name} : le dossier ne peut pas être lu ({error.strerror})."
        ) from None
    if not files:
        raise DefinitionError(
            f"{path.name} : le dossier est vide ; mettez-y au moins un questionnaire, "
            "par exemple usager.v1.yml."
        )
    return files


def load_file(path: Path) -> Questionnaire:
    """Give the questionnaire of one file. Raises DefinitionError."""
    named = FILE_NAME.fullmatch(path.name)
    if named is None:
        raise DefinitionError(
            f"{path.name} : le nom du fichier doit être l’identifiant, « .v », la version "
            "et « .yml », par exemple usager.v1.yml."
        )
    keys = "identifiant version profil titre titre_facile presentation presentation_facile"
    root = read(path)
    channel = _channel(root)
    door = "porte " if channel is Channel.QUESTIONNAIRE else ""  # no public page offers the others
    table = root.table("questionnaire", f"{keys} {door}rubriques", "canal appel mise_en_contact")
    slug = table["identifiant"].one_of("identifiant", [named["slug"]])
    version = table["version"].one_of("version", [str(int(named["version"]))])
    return Questionnaire(
        slug=slug,
        version=int(version),
        audience=_audience(table["profil"]),
        title=table["titre"].text("titre"),
        easy_title=table["titre_facile"].text("titre_facile"),
        introduction=table["presentation"].text("presentation"),
        easy_introduction=table["presentation_facile"].text("presentation_facile"),
        door=_door(table["porte"]) if "porte" in table else None,
        sections=_sections(table["rubriques"], path.parent.parent / "lists", channel),
        channel=channel,
        offers_call="appel" in table and table["appel"].flag("appel"),
        offers_referral="mise_en_contact" in table
        and table["mise_en_contact"].flag("mise_en_contact"),
    )


def _channel(root: Cell) -> Channel:
    written = root.peek("canal")
    return Channel(written.one_of("canal", list(Channel)) if written else Channel.QUESTIONNAIRE)


def _audience(cell: Cell) -> Audience:
    table = cell.table("profil", "id nom", "titres")
    titles = table["titres"].items("titres") if "titres" in table else []
    return Audience(
        id=table["id"].name("id"),
        label=table["nom"].text("nom"),
        titles=tuple(title.text("titres") for title in titles),
    )


def _door(cell: Cell) -> Door:
    table = cell.table("porte", "titre texte minutes ordre", "pictogramme")
    return Door(
        title=table["titre"].text("titre"),
        text=table["texte"].text("texte"),
        minutes=table["minutes"].whole("minutes", 1, 600),
        order=table["ordre"].whole("ordre", 0, 999),
        pictogram=_pictogram(table),
    )


def _sections(cell: Cell, lists: Path, channel: Channel) -> tuple[Section, ...]:
    tables = [
        item.table(
            "rubrique",
            "id titre titre_facile questions",
            "introduction introduction_facile pictogramme",
        )
        for item in cell.items("rubriques")
    ]
    written = [list(_questions(table["questions"], lists)) for table in tables]
    check_names([table["id"] for table in tables], chain.from_iterable(written))
    check_consents(written)
    check_channel(channel, cell, written)
    return tuple(map(_section, tables, written))


def _questions(cell: Cell, lists: Path) -> Iterable[Written]:
    for item in cell.items("questions"):
        question = read_question(item, partial(_find_list, lists))
        yield Written(question, item.about(question.id))


def _section(table: Table, written: list[Written]) -> Section:
    introduction, easy_introduction = _introductions(table)
    return Section(
        id=table["id"].text("id"),
        title=table["titre"].text("titre"),
        easy_title=table["titre_facile"].text("titre_facile"),
        introduction=introduction,
        easy_introduction=easy_introduction,
        pictogram=_pictogram(table),
        questions=tuple(question for question, _ in written),
    )


def _pictogram(table: Table) -> str | None:
    return table["pictogramme"].name("pictogramme") if "pictogramme" in table else None


def _introductions(table: Table) -> tuple[str, str]:
    names = ("introduction", "introduction_facile")
    for present, absent in (names, names[::-1]):
        if present in table and absent not in table:
            raise table[present].wrong(
                f"« {present} » va avec « {absent} » ; écrivez les deux, ou aucune."
            )
    first, second = (table[name].text(name) if name in table else "" for name in names)
    return first, second


def _find_list(lists: Path, cell: Cell) -> Path:
    name = cell.name("liste")
    folders = [folder for folder in (lists, OWN_LISTS) if folder.is_dir()]
    for folder in folders:
        if (file := folder / f"{name}.yml").is_file():
            return file
    known = sorted({file.stem for folder in folders for file in folder.glob("*.yml")})
    raise cell.wrong(f"la liste « {name} » n’existe pas ; listes connues : {', '.join(known)}.")
