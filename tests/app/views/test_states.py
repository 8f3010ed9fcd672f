"""The administrator's page: what waits, who works, what is stuck, in words."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser

from app import tasks
from app.database import expected_revision
from app.extensions import db
from app.models import Backup, Beat, NoticeState
from app.models.base import now
from app.observation import installation
from app.services import beats
from tests import factories, servers

PATH = "/admin/etat"


def read(client: FlaskClient) -> BeautifulSoup:
    reply = client.get(PATH)
    assert reply.status_code == 200
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def facts(page: BeautifulSoup) -> dict[str, str]:
    """Give what is said under each label of the page."""
    return {
        " ".join(label.get_text().split()): " ".join(
            label.find_next_sibling("dd").get_text().split()  # type: ignore[union-attr]
        )
        for label in page.select("main dt")
    }


def lead(page: BeautifulSoup) -> str:
    return " ".join(page.select_one(".lead").get_text().split())  # type: ignore[union-attr]


def test_only_administrators_enter(client: FlaskClient, staff: FlaskClient) -> None:
    assert client.get(PATH).status_code == 302
    assert staff.get(PATH).status_code == 403


@pytest.fixture
def mail_server(environment: dict[str, str]) -> Iterator[None]:
    """Something takes the calls on the port of the mail server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        environment["MAIL_PORT"] = str(listening.getsockname()[1])
        yield


@pytest.mark.usefixtures("mail_server")
def test_what_an_idle_installation_says(administrator: FlaskClient) -> None:
    page = read(administrator)
    said = facts(page)
    assert said["La base de données Bien"] == "Elle répond."
    assert said["Le travail en file À voir"] == (
        "Personne n’y travaille : lancez « flask worker » (ou « flask start »)."
    )
    assert (said["Travaux dans la file"], said["Le plus ancien a été demandé"]) == (
        "0",
        "aucun n’attend",
    )
    assert said["Version des tables"] == expected_revision()
    assert said["Clés de chiffrement"] == "1 clé"
    assert said["Dernière sauvegarde"] == "aucune"
    assert said["La sauvegarde À voir"] == (
        "Il n’y en a aucune : lancez « flask backup », puis chaque jour."
    )
    assert said["Les messages Bien"] == "Aucun n’est en retard."
    assert lead(page) == "2 choses demandent votre attention."
    assert [each[-6:] == "À voir" for each in list(said)[:3]] == [True, True, False]  # ill first


def test_what_waits_who_works_and_what_is_stuck(administrator: FlaskClient) -> None:
    late = factories.notice(db.session)
    late.queued_at = now() - timedelta(hours=3)
    factories.notice(db.session).state = NoticeState.UNCERTAIN
    beats.show(db.session, "atelier-1", doing=("train_themes", now()), outcomes={})
    beats.show(db.session, "atelier-2", doing=None, outcomes={})
    quiet = db.session.get_one(Beat, "atelier-2")
    quiet.seen_at = now() - timedelta(minutes=9)
    factories.testimony(db.session)
    made_at, size = now() - timedelta(hours=3), 5 * 1024**2
    db.session.add(Backup(name="a.recueil", made_at=made_at, size=size, rows=9))
    db.session.commit()
    tasks.sweep_untagged.enqueue()
    page = read(administrator)
    workers = [" ".join(row.get_text().split()) for row in page.select("#workers ~ tbody tr")]
    assert workers == [
        "atelier-1 à l’instant apprend des décisions, à l’instant",
        "atelier-2 muet, il y a 9 minutes au repos",
    ]
    said = facts(page)
    assert (said["Travaux dans la file"], said["Le plus ancien a été demandé"]) == (
        "1",
        "à l’instant",
    )
    assert said["Témoignages à lire par la machine"] == "1"
    assert said["Dernière sauvegarde"] == "il y a 3 heures, 5 Mo, pas encore vérifiée"
    outboxes = [" ".join(row.stripped_strings) for row in page.select("#outboxes ~ tbody tr")]
    assert outboxes == ["Campagnes 0 0 0 0", "À une personne 1 0 0 1"]
    assert said["Les messages À voir"].startswith(
        "Une personne en attend un, écrit il y a 3 heures."
    )
    assert said["La sauvegarde Bien"].startswith("La dernière a été faite il y a 3 heures.")
    assert page.select('a[href*="messagerie"]') == []  # an administrator is not of the team


@pytest.mark.usefixtures("mail_server")
def test_what_accumulates_is_said_until_all_is_well(
    administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = factories.notice(db.session)
    notice.state = NoticeState.UNCERTAIN
    beats.show(db.session, "atelier-1", doing=None, outcomes={})
    made = Backup(name="a.recueil", made_at=now() - timedelta(days=5), size=1, rows=9)
    db.session.add(made)
    db.session.commit()
    began = (now() - timedelta(hours=5)).timestamp()
    monkeypatch.setattr(installation, "waits_since", lambda _queue: began)
    said = facts(read(administrator))
    assert said["Le travail en file À voir"].startswith(
        "Il s’accumule : le plus ancien a été demandé il y a 5 heures."
    )
    assert said["Les messages À voir"].startswith("1 message est peut-être parti, peut-être non :")
    assert said["La sauvegarde À voir"].startswith("La dernière a été faite il y a 5 jours :")
    monkeypatch.setattr(installation, "waits_since", lambda _queue: None)
    notice.state, made.made_at, made.verified_at = NoticeState.SENT, now(), now()
    db.session.commit()
    page = read(administrator)
    assert facts(page)["La sauvegarde Bien"] == "La dernière a été faite à l’instant."
    assert lead(page) == "Tout répond, et le travail avance."


def test_a_queue_that_is_away_is_said(make_app: Callable[..., Flask]) -> None:
    port = servers.free_port()
    assert installation.queue(make_app(QUEUE_URL=f"redis://127.0.0.1:{port}/0")) is None
