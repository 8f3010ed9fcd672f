"""The start: what is wrong with the definitions stops it, with one French line and no traceback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    """A copy of the definitions, to be spoiled."""
    shutil.copytree(ROOT / "forms" / "lists", tmp_path / "lists")
    return Path(shutil.copytree(ROOT / "forms" / "definitions", tmp_path / "definitions"))


def test_a_broken_definition_stops_the_start(tmp_path: Path, definitions: Path) -> None:
    elu = definitions / "elu.v1.yml"
    lines = elu.read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if line.strip() == "genre: texte_long")
    lines[number] = lines[number].replace("texte_long", "texte_tres_long")
    elu.write_text("\n".join(lines), encoding="utf-8")
    done = start(INSTANCE_PATH=str(tmp_path / "i"), DEFINITIONS_PATH=str(definitions))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    asked = next(
        before.split("id:")[1].strip() for before in reversed(lines[:number]) if "- id:" in before
    )
    where = f"elu.v1.yml, ligne {number + 1}, question «\u00a0{asked}\u00a0»"
    assert line.startswith(f"Recueil ne démarre pas. {where}\u00a0: «\u00a0genre\u00a0»")


def test_a_broken_codebook_stops_the_start(tmp_path: Path) -> None:
    codebook = tmp_path / "codebook.yml"
    codebook.write_text("familles: [", encoding="utf-8")
    done = start(INSTANCE_PATH=str(tmp_path / "i"), CODEBOOK_PATH=str(codebook))
    assert (done.returncode, done.stderr) == (
        1,
        "Recueil ne démarre pas. codebook.yml, ligne 2 : l’écriture YAML est fautive "
        "(retraits, « : », guillemets ou crochets).\n",
    )


def test_a_wrong_setting_stops_the_start(tmp_path: Path) -> None:
    done = start(INSTANCE_PATH=str(tmp_path / "i"), PORT="http")
    assert (done.returncode, done.stderr) == (
        1,
        "Recueil ne démarre pas. PORT vaut « http ». Donnez un nombre de 1 à 65535.\n",
    )


def test_the_start_loads_nothing_that_few_pages_need(tmp_path: Path) -> None:
    large = "alembic docx flufl.bounce icalendar lxml matplotlib numpy odfdo openpyxl sklearn spacy"
    code = f"import sys, wsgi; print(sorted({set(large.split())} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"INSTANCE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
