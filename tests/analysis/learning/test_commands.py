"""The commands that learn and measure, as a shell runs them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis import models
from analysis.__main__ import main
from analysis.learning import making
from tests.analysis.learning.samples import CONFIG, CORPUS, run

VERSION = ("--version", "7.2")
GRID = """
version: "essai"
familles: [{id: f, sigle: F, titre: T, guide: G}]
themes:
  - {id: moyens_financements, famille: f, libelle: Les moyens, definition: D, indices: [budget]}
  - {id: acces_soins, famille: f, libelle: Les soins, definition: D, indices: [psychiatre]}
"""
GOLD = [
    ("Un budget de dix euros.", ["moyens_financements"]),
    ("Pas de psychiatre.", ["acces_soins"]),
    ("Un psychiatre fait le budget.", ["moyens_financements"]),
    ("On attend.", ["acces_soins", "ancien_theme"]),
]
SAID = """\
indices 1, grille essai
4 phrases
Thèmes hors de la grille : ancien_theme

| Thème | Précision | Rappel | F1 | Étiquetés | Proposés |
| --- | ---: | ---: | ---: | ---: | ---: |
| Les moyens | 1,00 | 1,00 | 1,00 | 2 | 2 |
| Les soins | 0,50 | 0,50 | 0,50 | 2 | 2 |
| **Ensemble (micro)** | 0,75 | 0,60 | 0,67 | 5 | 4 |
| **Moyenne des thèmes (macro)** |  |  | 0,75 |  |  |

Intervalle du F1 micro à 95 % : 0,25 à 1,00

| Score moyen | Part de justes | Paires |
| --- | ---: | ---: |
| 0,60 | 0,75 | 4 |
"""


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    (tmp_path / "grille.yml").write_text(GRID, encoding="utf-8")
    return tmp_path / "grille.yml"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The config of a small corpus of its own."""
    return Path(shutil.copytree(CORPUS, tmp_path / "corpus")) / CONFIG.name


def gold(path: Path) -> Path:
    lines = [
        {
            "id": f"t{number}/q",
            "text": text,
            "sentences": [{"start": 0, "end": len(text), "themes": themes}],
        }
        for number, (text, themes) in enumerate(GOLD)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_evaluates_json_lines(tmp_path: Path, grid: Path) -> None:
    done = run("evaluate", gold(tmp_path / "or.jsonl"), "--codebook", grid)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == SAID


def test_trains_then_evaluates_what_it_made(
    tmp_path: Path, grid: Path, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "appris"
    done = run("train", out, "--config", small, "--codebook", grid, *VERSION)
    assert (done.returncode, done.stderr) == (0, "")
    unknown = (
        "destigmatisation_information, freins_elus, freins_participation, mobiliser_personnes, "
        "place_aidants, portage_politique, premiere_ligne_ruralite"
    )
    assert done.stdout == (
        f"Thèmes hors de la grille : {unknown}\n"
        "\n20 %\n40 %\n60 %\n80 %\n100 %\n"  # each over the one before, in a terminal
        f"Appris de 62 réponses : {out}\n"
    )
    meta = json.loads((out / "meta.json").read_text(encoding="utf-8"))
    assert (meta["name"], meta["version"]) == ("recueil", "7.2")
    assert meta[making.SOURCES] == making.sources_of(making.read_plan(small))
    assert sorted(path.name for path in (out / "recueil_themes").iterdir()) == [
        "about.json",
        "features.txt.gz",
        "settings.txt",
        "weights.npz",
    ]
    options = ["--config", str(small), "--codebook", str(grid), *VERSION]
    assert main(["train", str(tmp_path / "encore"), *options]) == 0
    assert files(tmp_path / "encore") == files(out)  # though hashes differ from process to process
    capsys.readouterr()
    assert main(["evaluate", str(CORPUS), "--codebook", str(grid), "--model", str(out)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["fr_recueil 7.2, grille essai", "117 phrases"]
    for label in ("Les moyens", "Les soins"):
        (row,) = (line.split(" | ") for line in lines if line.startswith(f"| {label} |"))
        assert float(row[3].replace(",", ".")) >= 0.8


def absent_corpus(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    text = small.read_text(encoding="utf-8").replace('path = "."', 'path = "ailleurs"')
    small.write_text(text, encoding="utf-8")
    return (
        ["train", tmp_path / "x", "--config", small],
        f"{small.parent}/ailleurs : lecture impossible (le fichier ou le dossier n’existe pas).",
    )


def empty_corpus(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    shutil.rmtree(small.parent / "testimonies")
    shutil.rmtree(small.parent / "labels")
    return (
        ["train", tmp_path / "x", "--config", small],
        f"{small.parent} : aucun témoignage étiqueté.",
    )


def too_few(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    text = small.read_text(encoding="utf-8").replace("folds = 3", "folds = 41")
    small.write_text(text, encoding="utf-8")
    return (
        ["train", tmp_path / "x", "--config", small],
        "il faut au moins 41 témoignages pour apprendre.",
    )


def too_few_to_measure(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    arguments, said = too_few(tmp_path, small)
    return (["quality", *arguments[1:]], said)


def no_sentence(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    (tmp_path / "or.jsonl").write_text('{"id": 1, "text": "a", "sentences": []}\n')
    return ["evaluate", tmp_path / "or.jsonl"], f"{tmp_path}/or.jsonl : aucune phrase étiquetée."


def no_gold(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    return (
        ["evaluate", tmp_path / "or.jsonl"],
        f"{tmp_path}/or.jsonl : lecture impossible (le fichier ou le dossier n’existe pas).",
    )


def no_base(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    return (
        ["train", tmp_path / "x", "--config", small, "--base", "fr_absent"],
        "modèle « fr_absent » : ni paquet installé, ni dossier "
        "(« auto », « intégré » et « indices » conviennent).",
    )


def a_file_in_its_place(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    (tmp_path / "x").write_text("avant")
    return ["train", tmp_path / "x", "--config", small], f"{tmp_path}/x n’est pas un dossier."


def nowhere_to_write(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    return (
        ["quality", tmp_path / "absent" / "x.md", "--config", small],
        f"{tmp_path}/absent : le dossier n’existe pas.",
    )


def twice_otherwise(tmp_path: Path, small: Path) -> tuple[list[str | Path], str]:
    (small.parent / "labels-again" / "usagers.tsv").write_text("=== usa-01\n1 -\n")
    return (
        ["quality", tmp_path / "x.md", "--config", small],
        f"{small.parent} : « usa-01 » n’a pas deux fois autant de phrases.",
    )


@pytest.mark.parametrize(
    "case",
    [
        absent_corpus,
        empty_corpus,
        too_few,
        too_few_to_measure,
        no_sentence,
        no_gold,
        no_base,
        a_file_in_its_place,
        nowhere_to_write,
        twice_otherwise,
    ],
)
def test_complains_in_one_french_line(
    case: Callable[[Path, Path], tuple[list[str | Path], str]],
    tmp_path: Path,
    grid: Path,
    small: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SPACY_MODEL", models.CUES)
    arguments, complaint = case(tmp_path, small)
    before = set(tmp_path.rglob("*"))
    assert main([*map(str, arguments), "--codebook", str(grid)]) == 2
    assert capsys.readouterr().err == f"{complaint}\n"
    assert set(tmp_path.rglob("*")) == before
