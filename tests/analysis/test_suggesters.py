"""Another's reader: it joins by its name, and its mistakes stop at the door."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import suggesters
from analysis.codebook import Codebook
from analysis.corpus import Passage
from analysis.models import ModelError
from analysis.pipeline import Tagger
from analysis.suggestions import Evidence, Suggestion

PASSAGES = [Passage(number, f"Le maire préside {number}.") for number in range(3)]
FOUND = Suggestion("portage_politique", 0, 5, 0.5, (Evidence(3, 5, "parce que"),))
CODE = """
from analysis.suggestions import Evidence, Suggestion

class Reader:
    origin = "lecteur d’essai 2"

    def __init__(self, codebook):
        self.themes = [theme.id for theme in codebook.themes]

    def info(self):
        return {"Modèle": self.origin}

    def suggest(self, passages):
        for passage in passages:
            yield passage, [Suggestion(self.themes[0], 0, 2, 1.0, (Evidence(0, 2, "oui"),))]

def broken(codebook):
    raise RuntimeError("pas de\\ncarte")

number = 3
"""

GRID = """
version: "1"
familles: [{id: f, sigle: F, titre: T, guide: G}]
themes: [{id: portage_politique, famille: f, libelle: L, definition: D, indices: [préside]}]
"""

Suggested = Iterator[tuple[Passage, Iterable[Suggestion]]]
Suggest = Callable[[Iterable[Passage]], Suggested]
Check = Callable[[Suggest], suggesters.Suggester]


class Other:
    """A reader whose answers the test chooses."""

    def __init__(self, suggest: Suggest) -> None:
        self.origin = "autre"
        self.suggest = suggest

    def info(self) -> dict[str, str]:
        return {}


@pytest.fixture
def codebook(tmp_path: Path) -> Codebook:
    (tmp_path / "grille.yml").write_text(GRID, encoding="utf-8")
    return Codebook.read(tmp_path / "grille.yml")


@pytest.fixture
def checked(codebook: Codebook, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Loads a reader that suggests as it is told."""

    def load(suggest: Suggest) -> suggesters.Suggester:
        monkeypatch.setattr(suggesters, "OTHER", lambda _: Other(suggest), raising=False)
        return suggesters.load(codebook, "analysis.suggesters:OTHER")

    return load


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module that stands on the import path."""
    name = f"lecteur_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "faute.py").write_text("def (", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_joins_by_its_name(module: str, codebook: Codebook) -> None:
    other = suggesters.load(codebook, f"{module}:Reader")
    assert other.origin == "lecteur d’essai 2"
    assert other.info() == {"Modèle": "lecteur d’essai 2"}
    first = Suggestion("portage_politique", 0, 2, 1.0, (Evidence(0, 2, "oui"),))
    assert list(other.suggest(iter(PASSAGES))) == [(each, [first]) for each in PASSAGES]


def test_ours_keeps_its_names(codebook: Codebook) -> None:
    assert isinstance(suggesters.load(codebook, "indices"), Tagger)
    with pytest.raises(ModelError, match="« a:/b » : ni paquet installé, ni dossier"):
        suggesters.load(codebook, "a:/b")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("absent_d_ici:Reader", "ModuleNotFoundError : No module named 'absent_d_ici'"),
        (":Reader", "ValueError : Empty module name"),
        ("{module}:", "AttributeError : module '{module}' has no attribute ''"),
        ("{module}:Autre", "AttributeError : module '{module}' has no attribute 'Autre'"),
        ("{module}:number", "TypeError : 'int' object is not callable"),
        ("{module}:broken", "RuntimeError : pas de carte"),
        ("faute:Reader", "SyntaxError : invalid syntax (faute.py, line 1)"),
    ],
)
def test_says_in_one_line_why_it_does_not_load(
    name: str, reason: str, module: str, codebook: Codebook
) -> None:
    name, reason = name.format(module=module), reason.format(module=module)
    with pytest.raises(ModelError) as caught:
        suggesters.load(codebook, name)
    assert str(caught.value) == f"lecteur « {name} » : il ne se charge pas ({reason})."


def test_a_generator_is_not_lost(checked: Check) -> None:
    other = checked(lambda passages: ((each, iter([FOUND])) for each in passages))
    assert list(other.suggest(PASSAGES)) == [(each, [FOUND]) for each in PASSAGES]


def test_signs_in_at_most_80_characters(
    codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Other(lambda passages: iter(()))
    reader.origin = "n" * 99
    monkeypatch.setattr(suggesters, "OTHER", lambda _: reader, raising=False)
    assert suggesters.load(codebook, "analysis.suggesters:OTHER").origin == "n" * 80


def test_reads_a_stream(checked: Check) -> None:
    read: list[Passage] = []

    def passages() -> Iterator[Passage]:
        for each in PASSAGES:
            read.append(each)
            yield each

    other = checked(lambda given: ((each, [FOUND]) for each in given))
    assert next(other.suggest(passages())) == (PASSAGES[0], [FOUND])
    assert read == PASSAGES[:1]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (replace(FOUND, start=-1), "une place hors du texte."),
        (replace(FOUND, end=0), "une place hors du texte."),
        (replace(FOUND, end=20), "une place hors du texte."),
        (replace(FOUND, evidence=(Evidence(0, 20, "x"),)), "une place hors du texte."),
        (replace(FOUND, theme="inventé"), "un thème ou un score inconnu."),
        (replace(FOUND, score=0.0), "un thème ou un score inconnu."),
        (replace(FOUND, score=1.01), "un thème ou un score inconnu."),
        (replace(FOUND, score=float("nan")), "un thème ou un score inconnu."),
        (("portage_politique", 0, 5), "ce ne sont pas des suggestions."),
        (FOUND, "un thème deux fois sur la même phrase."),
    ],
)
def test_refuses_its_mistakes(changed: Suggestion, complaint: str, checked: Check) -> None:
    other = checked(lambda passages: ((each, [FOUND, changed]) for each in passages))
    with pytest.raises(ModelError) as caught:
        list(other.suggest(PASSAGES))
    assert str(caught.value) == f"autre : {complaint}"


@pytest.mark.parametrize(
    ("given_back", "complaint"),
    [
        (PASSAGES[::-1], "les textes ne reviennent pas dans l’ordre."),
        (PASSAGES[1:], "les textes ne reviennent pas dans l’ordre."),
        ([*PASSAGES, PASSAGES[2]], "les textes ne reviennent pas dans l’ordre."),
        (PASSAGES[:2], "des textes ne reviennent pas."),
        ([], "des textes ne reviennent pas."),
    ],
)
def test_every_text_comes_back(given_back: list[Passage], complaint: str, checked: Check) -> None:
    def suggest(passages: Iterable[Passage]) -> Suggested:
        list(passages)
        return ((each, [FOUND]) for each in given_back)

    other = checked(suggest)
    with pytest.raises(ModelError) as caught:
        list(other.suggest(PASSAGES))
    assert str(caught.value) == f"autre : {complaint}"


def test_what_was_never_read_is_missing_too(checked: Check) -> None:
    other = checked(lambda passages: iter(()))
    with pytest.raises(ModelError, match="autre : des textes ne reviennent pas"):
        list(other.suggest(PASSAGES))
    assert list(other.suggest([])) == []
