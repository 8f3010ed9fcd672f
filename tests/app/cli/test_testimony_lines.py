"""`flask testimonies import` of lines of JSON: what it takes, refuses, tells and leaves."""

import gzip
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.cli import testimony_lines
from app.extensions import db
from app.models import Testimony
from app.services.testimony_imports import Importer
from tests.app.services.test_testimony_lines import line

GOOD = [line(id=f"6f1f3a52-5d2c-4a43-9f0b-00000000000{number}", reponses=[]) for number in range(3)]
BAD = line(valeurs={"region": "lune"}, ligne=7)
NO_JSON = "Cette ligne n’est pas du JSON, ou elle est coupée."
NO_REGION = "La réponse à «\u00a0region\u00a0» n’est pas de celles que la question accepte."


def lines(*told: dict[str, object]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in told)


def run(
    app: Flask, *arguments: str | Path, given: bytes | None = None
) -> tuple[int, list[str], list[str]]:
    command = ["testimonies", "import", *map(str, arguments)]
    done = app.test_cli_runner().invoke(args=command, input=given)
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Testimony)) or 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "appel.jsonl"
    path.write_bytes(lines(GOOD[0], BAD) + b"{\n" + lines(GOOD[1]))
    return path


def test_good_lines_enter_and_the_others_wait_in_a_file(app: Flask, path: Path) -> None:
    rejects = path.with_name("appel.rejets.jsonl")
    told = [f"Ligne 2\u00a0: {NO_REGION}", f"Ligne 3\u00a0: {NO_JSON}"]
    assert run(app, path) == (1, [], [testimony_lines.NO_CONSENT])
    assert run(app, path, "--essai") == (
        0,
        [
            "Essai\u00a0: rien n’est importé. Voici ce qui se passerait.",
            "Témoignages ajoutés\u00a0: 2.",
            "Lignes refusées\u00a0: 2.",
        ],
        told,
    )
    assert (count(), rejects.exists()) == (0, False)
    refused = f"Lignes refusées\u00a0: 2, à corriger dans {rejects}."
    assert run(app, path, "--accord") == (0, ["Témoignages ajoutés\u00a0: 2.", refused], told)
    assert (count(), rejects.stat().st_mode & 0o777) == (2, 0o600)
    assert [json.loads(each) for each in rejects.read_text().splitlines()] == [
        BAD | {"ligne": 2, "motif": NO_REGION},
        {"ligne": 3, "motif": NO_JSON, "contenu": "{"},
    ]
    assert run(app, path, "--accord") == (1, [], [testimony_lines.TAKEN.format(rejects)])
    corrected = rejects.with_name("corrige.jsonl")
    corrected.write_text(rejects.read_text().splitlines()[0].replace("lune", "28"))
    assert run(app, corrected, "--accord") == (0, ["Témoignages ajoutés\u00a0: 1."], [])


def test_packed_or_by_the_standard_input_twice_is_once(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testimony_lines, "EVERY", 2)
    monkeypatch.setattr(testimony_lines.time, "monotonic", lambda: 0.0)
    packed = gzip.compress(lines(*GOOD))
    (tmp_path / "appel.jsonl.gz").write_bytes(packed)
    told = ["3 lignes lues, 3 ajoutés, 3000/s"]
    added = ["Témoignages ajoutés\u00a0: 3."]
    assert run(app, tmp_path / "appel.jsonl.gz", "--accord") == (0, added, told)
    known = ["Témoignages ajoutés\u00a0: 0.", "Témoignages déjà ici, inchangés\u00a0: 3."]
    again = ["3 lignes lues, 0 ajoutés, 3000/s"]
    monkeypatch.chdir(tmp_path)
    assert run(app, "-", "--accord", given=packed) == (0, known, again)
    assert run(app, "-", "--accord", given=lines(*GOOD)) == (0, known, again)
    (tmp_path / "coupe.jsonl.gz").write_bytes(packed[:-9])
    assert run(app, tmp_path / "coupe.jsonl.gz", "--accord") == (1, [], [testimony_lines.CUT])


def test_who_was_quicker_by_a_moment_is_not_doubled(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "appel.jsonl"
    path.write_bytes(lines(*GOOD))
    taking, turns = Importer.take, []

    def late(self: Importer, batch: list[testimony_lines.Line]) -> testimony_lines.Done:
        done = taking(self, batch)
        turns.append(done)
        if len(turns) == 1:
            raise IntegrityError("INSERT", None, ValueError())
        return done

    monkeypatch.setattr(Importer, "take", late)
    assert run(app, path, "--accord") == (0, ["Témoignages ajoutés\u00a0: 3."], [])
    assert (count(), len(turns)) == (3, 2)


def test_what_is_no_testimony_at_all_is_said(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "autre.jsonl"
    path.write_text("bonjour\n")
    code, out, err = run(app, path, "--accord")
    assert (code, out[0]) == (1, "Témoignages ajoutés\u00a0: 0.")
    assert err[-1] == "Aucune ligne de ce fichier n’est un témoignage de Recueil."
    only_projects = "--code n’a de sens qu’avec un projet .qdpx."
    assert run(app, path, "--accord", "--code", "a=b") == (1, [], [only_projects])
