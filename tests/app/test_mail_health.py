"""The sender's health: each step of a try, and what the settings alone tell."""

from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser

from app.extensions import db
from app.mail import health
from app.mail.health import Finding
from app.models import NoticeState
from app.services import notices
from app.task_queue import run_waiting
from tests import factories
from tests.servers import free_port
from tests.smtp import Inbox, serving


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def app(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(
        WTF_CSRF_ENABLED=False,
        MAIL_SERVER="127.0.0.1",
        MAIL_PORT=inbox.port,
        MAIL_IS_CAUGHT=False,
        MAIL_SUPPRESS_SEND=False,
    )


def told(found: list[Finding]) -> list[tuple[str, bool | None]]:
    return [(each.title, each.is_well) for each in found]


def test_all_goes_well_and_an_essay_arrives(app: Flask, inbox: Inbox) -> None:
    found = health.try_server(to="moi@exemple.fr")
    assert told(found) == [
        ("Connexion", True),
        ("Chiffrement", None),
        ("Expéditeur", True),
        ("Message d’essai", True),
    ]
    (message,) = inbox.messages
    assert (message["To"], message["Subject"]) == (
        "moi@exemple.fr",
        "Essai d’envoi depuis Recueil",
    )


def test_nobody_answers(app: Flask) -> None:
    app.config["MAIL_PORT"] = free_port()
    (found,) = health.try_server()
    assert found == Finding(
        "Connexion", False, "Le serveur ne répond pas (ConnectionRefusedError)."
    )


def test_a_name_that_does_not_exist(app: Flask) -> None:
    app.config["MAIL_SERVER"] = "nulle-part.invalid"
    (found,) = health.try_server()
    assert (found.title, found.is_well) == ("Connexion", False)


def test_encryption_that_the_server_does_not_know(app: Flask) -> None:
    app.config["MAIL_USE_TLS"] = True
    found = health.try_server()
    assert told(found) == [("Connexion", True), ("Chiffrement", False)]


def test_a_password_that_the_server_does_not_take(app: Flask) -> None:
    app.config |= {"MAIL_USERNAME": "nom", "MAIL_PASSWORD": "secret"}
    found = health.try_server()
    assert told(found)[-1] == ("Identification", False)
    assert "secret" not in found[-1].words


def test_without_a_server_it_is_said(make_app: Callable[..., Flask]) -> None:
    make_app(MAIL_IS_CAUGHT=True)
    assert told(health.try_server()) == [("Serveur de messagerie", False)]


@pytest.mark.parametrize(
    ("settings", "title", "is_well"),
    [
        ({}, "Domaine de l’expéditeur", False),
        ({"MAIL_DEFAULT_SENDER": "Centre <centre@gmail.com>"}, "Domaine de l’expéditeur", False),
        ({"MAIL_DEFAULT_SENDER": "Centre <a@centre.fr>"}, "Domaine de l’expéditeur", True),
        ({}, "SPF", None),
        ({}, "DKIM", None),
        ({}, "DMARC", None),
        ({}, "Retours", None),
        (
            {
                "MAIL_DEFAULT_SENDER": "a@centre.fr",
                "BOUNCE_ADDRESS": "retours@mail.centre.fr",
                "BOUNCE_MAILBOX": "maildir:///x",
            },
            "Retours",
            True,
        ),
        (
            {
                "MAIL_DEFAULT_SENDER": "a@centre.fr",
                "BOUNCE_ADDRESS": "retours@ailleurs.fr",
                "BOUNCE_MAILBOX": "maildir:///x",
            },
            "Retours",
            False,
        ),
        ({"BASE_URL": "http://127.0.0.1:5000"}, "Désinscription", None),
        ({"BASE_URL": "https://recueil.exemple.fr"}, "Désinscription", True),
    ],
)
def test_what_the_settings_tell(
    make_app: Callable[..., Flask], settings: dict[str, str], title: str, is_well: bool | None
) -> None:
    make_app(**settings)
    (found,) = [each for each in health.advice() if each.title == title]
    assert found.is_well is is_well


@pytest.mark.parametrize(
    ("server", "named"),
    [
        ("smtp.centre.fr", "a:smtp.centre.fr"),
        ("192.0.2.7", "ip4:192.0.2.7"),
        ("2001:db8::7", "ip6:2001:db8::7"),
    ],
)
def test_what_authorises_the_server_can_be_published(
    make_app: Callable[..., Flask], server: str, named: str
) -> None:
    make_app(MAIL_SERVER=server)
    (found,) = [each for each in health.advice() if each.title == "SPF"]
    assert found.words.endswith(f"v=spf1 {named} ~all")


def test_the_page_tries_only_when_asked(staff: FlaskClient, inbox: Inbox) -> None:
    page = staff.get("/equipe/messagerie")
    HTMLParser(strict=True).parse(page.text)
    titles = [dt.contents[0].strip() for dt in BeautifulSoup(page.text, "html5lib").select("dt")]
    assert titles == [
        "Domaine de l’expéditeur",
        "SPF",
        "DKIM",
        "DMARC",
        "Retours",
        "Désinscription",
    ]
    tried = staff.post("/equipe/messagerie/essai")
    shown = BeautifulSoup(tried.text, "html5lib").select("[role=status] dt")
    assert [dt.contents[0].strip() for dt in shown] == [
        "Connexion",
        "Chiffrement",
        "Expéditeur",
        "Message d’essai",
    ]


def test_what_did_not_leave_can_be_tried_again(
    staff: FlaskClient, app: Flask, inbox: Inbox
) -> None:
    notice = factories.notice(db.session)
    notices.claim(db.session, notice.id)
    notices.record_failure(db.session, notice.id, "554 non")
    db.session.commit()
    page = BeautifulSoup(staff.get("/equipe/messagerie").text, "html5lib")
    (row,) = [
        [" ".join(cell.text.split()) for cell in tr.select("th, td")]
        for tr in page.select("tbody tr")
    ]
    assert (row[0], row[2], row[3]) == ("un autre message", "554 non", "Réessayer, message 1")
    for _ in range(2):
        staff.post(f"/equipe/messagerie/{notice.id}/reprendre")
    run_waiting(app)
    db.session.refresh(notice)
    assert (notice.state, len(inbox.raw)) == (NoticeState.SENT, 1)


def test_researchers_do_not_enter(researcher: FlaskClient) -> None:
    assert researcher.get("/equipe/messagerie").status_code == 403


def test_the_command(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["mail", "check"])
    lines = [line.partition(" :")[0] for line in said.output.splitlines()]
    assert (said.exit_code, lines) == (
        0,
        [
            "Connexion (bien)",
            "Chiffrement (à vérifier)",
            "Expéditeur (bien)",
            "Domaine de l’expéditeur (À REPRENDRE)",
            "SPF (à vérifier)",
            "DKIM (à vérifier)",
            "DMARC (à vérifier)",
            "Retours (à vérifier)",
            "Désinscription (à vérifier)",
        ],
    )


def test_the_command_fails_when_nothing_can_leave(app: Flask) -> None:
    app.config["MAIL_PORT"] = free_port()
    said = app.test_cli_runner().invoke(args=["mail", "check", "--a", "moi@exemple.fr"])
    assert said.exit_code == 1
    assert said.output.splitlines()[-1].endswith("L’envoi ne fonctionne pas.")
