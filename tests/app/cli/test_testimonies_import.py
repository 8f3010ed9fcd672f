"""`flask testimonies import`: a project comes back from the command line."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from analysis.exchange.refi_qda import archives
from app.extensions import db
from app.models import Coding, Testimony
from tests import factories
from tests.analysis.exchange.projects import packed
from tests.exchanges import exported


def run(app: Flask, *arguments: str | Path) -> tuple[int, list[str]]:
    done = app.test_cli_runner().invoke(args=["testimonies", "import", *map(str, arguments)])
    return done.exit_code, done.output.splitlines()


@pytest.fixture
def path(app: Flask, tmp_path: Path) -> Path:
    """The project of a testimony that is not here any more."""
    made = factories.testimony(db.session, answers={"demarche_elus": "Le maire préside."})
    factories.coding(db.session, factories.free_text(made), quote="préside")
    path = tmp_path / "projet.qdpx"
    path.write_bytes(packed(exported(db.session)))
    db.session.execute(delete(Testimony))
    db.session.commit()
    return path


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Coding)) or 0


def test_nothing_enters_without_a_consent(app: Flask, path: Path) -> None:
    code, lines = run(app, path)
    assert (code, lines[0]) == (1, "Textes\u00a0: 0 déjà ici, 0 entrés, 1 laissés de côté.")
    assert lines[-1] == "Aucun texte de ce projet ne mène à un témoignage."
    assert count() == 0


def test_a_trial_then_the_import_then_nothing_more(app: Flask, path: Path) -> None:
    told = [
        "Textes\u00a0: 0 déjà ici, 1 entrés, 0 laissés de côté.",
        "Codages remis comme propositions\u00a0: 1.",
    ]
    trial = "Essai\u00a0: rien n’est importé. Voici ce qui se passerait."
    assert run(app, path, "--accord", "--essai") == (0, [trial, *told])
    assert count() == 0
    assert run(app, path, "--accord") == (0, told)
    assert count() == 1
    assert run(app, path, "--accord") == (
        0,
        ["Textes\u00a0: 1 déjà ici, 0 entrés, 0 laissés de côté.", "Codages déjà ici\u00a0: 1."],
    )


def test_what_is_no_project_or_no_theme_is_told(app: Flask, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "autre.qdpx"
    other.write_text("bonjour")
    assert run(app, other) == (1, [archives.NOT_ZIP])
    assert run(app, path, "--code", "Nul=freins_elus") == (
        1,
        ["Aucun code de ce projet ne s’appelle «\u00a0Nul\u00a0»."],
    )
    known = "Freins à la participation"
    code, lines = run(app, path, "--code", f"{known}=nul")
    assert (code, lines[-1]) in [
        (1, "Aucun thème ne s’appelle «\u00a0nul\u00a0»."),
        (1, f"Aucun code de ce projet ne s’appelle «\u00a0{known}\u00a0»."),
    ]
