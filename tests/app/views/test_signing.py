"""Signing in and out: nothing outlives the button, and passwords outlive a change of secret."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select

from app.extensions import db
from app.models import AccountLink, Notice, RoleName
from app.services import account_links, accounts, notices, passwords
from tests import factories
from tests.conftest import PASSWORD

EMAIL = "claire@recueil.example"
OWN = "cheval agrafe pile correcte"
FORM = {"email": EMAIL, "password": PASSWORD}


@pytest.fixture
def claire(app: Flask) -> None:
    factories.account(db.session, email=EMAIL, roles=[RoleName.RESEARCHER], password=PASSWORD)
    db.session.commit()


@pytest.mark.usefixtures("claire")
def test_nobody_stays_signed_in(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/compte/connexion").text, "html5lib")
    assert page.select("input[type=checkbox]") == []
    reply = client.post("/compte/connexion", data=FORM | {"remember": "y"})
    assert reply.status_code == 302
    assert client.get_cookie("remember_token") is None
    assert client.get("/recherche/").status_code == 200


def test_a_copied_cookie_ends_with_the_session(app: Flask, researcher: FlaskClient) -> None:
    kept = researcher.get_cookie("session")
    assert kept is not None
    copy = app.test_client()
    copy.set_cookie("session", kept.value)
    assert copy.get("/recherche/").status_code == 200
    researcher.post("/compte/deconnexion")
    assert copy.get("/recherche/").status_code == 302


def test_signing_out_without_being_signed_in(client: FlaskClient) -> None:
    assert client.post("/compte/deconnexion").location == "/"


@pytest.mark.usefixtures("claire")
def test_a_password_outlives_a_change_of_secret(
    make_app: Callable[..., Flask], environment: dict[str, str]
) -> None:
    environment["SECRET_KEY"] = "un autre secret, de plus de 32 lettres"
    other = make_app(WTF_CSRF_ENABLED=False)
    reply = other.test_client().post("/compte/connexion", data=FORM)
    assert (reply.status_code, reply.location) == (302, "/compte/accueil")


def test_a_lost_password_is_replaced_by_one_that_serves_once(
    app: Flask, researcher: FlaskClient
) -> None:
    email = "researcher@recueil.example"
    given = accounts.renew_password(db.session, email.upper(), hash_password=hash_password)
    db.session.commit()
    assert researcher.get("/recherche/").status_code == 302
    client = app.test_client()
    client.post("/compte/connexion", data={"email": email, "password": PASSWORD})
    assert str(client.get("/recherche/").location).startswith("/compte/connexion")
    client.post("/compte/connexion", data={"email": email, "password": given})
    assert client.get("/recherche/").location == "/compte/mot-de-passe"


def changed(client: FlaskClient, own: str) -> tuple[int, list[str]]:
    """Change a password; return the status, and what is said to be wrong."""
    data = {"password": PASSWORD, "new_password": own, "new_password_confirm": own}
    reply = client.post("/compte/mot-de-passe", data=data)
    page = BeautifulSoup(reply.text, "html5lib")
    return reply.status_code, [
        each.text.split("\u00a0: ")[1] for each in page.select(".error-summary a")
    ]


def test_a_password_that_is_tried_first_is_not_kept(researcher: FlaskClient) -> None:
    said = passwords.objection("motdepasse2026", least=12)
    assert said is not None
    assert changed(researcher, "motdepasse2026") == (422, [said])
    about = passwords.objection("researcher-2026", least=12, about=["researcher@recueil.example"])
    assert changed(researcher, "researcher-2026") == (422, [about])
    assert changed(researcher, "cheval agrafe pile correcte") == (302, [])


def test_whoever_guesses_waits_whether_the_account_exists_or_not(
    app: Flask, researcher: FlaskClient
) -> None:
    replies = {}
    for email in ("researcher@recueil.example", "personne@recueil.example"):
        form = {"email": email, "password": "une phrase essayée"}
        client = app.test_client()
        tried = [client.post("/compte/connexion", data=form) for _ in range(12)]
        page = BeautifulSoup(tried[-1].text, "html5lib")
        said = page.select_one(".error-summary li")
        assert said is not None
        replies[email] = ([each.status_code for each in tried], said.text)
        form["password"] = PASSWORD  # right or not, it is not even looked at
        assert client.post("/compte/connexion", data=form).status_code == 429
    waited = "Trop d’essais. Attendez 30\u00a0secondes, puis essayez à nouveau."
    assert set(map(str, replies.values())) == {str(([422] * 10 + [429] * 2, waited))}


@pytest.mark.usefixtures("claire")
def test_a_forgotten_password_is_chosen_again_by_a_link(client: FlaskClient) -> None:
    told = {}
    for email in (EMAIL, "personne@recueil.example"):
        reply = client.post("/compte/oubli", data={"email": email}, follow_redirects=True)
        said = BeautifulSoup(reply.text, "html5lib").select_one("[role=status]")
        assert said is not None
        told[email] = (reply.status_code, reply.request.path, said.text)
    assert len(set(told.values())) == 1
    (notice,) = db.session.scalars(select(Notice))
    assert notice.is_secret
    message = notices.read(notice)
    assert message is not None
    assert message.to == EMAIL
    link = re.search(r"/compte/lien/[\w-]{43}", message.text)
    assert link is not None
    wrong = client.post(link[0], data={"password": OWN, "again": "autre chose"})
    assert wrong.status_code == 422
    assert client.post(link[0], data={"password": OWN, "again": OWN}).status_code == 302
    assert client.post("/compte/connexion", data=FORM).status_code == 422
    assert client.post("/compte/connexion", data=FORM | {"password": OWN}).status_code == 302
    assert db.session.scalars(select(AccountLink)).all() == []


@pytest.mark.usefixtures("claire")
def test_a_mailbox_is_not_flooded_and_links_do_not_last(client: FlaskClient) -> None:
    for _ in range(5):
        client.post("/compte/oubli", data={"email": EMAIL})
    db.session.rollback()
    assert len(db.session.scalars(select(Notice)).all()) == account_links.MOST_AN_HOUR
    left = db.session.scalars(select(AccountLink)).all()
    lasts = {each.expires_at - each.made_at for each in left}
    assert {round(each.total_seconds()) for each in lasts} == {3600}
    assert all(len(each.token_hash) == 64 for each in left)
