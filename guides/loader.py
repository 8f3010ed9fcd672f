"""Definition files → the guides of a call. Errors are those of the questionnaires' definitions."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from forms.source import NAME, Cell, DefinitionError, read
from guides.french import typeset
from guides.schema import Activity, Chapter, Guide, Library

__all__ = ["ACTIVITY", "DefinitionError", "load_directory", "load_file"]

ACTIVITY = "activite"
"""The file that says what the activity summary is, and its name beside the guides'."""


def load_directory(path: Path) -> Library:
    """Give the guides of a directory's `.yml` files, and its activity summary. Raises
    DefinitionError: a French line that names the file and, but for the name itself, the line.
    """
    try:
        files = sorted(file for file in path.iterdir() if file.suffix in {".yml", ".yaml"})
    except OSError as error:
        raise DefinitionError(
            typeset(f"{path.name} : le dossier ne peut pas être lu ({error.strerror}).")
        ) from None
    guides = [load_file(file) for file in files if file.stem != ACTIVITY]
    if not guides:
        raise DefinitionError(
            typeset(
                f"{path.name} : le dossier est vide ; mettez-y au moins un guide, "
                "par exemple personnes.yml."
            )
        )
    told = next((_activity(read(file)) for file in files if file.stem == ACTIVITY), None)
    return Library(tuple(sorted(guides, key=lambda each: (each.order, each.slug))), told)


def load_file(path: Path) -> Guide:
    """Give the guide of one file. Raises DefinitionError."""
    if not NAME.fullmatch(path.stem):
        raise DefinitionError(
            typeset(
                f"{path.name} : le nom du fichier doit être l’identifiant du guide et « .yml », "
                "par exemple personnes.yml."
            )
        )
    table = read(path).table("guide", "identifiant ordre titre intention chapitres")
    return Guide(
        slug=table["identifiant"].one_of("identifiant", [path.stem]),
        order=table["ordre"].whole("ordre", 0, 999),
        title=typeset(table["titre"].text("titre")),
        intent=typeset(table["intention"].text("intention")),
        chapters=_chapters(table["chapitres"]),
    )


def _chapters(cell: Cell) -> tuple[Chapter, ...]:
    items = cell.items("chapitres")
    chapters = [_chapter(item) for item in items]
    twice = [id_ for id_, times in Counter(each.id for each in chapters).items() if times > 1]
    for item, chapter in reversed(list(zip(items, chapters, strict=True))):
        if chapter.id in twice:
            raise item.wrong(
                typeset(
                    f"l’identifiant « {chapter.id} » est celui de deux chapitres ; donnez-en un "
                    "autre."
                )
            )
    return tuple(chapters)


def _chapter(item: Cell) -> Chapter:
    table = item.table("chapitre", "id titre question themes profils")
    return Chapter(
        id=table["id"].name("id"),
        title=typeset(table["titre"].text("titre")),
        question=typeset(table["question"].text("question")),
        themes=_names(table["themes"], "themes"),
        profiles=_names(table["profils"], "profils"),
    )


def _names(cell: Cell, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for item in cell.items(name):
        written = item.name(name)
        if written in found:
            raise item.wrong(
                typeset(f"« {written} » est écrit deux fois dans « {name} » ; gardez-en un.")
            )
        found.append(written)
    return tuple(found)


def _activity(root: Cell) -> Activity:
    table = root.table("bilan", "titre sous_titre intention profils")
    return Activity(
        title=typeset(table["titre"].text("titre")),
        subtitle=typeset(table["sous_titre"].text("sous_titre")),
        intent=typeset(table["intention"].text("intention")),
        profiles=_names(table["profils"], "profils"),
    )


def unknown(library: Library, *, themes: Sequence[str], profiles: Sequence[str]) -> list[str]:
    """Say, one French line each, which themes and profiles the guides name and nobody knows.

    No error: researchers may retire a theme while the definitions stay.
    """
    return [
        typeset(f"guide « {guide.slug} », chapitre « {chapter.id} » : {what} « {name} » inconnu.")
        for guide, chapter in library.chapters()
        for what, names, known in (
            ("thème", chapter.themes, themes),
            ("profil", chapter.profiles, profiles),
        )
        for name in names
        if name not in known
    ]
