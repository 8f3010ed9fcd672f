"""What goes wrong: the page that says so, and the log, which names nobody and no address."""

import logging
from collections.abc import Callable
from typing import NoReturn

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from html5lib import HTMLParser
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.extensions import db
from tests import factories

WORDS = "Nous avons rencontré le maire à trois reprises."


def said(reply: TestResponse) -> tuple[int, str, str]:
    """Give the status of a page of error, its title and its first paragraph."""
    HTMLParser(strict=True).parse(reply.text)
    page = BeautifulSoup(reply.text, "html5lib")
    heading, paragraph = page.h1, page.select_one("h1 + p")
    assert heading is not None
    assert paragraph is not None
    return reply.status_code, heading.text, " ".join(paragraph.text.split())


@pytest.fixture
def served(make_app: Callable[..., Flask]) -> Flask:
    """An application that answers an exception with its page, as in production."""
    return make_app(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)


def test_words_of_a_testimony_reach_no_log(served: Flask, caplog: pytest.LogCaptureFixture) -> None:
    db.session.execute(
        text(
            "CREATE TRIGGER broken BEFORE INSERT ON answers "
            "BEGIN SELECT RAISE(ABORT, 'disque abîmé'); END"
        )
    )
    db.session.commit()
    client = served.test_client()
    client.post("/temoigner/elu/rubrique/accord", data={"q_consentement_participation": "oui"})
    client.post("/temoigner/elu/rubrique/action", data={"q_portage": WORDS})
    reply = client.post("/temoigner/elu/relire")
    assert reply.status_code == 500
    assert "disque abîmé" in caplog.text
    assert WORDS not in caplog.text
    assert "maire" not in caplog.text


def test_a_personal_link_reaches_no_log(
    served: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, contact = factories.campaign(db.session), factories.contact(db.session)
    token = factories.invitation(db.session, campaign=campaign, contact=contact).token
    db.session.commit()

    def fail(*_: object) -> NoReturn:
        raise RuntimeError("panne")

    monkeypatch.setattr("app.services.invitations.find", fail)
    reply = served.test_client().get(f"/invitation/{token}")
    assert said(reply)[:2] == (500, "Une erreur est survenue de notre côté")
    assert token not in caplog.text
    assert "Exception on /invitation/<token> [GET]" in caplog.messages


def test_an_error_outside_of_any_page(served: Flask, caplog: pytest.LogCaptureFixture) -> None:
    @served.before_request
    def fail() -> NoReturn:
        raise RuntimeError("panne")

    assert served.test_client().get("/nulle/part").status_code == 500
    assert "Exception on no page [GET]" in caplog.messages


def test_a_database_in_trouble_is_said_in_one_line(
    served: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    client = served.test_client()
    client.get("/")
    db.session.execute(text("DROP TABLE drafts"))
    db.session.commit()
    client.post("/temoigner/elu/rubrique/accord", data={"q_consentement_participation": "oui"})
    told = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [each.getMessage() for each in told] == ["the database failed: no such table: drafts"]
    assert told[0].exc_info is None


def test_a_form_that_cannot_be_checked(make_app: Callable[..., Flask]) -> None:
    reply = make_app().test_client().post("/compte/connexion", data={"email": "a@b.example"})
    assert said(reply) == (
        400,
        "Cet envoi n’a pas pu être vérifié",
        "La page est restée ouverte trop longtemps, ou l’envoi ne venait pas d’une page de ce "
        "site. Revenez en arrière, rechargez la page, puis envoyez à nouveau : "
        "rien n’a été changé.",
    )


@pytest.mark.parametrize("path", ["/", "/compte/connexion", "/nulle/part", "/readyz"])
def test_a_foreign_name_is_refused(make_app: Callable[..., Flask], path: str) -> None:
    app = make_app(TRUSTED_HOSTS=["recueil.exemple.fr", "127.0.0.1", "localhost"])
    client = app.test_client()
    reply = client.get(path, headers={"Host": "autre.exemple.fr"})
    assert said(reply) == (
        400,
        "Cette demande n’a pas été comprise",
        "L’adresse de ce site n’est pas celle par laquelle vous êtes passée ou passé. "
        "Recopiez celle qui vous a été donnée.",
    )
    assert "autre.exemple.fr" not in reply.text
    assert client.get("/healthz", headers={"Host": "recueil.exemple.fr"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "127.0.0.1:5000"}).status_code == 200
