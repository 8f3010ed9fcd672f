"""Accounts: who enters which room, and the one-time password that must be changed."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import RoleName
from app.services import accounts
from tests.conftest import PASSWORD

ROOMS = {
    "/recherche/": RoleName.RESEARCHER,
    "/recherche/decomptes/": RoleName.RESEARCHER,
    "/equipe/": RoleName.STAFF,
    "/equipe/contacts/": RoleName.STAFF,
    "/admin/": RoleName.ADMINISTRATOR,
}


@pytest.mark.parametrize("path", ROOMS)
def test_a_room_opens_to_its_role_alone(
    client: FlaskClient, signed_in: Callable[..., FlaskClient], path: str
) -> None:
    stranger = client.get(path)
    assert (stranger.status_code, str(stranger.location).split("?")[0]) == (
        302,
        "/compte/connexion",
    )
    statuses = {role: signed_in(role).get(path).status_code for role in RoleName}
    assert statuses == {role: 200 if role is ROOMS[path] else 403 for role in RoleName}


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (RoleName.RESEARCHER, "/recherche/"),
        (RoleName.STAFF, "/equipe/"),
        (RoleName.ADMINISTRATOR, "/admin/"),
    ],
)
def test_signing_in_leads_to_ones_room(
    signed_in: Callable[..., FlaskClient], role: RoleName, home: str
) -> None:
    reply = signed_in(role).get("/compte/accueil")
    assert (reply.status_code, reply.location) == (302, home)


def test_a_wrong_password_says_no_more_than_that(app: Flask, client: FlaskClient) -> None:
    reply = client.post(
        "/compte/connexion", data={"email": "inconnue@recueil.example", "password": "x" * 12}
    )
    summary = BeautifulSoup(reply.text, "html5lib").select_one(".error-summary li")
    assert summary is not None
    assert summary.text == (
        "Adresse ou mot de passe inconnus. Vérifiez les deux, puis essayez à nouveau."
    )


def test_a_given_password_serves_once(app: Flask, administrator: FlaskClient) -> None:
    reply = administrator.post(
        "/admin/comptes",
        data={"email": "Nadia@Recueil.example", "name": "Nadia", "roles": ["researcher"]},
        follow_redirects=True,
    )
    given = re.search(r"usage unique\s: ([\w-]+)", reply.text)
    assert given is not None
    client = app.test_client()
    client.post("/compte/connexion", data={"email": "nadia@recueil.example", "password": given[1]})
    assert client.get("/recherche/").location == "/compte/mot-de-passe"
    own = {"new_password": PASSWORD, "new_password_confirm": PASSWORD}
    changed = client.post("/compte/mot-de-passe", data={"password": given[1]} | own)
    assert changed.location == "/compte/accueil"
    assert client.get("/recherche/").status_code == 200


def test_one_account_an_address(administrator: FlaskClient) -> None:
    for expected in ("Compte ouvert pour a@b.example.", "Un compte existe déjà pour a@b.example."):
        reply = administrator.post(
            "/admin/comptes", data={"email": "a@b.example"}, follow_redirects=True
        )
        message = BeautifulSoup(reply.text, "html5lib").select_one("[role=status]")
        assert message is not None
        assert message.text.startswith(expected)


def test_an_address_that_is_none(administrator: FlaskClient) -> None:
    reply = administrator.post("/admin/comptes", data={"email": "nadia", "name": "Nadia"})
    shown = BeautifulSoup(reply.text, "html5lib")
    link, name = shown.select_one(".error-summary a"), shown.select_one("#name")
    assert link is not None
    assert name is not None
    assert (reply.status_code, link.text, name["value"]) == (
        422,
        "Adresse électronique\u00a0: Cette adresse n’est pas complète. "
        "Écrivez par exemple nom@organisme.fr.",
        "Nadia",
    )


def test_a_name_keeps_nothing_that_a_database_refuses(administrator: FlaskClient) -> None:
    administrator.post("/admin/comptes", data={"email": "a@b.example", "name": " Nadia\x00  B. "})
    account = accounts.find(db.session, "a@b.example")
    assert account is not None
    assert account.name == "Nadia B."


@pytest.mark.parametrize("number", [0, 2**31, 10**30])
def test_an_account_that_is_none_has_no_rights_to_change(
    administrator: FlaskClient, number: int
) -> None:
    reply = administrator.post(f"/admin/comptes/{number}/droits", data={"roles": ["staff"]})
    assert reply.status_code == 404


def test_rights_are_changed_from_the_page(administrator: FlaskClient) -> None:
    administrator.post("/admin/comptes", data={"email": "a@b.example", "roles": ["staff"]})
    account = accounts.find(db.session, "a@b.example")
    assert account is not None
    administrator.post(f"/admin/comptes/{account.id}/droits", data={"roles": ["researcher"]})
    db.session.expire_all()
    assert [role.name for role in account.roles] == ["researcher"]


def test_a_change_of_rights_is_logged_by_numbers(
    administrator: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    administrator.post("/admin/comptes", data={"email": "a@b.example", "name": "Anne"})
    mine = accounts.find(db.session, "administrator@recueil.example")
    other = accounts.find(db.session, "a@b.example")
    assert mine is not None
    assert other is not None
    for roles in (["staff", "researcher"], []):
        administrator.post(f"/admin/comptes/{other.id}/droits", data={"roles": roles})
    told = [each.getMessage() for each in caplog.records if each.name == "app.views.accounts"]
    assert told == [
        f"account {mine.id} set the roles of account {other.id}: researcher, staff",
        f"account {mine.id} set the roles of account {other.id}: none",
    ]


def test_the_last_administrator_stays_one(administrator: FlaskClient) -> None:
    account = accounts.find(db.session, "administrator@recueil.example")
    assert account is not None
    reply = administrator.post(f"/admin/comptes/{account.id}/droits", data={"roles": ["staff"]})
    db.session.expire_all()
    assert [role.name for role in account.roles] == ["administrator"]
    assert reply.status_code == 302
    message = BeautifulSoup(administrator.get("/admin/").text, "html5lib").select_one(
        "[role=status]"
    )
    assert message is not None
    assert message.text == "Il faut au moins une personne pour administrer\u00a0: rien n’a changé."


def test_signing_out_is_a_button(researcher: FlaskClient) -> None:
    assert researcher.get("/compte/deconnexion").status_code == 405
    assert researcher.post("/compte/deconnexion").location == "/"
    assert researcher.get("/recherche/").status_code == 302
