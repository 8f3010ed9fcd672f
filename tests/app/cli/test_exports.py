"""`flask export`: files where they were asked, never over others, and what they hold is told."""

import hashlib
import zipfile
from pathlib import Path

import pytest
import spacy
from flask import Flask
from spacy.tokens import DocBin

from app.extensions import db
from app.services import export_traces
from tests import factories

TOLD = "Le maire préside 🧠."


def run(app: Flask, *arguments: str | Path) -> tuple[int, list[str]]:
    done = app.test_cli_runner().invoke(args=["export", *map(str, arguments)])
    return done.exit_code, done.output.splitlines()


@pytest.fixture(autouse=True)
def told(app: Flask) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": TOLD})
    factories.coding(db.session, factories.free_text(made), quote="préside 🧠")
    db.session.commit()


def test_a_file_and_the_others_beside_it(app: Flask, tmp_path: Path) -> None:
    code, lines = run(app, "csv", tmp_path / "appel.csv", "--brut")
    assert (code, lines[:2]) == (
        0,
        [
            "Témoignages\u00a0: 1. Réponses\u00a0: 1. Codages\u00a0: 1. Mémos\u00a0: 0.",
            "Laissés de côté\u00a0: 0 à relire (données personnelles), 0 sans accord.",
        ],
    )
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        *("appel.LISEZ-MOI.txt", "appel.codages.csv", "appel.csv", "appel.empreintes.sha256"),
        *("appel.grille.csv", "appel.questions.csv", "appel.reponses.csv"),
    ]
    for line in lines[2:]:
        digest, path = line.split("  ")
        assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest
        assert Path(path).stat().st_mode & 0o077 == 0
    assert "appel.codages.csv (lignes\u00a0: 1)" in (tmp_path / "appel.LISEZ-MOI.txt").read_text()


def test_what_nobody_confirmed_stays(app: Flask, tmp_path: Path) -> None:
    code, lines = run(app, "jsonl", tmp_path / "x.jsonl")
    assert (code, lines[1]) == (
        0,
        "Laissés de côté\u00a0: 1 à relire (données personnelles), 0 sans accord.",
    )
    assert (tmp_path / "x.jsonl").read_bytes() == b""


def test_a_folder_an_archive(app: Flask, tmp_path: Path) -> None:
    assert run(app, "qdpx", tmp_path / "dossier", "--brut")[0] == 0
    assert sorted(path.name for path in (tmp_path / "dossier").iterdir()) == [
        *("LISEZ-MOI.txt", "empreintes.sha256", "recueil.qdpx")
    ]
    assert run(app, "iramuteq", tmp_path / "x.zip", "--brut")[0] == 0
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.namelist() == ["corpus.txt", "LISEZ-MOI.txt", "empreintes.sha256"]
    assert run(app, "qdc", tmp_path / "g.qdc")[1][0] == "Grille exportée."


def test_nothing_is_written_over(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("à moi")
    assert run(app, "csv", path) == (
        1,
        [f"{path} existe déjà\u00a0: choisissez un autre nom, ou déplacez-le."],
    )
    beside = tmp_path / "y.codages.csv"
    beside.write_text("à moi")
    assert run(app, "csv", tmp_path / "y.csv")[0] == 1
    assert (path.read_text(), beside.read_text()) == ("à moi", "à moi")
    assert not (tmp_path / "y.csv").exists()
    assert run(app, "csv", tmp_path / "nulle" / "x.csv")[0] == 1
    assert export_traces.latest(db.session) == []


def test_filters_and_choices_as_on_the_page(app: Flask, tmp_path: Path) -> None:
    assert run(app, "jsonl", tmp_path / "a.jsonl", "--brut", "--profil", "elu")[1][0] == (
        "Témoignages\u00a0: 0. Réponses\u00a0: 0. Codages\u00a0: 0. Mémos\u00a0: 0."
    )
    lines = run(app, "jsonl", tmp_path / "b.jsonl", "--brut", "--codages", "gardes")[1]
    assert lines[0] == "Témoignages\u00a0: 1. Réponses\u00a0: 1. Codages\u00a0: 0. Mémos\u00a0: 0."
    assert {(trace.who, trace.is_raw) for trace in export_traces.latest(db.session)} == {
        (None, True)
    }


def test_documents_of_spacy(app: Flask, tmp_path: Path) -> None:
    assert run(app, "docbin", tmp_path / "x.spacy", "--brut")[0] == 0
    (doc,) = DocBin().from_disk(tmp_path / "x.spacy").get_docs(spacy.blank("fr").vocab)
    assert doc.text == TOLD
    assert [(span.label_, span.text) for span in doc.spans["themes"]] == [
        ("freins_participation", "préside 🧠")
    ]


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        (
            ("--du", "hier"),
            "«\u00a0hier\u00a0» n’est pas un jour\u00a0: écrivez-le comme 2026-11-22.",
        ),
        (("--etat", "vu"), "«\u00a0vu\u00a0»\u00a0: tient, propose, garde ou rejete."),
    ],
)
def test_a_filter_without_meaning_is_told(
    app: Flask, tmp_path: Path, filters: tuple[str, str], sentence: str
) -> None:
    assert run(app, "csv", tmp_path / "x.csv", *filters) == (1, [sentence])
