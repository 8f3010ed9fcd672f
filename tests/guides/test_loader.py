"""The guides' definitions: this call's are whole, and every mistake is told with its line."""

from pathlib import Path

import pytest

from analysis.codebook import Codebook
from forms.loader import load_directory as load_forms
from guides import loader
from guides.loader import DefinitionError
from guides.schema import Activity, Chapter, Guide, UnknownGuide

ROOT = Path(__file__).resolve().parents[2]
GUIDE = """\
identifiant: essai
ordre: 1
titre: "L'essai : un guide"
intention: Dire « oui ».
chapitres:
  - id: un
    titre: Un
    question: Quoi ?
    themes: [freins]
    profils: [elu]
"""
ACTIVITY = "titre: T\nsous_titre: S\nintention: I\nprofils: [elu]\n"


def load(tmp_path: Path, **files: str) -> loader.Library:
    for name, text in files.items():
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    return loader.load_directory(tmp_path)


def test_a_guide_is_read_and_typeset(tmp_path: Path) -> None:
    library = load(tmp_path, essai=GUIDE, activite=ACTIVITY)
    chapter = Chapter(
        id="un", title="Un", question="Quoi\u00a0?", themes=("freins",), profiles=("elu",)
    )
    assert library.guides == (
        Guide(
            slug="essai",
            order=1,
            title="L’essai\u00a0: un guide",
            intent="Dire «\u00a0oui\u00a0».",
            chapters=(chapter,),
        ),
    )
    assert library.activity == Activity(title="T", subtitle="S", intent="I", profiles=("elu",))
    with pytest.raises(UnknownGuide):
        library.get("autre")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('titre: "L', 'sujet: "L', "essai.yml, ligne 3 : la clé « sujet » n’est pas acceptée ici"),
        ("  - id: un\n", "  - id: Un\n", "essai.yml, ligne 6 : « id » vaut « Un »"),
        ("[freins]", "[]", "essai.yml, ligne 9 : « themes » est vide"),
        ("[freins]", "[a, a]", "essai.yml, ligne 9 : « a » est écrit deux fois"),
        ("identifiant: essai", "identifiant: b", "essai.yml, ligne 1 : « identifiant » vaut « b »"),
        ("    question: Quoi ?\n", "", "essai.yml, ligne 6 : il manque la clé « question »"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    assert before in GUIDE
    with pytest.raises(DefinitionError) as wrong:
        load(tmp_path, essai=GUIDE.replace(before, after))
    assert str(wrong.value).replace("\u00a0", " ").startswith(told)


def test_two_chapters_never_share_a_name(tmp_path: Path) -> None:
    chapter = GUIDE[GUIDE.index("  - id: un") :]
    with pytest.raises(DefinitionError, match=r"^essai.yml, ligne 11\s: l’identifiant «\sun\s»"):
        load(tmp_path, essai=GUIDE + chapter)


def test_a_folder_needs_a_guide(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="le dossier est vide"):
        load(tmp_path, activite=ACTIVITY)
    with pytest.raises(DefinitionError, match="le nom du fichier doit être"):
        load(tmp_path, **{"Un guide": GUIDE})


def test_this_call_s_guides_speak_of_what_there_is() -> None:
    library = loader.load_directory(ROOT / "guides" / "definitions")
    themes = [theme.id for theme in Codebook.read().themes]
    profiles = [each.id for each in load_forms(ROOT / "forms" / "definitions").audiences]
    assert loader.unknown(library, themes=themes, profiles=profiles) == []
    assert {theme for guide in library.guides for theme in guide.themes} == set(themes)
    assert loader.unknown(library, themes=themes, profiles=["elu", "usager", "aidant"])[0] == (
        "guide «\u00a0personnes\u00a0», chapitre «\u00a0venir\u00a0»\u00a0: "
        "profil «\u00a0coordinateur\u00a0» inconnu."
    )
