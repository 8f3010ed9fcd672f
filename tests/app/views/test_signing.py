"""Signing in and out: nothing outlives the button, and passwords outlive a change of secret."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from app.extensions import db
from app.models import RoleName
from app.services import accounts
from tests import factories
from tests.conftest import PASSWORD

EMAIL = "claire@recueil.example"
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
