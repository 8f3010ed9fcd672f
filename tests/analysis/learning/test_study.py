"""The page of quality, over the small corpus."""

import shutil
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import yaml

from analysis.__main__ import main
from analysis.codebook import DEFAULT_PATH, Codebook
from analysis.corpus import CorpusError
from analysis.learning import making
from analysis.learning.making import Plan
from analysis.learning.study import study
from tests.analysis.learning.samples import CONFIG, CORPUS

pytestmark = pytest.mark.xdist_group("learning")
KEPT = ("moyens_financements", "acces_soins", "place_aidants")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page that the command writes, over three themes and with two folds."""
    folder = tmp_path_factory.mktemp("etude")
    content = yaml.safe_load(DEFAULT_PATH.read_text(encoding="utf-8"))
    content["themes"] = [theme for theme in content["themes"] if theme["id"] in KEPT]
    grid = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (folder / "grille.yml").write_text(grid, encoding="utf-8")
    shutil.copytree(CORPUS, folder / "corpus")
    config = folder / "corpus" / CONFIG.name
    config.write_text(config.read_text(encoding="utf-8").replace("folds = 3", "folds = 2"), "utf-8")
    out = folder / "qualite.md"
    grid_options = ["--codebook", str(folder / "grille.yml")]
    with redirect_stdout(StringIO()) as said:
        assert main(["quality", str(out), "--config", str(config), *grid_options]) == 0
    steps = ["Validation croisée…", "Points de comparaison…", "Courbe d’apprentissage…"]
    assert said.getvalue().splitlines() == steps
    return out.read_text(encoding="utf-8")


def rows(page: str, head: str) -> list[list[str]]:
    """The cells of the table whose first column is *head*."""
    lines = page.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {head} |"))
    end = lines.index("", start)
    return [line.strip("| ").split(" | ") for line in lines[start + 2 : end]]


def test_is_whole(page: str) -> None:
    assert [line for line in page.splitlines() if line.startswith("#")] == [
        "# Qualité de l’étiquetage",
        "## Le corpus",
        "## Ce que la chaîne trouve dans des témoignages qu’elle n’a pas appris",
        "## Dans des témoignages d’une autre main",
        "## Thème par thème",
        "## Courbe d’apprentissage",
        "## Un score de 0,7 est-il juste sept fois sur dix ?",
        "## Ce qui est pris pour autre chose",
    ]
    assert "{" not in page


def test_counts_the_corpus(page: str) -> None:
    assert (
        "40 témoignages (10 de proches, 10 de coordination, 10 d’élues et élus, "
        "10 d’usagères et usagers), 117 phrases, 99 étiquettes ; "
        "21 % des phrases n’en ont aucune.\n"
    ) in page


def test_says_how_far_two_labellings_agree(page: str) -> None:
    """Of eight sentences labelled twice, one has lost its theme: 5 of 5 and 5 of 6."""
    assert (
        "8 phrases l’ont été deux fois, à l’aveugle : le F1 entre les deux est de 0,91, "
        "et 88 % des phrases ont exactement les mêmes thèmes.\n"
    ) in page


def test_compares_every_reading(page: str) -> None:
    found = {row[0]: row[1:] for row in rows(page, "Lecture")}
    assert list(found) == [
        "Chaîne : question et profil connus",
        "Chaîne : profil seul",
        "Chaîne : ni question ni profil",
        "Chaîne : témoignage d’un seul tenant, profil seul",
        "Indices de la grille seuls",
        "TF-IDF et régression logistique",
        "Toujours le thème le plus fréquent",
    ]
    f1 = {name: float(cells[2].replace(",", ".")) for name, cells in found.items()}
    best = f1.pop("Chaîne : question et profil connus")
    assert best > max(f1["Indices de la grille seuls"], f1["Toujours le thème le plus fréquent"])
    for precision, recall, middle, interval, macro in found.values():
        low, high = interval.split(" à ")
        assert low <= middle <= high
        assert all("0,00" <= value <= "1,00" for value in (precision, recall, macro))


def test_says_in_how_many_folds(page: str) -> None:
    assert "Validation croisée en 2 parts, par témoignage." in page


def test_the_curve_counts_what_is_learnt_from(page: str) -> None:
    curve = rows(page, "Part")
    assert [row[:2] for row in curve] == [
        ["25 %", "5"], ["50 %", "10"], ["75 %", "15"], ["100 %", "20"],
    ]  # fmt: skip
    told = rows(page, "Lecture")[0][3]
    assert curve[-1][2][:3] == told[:3]


def test_every_theme_has_its_figures(page: str) -> None:
    themes = rows(page, "Thème")
    assert [row[4] for row in themes[:4]] == ["13", "9", "12", "34"]
    assert sum(int(row[5]) for row in themes[:3]) == int(themes[3][5])


def test_the_calibration_counts_every_pair(page: str) -> None:
    assert sum(int(row[2]) for row in rows(page, "Score moyen")) == 117 * 3


def corpus(folder: Path, again: str | None) -> Plan:
    shutil.copytree(CORPUS, folder, dirs_exist_ok=True)
    (folder / "labels-again" / "usagers.tsv").unlink()
    if again is not None:
        (folder / "labels-again" / "usagers.tsv").write_text(again)
    plan = making.read_plan(folder / CONFIG.name)
    return replace(plan, parameters=replace(plan.parameters, folds=41))


@pytest.mark.parametrize("again", ["=== usa-01\n1 -\n", "=== usa-99\n1 -\n"])
def test_refuses_labellings_that_do_not_face_each_other(again: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="n’a pas deux fois autant de phrases"):
        study(corpus(tmp_path, again), Codebook.read(), lambda step: None)
