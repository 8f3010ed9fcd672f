"""`flask themes`: learning from decisions and choosing a version, from a terminal."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import pipelines
from app.extensions import db
from app.models import Act, Actor, AuditEntry
from app.services import decisions, theme_versions
from tests import factories, learning


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    return make_app(TRAINING_CONFIG=learning.small_training(tmp_path))


def run(app: Flask, *arguments: str) -> Result:
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["themes", *arguments])
    db.session.rollback()
    return done


def outcome(done: Result) -> tuple[int, str, str]:
    return done.exit_code, done.stdout, done.stderr


def test_learn_compare_use_and_go_back(app: Flask) -> None:
    learning.decided(db.session)
    done = run(app, "train")
    (version,) = theme_versions.every(db.session)
    assert (done.exit_code, done.stderr) == (0, "")
    first, second, before, after, last = done.stdout.splitlines()
    assert first == f"Version {version.name}, apprise de 20\u00a0décisions."
    assert second == "Sur 6\u00a0décisions mises à part (3\u00a0témoignages) :"
    assert re.fullmatch(
        r"  en usage \(indices 1, grille \S+\) : \d\u00a0suggestions? justes? sur \d "
        r"\(\d+\u00a0%\), \d\u00a0thèmes? retrouvés? sur 3 \(\d+\u00a0%\), F1 \d+\u00a0%",
        before,
    )
    assert re.fullmatch(
        rf"  nouvelle \(fr_recueil {version.name}, grille \S+\) : 3\u00a0suggestions justes sur 3 "
        r"\(100\u00a0%\), 3\u00a0thèmes retrouvés sur 3 \(100\u00a0%\), F1 100\u00a0%",
        after,
    )
    assert last == f"Pour la mettre en usage : flask themes use {version.name}"
    assert theme_versions.in_use(db.session) is None
    assert outcome(run(app, "use", version.name)) == (
        0,
        "En usage. Témoignages que le travail en file va relire : 13.\n",
        "",
    )
    assert outcome(run(app, "use", version.name)) == (0, "Elle est déjà en usage.\n", "")
    told = db.session.query(AuditEntry).order_by(AuditEntry.sequence).all()
    assert [(each.act, each.actor, each.detail) for each in told] == [
        (Act.DESK_DONE, Actor.SYSTEM, "theme_versions.train"),
        (Act.DESK_DONE, Actor.SYSTEM, "theme_versions.use"),
    ]
    assert outcome(run(app, "list")) == (
        0,
        f"{version.name} : en usage, 20\u00a0décisions\norigine : prête\n",
        "",
    )
    told = run(app, "tag").stdout
    assert re.fullmatch(
        r"13\u00a0témoignages lus, \d+\u00a0suggestions? nouvelles? \(fr_recueil .*\)\.\n", told
    )
    assert run(app, "tag").stdout.startswith("0\u00a0témoignage lu, 0\u00a0suggestion nouvelle (")
    assert run(app, "use", "origine").exit_code == 0
    assert theme_versions.in_use(db.session) is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["train"],
            "Il faut au moins 20 décisions pour apprendre, et 5 dans les témoignages mis à part "
            "pour comparer. Il y en a 0 et 0. Acceptez ou rejetez d’autres suggestions, dans "
            "plusieurs témoignages.",
        ),
        (["use", "x"], "Aucune version ne s’appelle « x » : voyez « flask themes list »."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(app: Flask, arguments: list[str], said: str) -> None:
    assert outcome(run(app, *arguments)) == (1, "", f"{said}\n")


def test_a_training_under_way_is_said(app: Flask) -> None:
    learning.decided(db.session)
    made = theme_versions.ask(db.session, decisions.count(db.session), by=None)
    assert outcome(run(app, "train")) == (
        1,
        "",
        "Un apprentissage est déjà en cours : attendez qu’il finisse.\n",
    )
    pipelines.version_folder(made.name).mkdir(parents=True)
    assert outcome(run(app, "use", made.name)) == (
        1,
        "",
        f"La version {made.name} n’est pas prête.\n",
    )
    assert run(app, "list").stdout == (
        f"{made.name} : apprentissage en cours, 0\u00a0décision\norigine : en usage\n"
    )


def test_a_training_that_fails_says_why(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text("")
    learning.decided(db.session)
    assert outcome(run(app, "train")) == (
        1,
        "",
        f"{tmp_path}/corpus.jsonl : aucun témoignage étiqueté.\n",
    )


def test_files_that_are_gone_are_said(app: Flask) -> None:
    learning.decided(db.session)
    run(app, "train")
    (version,) = theme_versions.every(db.session)
    folder = pipelines.version_folder(version.name)
    run(app, "use", version.name)
    shutil.rmtree(folder)
    assert outcome(run(app, "use", version.name)) == (1, "", f"Les fichiers manquent : {folder}.\n")
    factories.testimony(db.session)
    assert outcome(run(app, "tag")) == (
        1,
        "",
        f"La version en usage, {version.name}, ne se charge pas : remettez {folder} en place, ou "
        "revenez à celle d’origine (flask themes use origine).\n",
    )
    assert run(app, "use", "origine").exit_code == 0
