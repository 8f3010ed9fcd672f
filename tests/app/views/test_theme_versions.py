"""The page of versions: what is in use, what can be learnt, what a person puts into use."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import pipelines
from app.extensions import db
from app.models import ThemeVersion, Verdict, VersionState
from app.services import decisions, theme_versions
from app.services.decisions import Counted
from app.task_queue import run_waiting
from tests import factories, learning
from tests.reading import page, text, texts

HERE = "/recherche/apprentissage"
FIGURES = {
    "precision": 0.75,
    "recall": 0.6,
    "f1": 2 / 3,
    "given": 5,
    "suggested": 4,
    "right": 3,
    "decisions": 9,
    "testimonies": 3,
}


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    return make_app(WTF_CSRF_ENABLED=False, TRAINING_CONFIG=learning.small_training(tmp_path))


def planted(state: VersionState = VersionState.READY, **more: object) -> ThemeVersion:
    """A version with its folder, as if it had been trained."""
    made = theme_versions.ask(db.session, Counted(20, 5), by=None)
    made.state, made.learnt = state, 20
    made.figures = {
        "in_use": FIGURES | {"origin": "intégré 1", "right": 2, "precision": 0.5},
        "new": FIGURES | {"origin": f"fr_recueil {made.name}"},
    }
    for name, value in more.items():
        setattr(made, name, value)
    pipelines.version_folder(made.name).mkdir(parents=True)
    db.session.commit()
    return made


def using() -> str | None:
    db.session.expire_all()
    return theme_versions.name_in_use(db.session)


def test_at_first_there_is_too_little_to_learn_from(researcher: FlaskClient) -> None:
    soup = page(researcher, HERE)
    paragraphs = texts(soup, "main .leaf > p")
    assert paragraphs[1:] == [
        "La version d’origine, livrée avec Recueil. 0 décision a été prise.",
        "Il faut au moins 20 décisions pour apprendre, et 5 dans les témoignages mis à part pour "
        "comparer. Il y en a 0 et 0. Acceptez ou rejetez d’autres suggestions, dans plusieurs "
        "témoignages.",
    ]
    assert texts(soup, "main .leaf button") == []
    researcher.post(f"{HERE}/apprendre")
    assert theme_versions.every(db.session) == []
    assert texts(page(researcher, HERE), ".alert") == [paragraphs[2]]


def test_a_training_is_asked_for_followed_and_ready(app: Flask, researcher: FlaskClient) -> None:
    learning.decided(db.session)
    db.session.commit()
    assert texts(page(researcher, HERE), "main .leaf button") == ["Apprendre de ces décisions"]
    assert researcher.post(f"{HERE}/apprendre").location == HERE
    (version,) = theme_versions.every(db.session)
    soup = page(researcher, HERE)
    (bar,) = soup.select("progress")
    assert (bar["value"], bar["max"], bar["data-follow"]) == (
        "0",
        "100",
        f"{HERE}/{version.id}/avancement",
    )
    assert researcher.get(f"{HERE}/{version.id}/avancement").get_json() == {
        "total": 100,
        "waiting": 100,
        "counts": {},
    }
    researcher.post(f"{HERE}/apprendre")  # pressed twice
    assert texts(page(researcher, HERE), ".alert")[-1] == (
        "Un apprentissage est déjà en cours : attendez qu’il finisse."
    )
    assert run_waiting(app) == 1
    assert researcher.get(f"{HERE}/{version.id}/avancement").get_json()["waiting"] == 0
    db.session.refresh(version)
    assert version.state == VersionState.READY
    soup = page(researcher, HERE)
    assert texts(soup, "h3") == [f"Version {version.name}"]
    assert using() is None  # until a person decides


def test_both_are_compared_with_their_counts(researcher: FlaskClient) -> None:
    made = planted()
    soup = page(researcher, HERE)
    assert text(soup.caption) == (
        f"Version {made.name}, comparée sur 9 décisions de 3 témoignages mis à part"
    )
    assert [texts(row, "th, td") for row in soup.select("tbody tr")] == [
        ["En usage ce jour-là (intégré 1)", "2 sur 4 50 %", "2 sur 5 60 %", "67 %"],
        [f"Nouvelle (fr_recueil {made.name})", "3 sur 4 75 %", "3 sur 5 60 %", "67 %"],
    ]


def test_a_person_puts_a_version_into_use_and_goes_back(
    app: Flask, researcher: FlaskClient
) -> None:
    told = factories.testimony(db.session)
    told.tagged_by = "essai 1"
    first, second = planted(), planted()
    soup = page(researcher, HERE)
    assert texts(soup, "main .leaf button") == [
        f"Mettre en usage la version {second.name}",
        f"Mettre en usage la version {first.name}",
    ]
    for version, back in (
        (first, "Revenir à la version d’origine"),
        (second, f"Revenir à la version {first.name}"),
    ):
        reply = researcher.post(f"{HERE}/usage", data={"version": version.id})
        assert (reply.location, using()) == (HERE, version.name)
        soup = page(researcher, HERE)
        assert texts(soup, "main .leaf button")[0] == back
        assert texts(soup, ".alert") == [
            "C’est fait. Tous les témoignages vont être relus en arrière-plan ; "
            "ce qui a été décidé ne change pas."
        ]
        assert texts(soup, "p.sending") == [
            "Témoignages relus par cette version 0 sur 1 0 sur 1 Actualiser"  # a bar, then words
        ]
    button = soup.select_one("main .leaf button")
    assert button is not None
    researcher.post(f"{HERE}/usage", data={"version": button["value"]})
    assert using() == first.name
    researcher.post(f"{HERE}/usage", data={"version": "origine"})
    assert using() is None


def test_who_put_it_into_use_is_said(researcher: FlaskClient) -> None:
    made = planted()
    researcher.post(f"{HERE}/usage", data={"version": made.id})
    (said,) = [
        each for each in texts(page(researcher, HERE), "main .leaf > p") if "mise en" in each
    ]
    assert said.startswith(f"La version {made.name}, apprise de 20 décisions le ")
    assert ", mise en usage par Claire Morvan le " in said


@pytest.mark.parametrize("named", ["", "99", "abc", "-1", "1" * 30, "²"])
def test_what_does_not_exist_is_not_put_into_use(researcher: FlaskClient, named: str) -> None:
    planted()
    assert researcher.post(f"{HERE}/usage", data={"version": named}).status_code == 404
    assert using() is None


def test_what_is_not_ready_is_not_put_into_use(researcher: FlaskClient) -> None:
    made = planted(VersionState.FAILED, failure="Plus de place.", figures=None)
    assert researcher.post(f"{HERE}/usage", data={"version": made.id}).status_code == 404
    soup = page(researcher, HERE)
    assert texts(soup, "main .leaf button") == []
    assert texts(soup, "main .leaf > p")[-1].endswith("Plus de place.")


def test_a_version_without_its_files_is_not_put_into_use(researcher: FlaskClient) -> None:
    made = planted()
    pipelines.version_folder(made.name).rmdir()
    researcher.post(f"{HERE}/usage", data={"version": made.id})
    assert using() is None
    assert texts(page(researcher, HERE), ".alert") == [
        "Les fichiers de cette version manquent sur le serveur : elle ne peut pas servir. "
        "L’administration peut les remettre en place."
    ]


def test_a_training_is_stopped(researcher: FlaskClient) -> None:
    made = planted(VersionState.TRAINING, figures=None, progress=0.4)
    soup = page(researcher, HERE)
    assert texts(soup, "main .leaf button") == ["Arrêter l’apprentissage"]
    assert soup.select("progress")[0]["value"] == "40"
    for said in ("L’apprentissage est arrêté.", "Aucun apprentissage en cours."):
        researcher.post(f"{HERE}/arreter")
        assert texts(page(researcher, HERE), ".alert") == [said]
    db.session.refresh(made)
    assert made.state == VersionState.FAILED


def test_only_researchers_enter(staff: FlaskClient, client: FlaskClient) -> None:
    made = planted()
    for ask, path in (
        ("get", ""),
        ("get", f"/{made.id}/avancement"),
        ("post", "/apprendre"),
        ("post", "/arreter"),
        ("post", "/usage"),
    ):
        assert getattr(staff, ask)(HERE + path).status_code == 403
        assert getattr(client, ask)(HERE + path).status_code == 302
    assert using() is None


def test_nothing_changes_by_looking(researcher: FlaskClient) -> None:
    for path in ("apprendre", "arreter", "usage"):
        assert researcher.get(f"{HERE}/{path}").status_code == 405
    assert researcher.get(f"{HERE}/12/avancement").status_code == 404


def test_decisions_since_are_counted(researcher: FlaskClient) -> None:
    learning.decided(db.session, learnt=2, apart=1)
    made = planted()
    researcher.post(f"{HERE}/usage", data={"version": made.id})
    coding = factories.coding(
        db.session, factories.free_text(learning.told(db.session, "Peur.", apart=False))
    )
    testimony_id = coding.answer.testimony_id
    decisions.decide(db.session, testimony_id, coding.id, Verdict.ACCEPTED, by=None)
    db.session.commit()
    (said,) = [
        each for each in texts(page(researcher, HERE), "main .leaf > p") if "mise en" in each
    ]
    assert said.endswith("1 décision a été prise depuis qu’elle a été apprise.")
