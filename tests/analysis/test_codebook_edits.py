"""A codebook changed by a person: what is written stays as it was, but for what was asked."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import codebook_edits as edits
from analysis import cue_lines
from analysis.codebook import DEFAULT_PATH, Codebook, CodebookError, Theme
from analysis.codebook_changes import differences, reads_alike
from analysis.codebook_edits import EditError, Raw, Sketch

OURS = DEFAULT_PATH.read_text(encoding="utf-8")
SMALL = """\
version: "1"
familles:
  - {id: un, sigle: A, titre: Première, guide: Guide}
  - {id: deux, sigle: B, titre: Seconde, guide: Guide}
notions:
  elus: {titre: élu·es, mots: [élu, maire]}
themes:
  - {id: a, famille: un, libelle: Aller, definition: On va., indices: [aller, $elus]}
  - {id: b, famille: un, libelle: Boire, definition: On boit., indices_faibles: [boire]}
  - {id: c, famille: un, libelle: Chanter, definition: On chante., exemples: [Je chante.]}
  - {id: d, famille: deux, libelle: Dire, definition: On dit., indices: [{ensemble: [dire, $elus],
     poids: 0.4}]}
"""
NEW = Sketch("un", "Écouter", "On écoute.")


def read(raw: Raw) -> Codebook:
    return Codebook.parse(edits.dump(raw), Path("grille.yml"))


def changed(edit: Callable[[Raw], object]) -> Codebook:
    raw = edits.load(SMALL)
    edit(raw)
    return read(raw)


def codes(codebook: Codebook) -> list[str]:
    return [f"{theme.code} {theme.id}" for theme in codebook.themes]


def told(edit: Callable[[Raw], object]) -> list[tuple[str, str]]:
    raw = edits.load(SMALL)
    edit(raw)
    return [(each.label, each.what) for each in differences(edits.load(SMALL), raw)]


def without_lines(codebook: Codebook) -> list[Theme]:
    return [
        replace(theme, cues=tuple(replace(cue, line=0) for cue in theme.cues))
        for theme in codebook.themes
    ]


def test_what_ships_is_written_back_the_same() -> None:
    before, after = Codebook.read(), read(edits.load(OURS))
    assert without_lines(before) == without_lines(after)
    for name in ("version", "threshold", "families", "neutral", "speakers", "carried", "merged"):
        assert getattr(before, name) == getattr(after, name)
    assert reads_alike(before, after)
    assert edits.load(edits.dump(edits.load(OURS))) == edits.load(OURS)


def test_every_cue_that_ships_is_a_line_that_gives_it_back() -> None:
    raw = edits.load(OURS)
    for theme in raw["themes"]:
        for weak in (False, True):
            lines = cue_lines.lines(edits.cues(theme, weak=weak))
            again = cue_lines.parse("\n".join(lines), edits.notions(raw))
            assert cue_lines.lines(again) == list(dict.fromkeys(lines))


def test_optional_keys_are_read() -> None:
    raw = edits.load(SMALL)
    edits.redefine(raw, "a", replace(NEW, label="Aller", color="prune", examples=("Je vais.",)))
    edits.retire(raw, "a")
    theme = read(raw).theme("a")
    assert (theme.color, theme.examples, theme.is_retired) == ("prune", ("Je vais.",), True)
    assert read(raw).active.themes == read(raw).themes[1:]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("couleur: fuchsia", "couleur inconnue : « fuchsia » (bleu, ocre, vert"),
        ("retire: peut-être", "« retire » se dit par oui ou non."),
        ("exemples: []", "« exemples » est vide."),
    ],
)
def test_complains_of_what_it_cannot_read(line: str, complaint: str) -> None:
    text = SMALL.replace("id: b,", f"id: b, {line},")
    with pytest.raises(CodebookError, match="ligne 9, thème « b » : ") as caught:
        Codebook.parse(text, Path("grille.yml"))
    assert complaint in str(caught.value)


@pytest.mark.parametrize("merged", ["{a: b}", "{z: y}"])
def test_complains_of_a_merging_that_cannot_be(merged: str) -> None:
    with pytest.raises(CodebookError, match="fusion impossible"):
        Codebook.parse(f"{SMALL}fusions: {merged}\n", Path("grille.yml"))


def test_an_id_is_never_another_s() -> None:
    raw = edits.load(SMALL)
    labels = ("Écouter l’élu·e !", "1er", "…")
    made = [edits.add(raw, replace(NEW, label=label)) for label in labels]
    assert made == ["ecouter_l_elu_e", "theme_1er", "theme"]
    edits.merge(raw, "theme", "a")
    assert edits.add(raw, replace(NEW, label="Theme")) == "theme_2"
    long = edits.add(raw, replace(NEW, label="é" * 60))
    assert long == "e" * 40


@pytest.mark.parametrize(
    ("edit", "order"),
    [
        (lambda raw: edits.move(raw, "c", 1), ["A1 c", "A2 a", "A3 b", "B1 d"]),
        (lambda raw: edits.move(raw, "a", 9), ["A1 b", "A2 c", "A3 a", "B1 d"]),
        (
            lambda raw: edits.redefine(raw, "a", Sketch("deux", "Aller", "On va.")),
            ["A1 b", "A2 c", "B1 d", "B2 a"],
        ),
        (lambda raw: edits.add(raw, NEW), ["A1 a", "A2 b", "A3 c", "B1 d", "A4 ecouter"]),
        (lambda raw: edits.merge(raw, "a", "d"), ["A1 b", "A2 c", "B1 d"]),
    ],
)
def test_where_themes_stand(edit: Callable[[Raw], object], order: list[str]) -> None:
    assert codes(changed(edit)) == order


def test_a_merged_theme_gives_its_cues_and_its_followers() -> None:
    raw = edits.load(SMALL)
    edits.merge(raw, "d", "a")
    edits.merge(raw, "a", "b")
    codebook = read(raw)
    assert dict(codebook.merged) == {"d": "b", "a": "b"}
    assert (codebook.resolve("d"), codebook.resolve("c")) == ("b", "c")
    (found,) = [each for each in raw["themes"] if each["id"] == "b"]
    assert cue_lines.lines(edits.cues(found)) == ["aller", "$elus", "dire + $elus (poids 0.4)"]
    assert cue_lines.lines(edits.cues(found, weak=True)) == ["boire"]


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (lambda raw: edits.merge(raw, "a", "a"), "Un thème ne se réunit pas avec lui-même."),
        (lambda raw: edits.retire(raw, "z"), "Le thème « z » n’est plus dans la grille."),
        (
            lambda raw: edits.add(raw, replace(NEW, label="ALLER")),
            "Un autre thème s’appelle déjà « Aller ».",
        ),
        (
            lambda raw: edits.add(raw, replace(NEW, family="trois")),
            "Cette famille n’est pas dans la grille.",
        ),
        (
            lambda raw: (edits.retire(raw, "b"), edits.merge(raw, "a", "b")),
            "Le thème qui reste est retiré : remettez-le d’abord en usage.",
        ),
    ],
)
def test_acts_that_cannot_be(edit: Callable[[Raw], object], complaint: str) -> None:
    with pytest.raises(EditError) as caught:
        changed(edit)
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("edit", "says", "alike"),
    [
        (lambda raw: edits.move(raw, "c", 1), [("Chanter", "place")], True),
        (lambda raw: edits.retire(raw, "a"), [("Aller", "retiré")], True),
        (lambda raw: edits.add(raw, NEW), [("Écouter", "thème ajouté")], True),
        (lambda raw: edits.add(raw, NEW, ["ouïr"]), [("Écouter", "thème ajouté")], False),
        (
            lambda raw: edits.set_cues(raw, "b", [], ["boire", "vin"]),
            [("Boire", "indices faibles")],
            False,
        ),
        (
            lambda raw: edits.redefine(raw, "c", Sketch("un", "Chanter", "On fredonne.")),
            [("Chanter", "définition"), ("Chanter", "exemples")],
            True,
        ),
        (
            lambda raw: edits.merge(raw, "c", "a"),
            [("Aller", "exemples"), ("Chanter", "réuni avec « Aller »")],
            False,
        ),
        (
            lambda raw: raw.update(seuil="0.6"),
            [("Toute la grille", "notions, expressions neutres ou réglages")],
            False,
        ),
    ],
)
def test_what_differs_and_what_has_texts_read_again(
    edit: Callable[[Raw], object], says: list[tuple[str, str]], alike: bool
) -> None:
    assert told(edit) == says
    assert reads_alike(read(edits.load(SMALL)), changed(edit)) is alike


def test_going_back_keeps_what_is_borne_as_retired() -> None:
    raw = edits.load(SMALL)
    borne = edits.add(raw, NEW, ["$elus", "ouïr"])
    edits.add(raw, replace(NEW, label="Fuir"))
    back = edits.go_back(raw, edits.load(SMALL), bearing=[borne, "a"])
    codebook = read(back)
    assert [theme.id for theme in codebook.themes] == ["a", "b", "c", "d", "ecouter"]
    assert codebook.retired == {"ecouter"}
    less = edits.load(SMALL.replace("elus: {titre", "pros: {titre").replace("$elus", "$pros"))
    (left,) = edits.go_back(raw, less, bearing=[borne])["themes"][4:]
    assert edits.cues(left) == ["ouïr"]
