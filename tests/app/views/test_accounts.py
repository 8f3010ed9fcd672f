"""Accounts: who enters which room, and the one-time password that must be changed."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import AccountLink, Notice, RoleName
from app.models.base import now
from app.services import accounts, notices
from tests import factories
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
    summary = BeautifulSoup(reply.text, "html5lib").select(".error-summary :is(h2, li)")
    assert [each.text for each in summary] == [
        "La connexion n’a pas abouti",
        "Adresse ou mot de passe inconnus. Vérifiez les deux, puis essayez à nouveau.",
    ]


def test_changing_one_s_password_is_a_page_of_the_desk(staff: FlaskClient) -> None:
    shown = staff.post("/compte/mot-de-passe", data={})
    page = BeautifulSoup(shown.text, "html5lib")
    assert page.body is not None
    assert page.title is not None
    assert (page.body["class"], page.title.text) == (
        ["desk"],
        "Erreur\u00a0: Changer de mot de passe - Recueil",
    )
    assert [link.text for link in page.select(".where a")] == ["Mon compte"]
    assert [each.text for each in page.select(".invalid-feedback")] == [
        "Erreur\u00a0: Écrivez un mot de passe."
    ] * 2


def invited(
    administrator: FlaskClient, email: str = "nadia@recueil.example", **more: object
) -> str:
    """Invite a colleague from the page; return the path of the link that the message holds."""
    reply = administrator.post("/admin/comptes", data={"email": email, "name": "Nadia"} | more)
    assert reply.status_code == 302, reply.text
    return last_link()


def last_link() -> str:
    db.session.rollback()
    notice = db.session.scalars(select(Notice).order_by(Notice.queued_at.desc())).first()
    assert notice is not None
    message = notices.read(notice)
    assert message is not None
    found = re.search(r"/compte/lien/[\w-]{43}", message.text)
    assert found is not None
    return found[0]


def choose(client: FlaskClient, link: str, password: str = PASSWORD) -> TestResponse:
    return client.post(link, data={"password": password, "again": password})


def enter(client: FlaskClient, email: str, password: str = PASSWORD) -> str | None:
    """Sign in; return where it leads, none when it is refused."""
    reply = client.post("/compte/connexion", data={"email": email, "password": password})
    return reply.location


def test_a_colleague_is_invited_and_chooses_a_password(
    app: Flask, administrator: FlaskClient
) -> None:
    link = invited(administrator, "Nadia@Recueil.example", roles=["researcher"])
    client = app.test_client()
    assert enter(client, "nadia@recueil.example", "") is None
    for _ in range(2):  # a mail scanner opens it too
        shown = client.get(link)
        assert (shown.status_code, "nadia" in shown.text.lower()) == (200, False)
    reply = choose(client, link)
    assert (reply.status_code, reply.location) == (302, "/compte/connexion")
    assert choose(app.test_client(), link).status_code == 404
    assert client.get(link).status_code == 404
    assert enter(client, "nadia@recueil.example") == "/compte/accueil"
    assert client.get("/recherche/").status_code == 200


def test_a_given_password_serves_once(app: Flask) -> None:
    given = accounts.create(
        db.session,
        email="nadia@recueil.example",
        roles=[RoleName.RESEARCHER],
        hash_password=hash_password,
    )
    db.session.commit()
    client = app.test_client()
    enter(client, "nadia@recueil.example", given)
    assert client.get("/recherche/").location == "/compte/mot-de-passe"
    own = {"new_password": PASSWORD, "new_password_confirm": PASSWORD}
    changed = client.post("/compte/mot-de-passe", data={"password": given} | own)
    assert changed.location == "/compte/accueil"
    assert client.get("/recherche/").status_code == 200


def test_an_invitation_is_over_after_a_week_or_when_another_leaves(
    app: Flask, administrator: FlaskClient
) -> None:
    first = invited(administrator)
    account = accounts.find(db.session, "nadia@recueil.example")
    assert account is not None
    administrator.post(f"/admin/comptes/{account.id}/invitation")
    second = last_link()
    client = app.test_client()
    assert [client.get(each).status_code for each in (first, second)] == [404, 200]
    db.session.execute(update(AccountLink).values(expires_at=now()))
    db.session.commit()
    assert client.get(second).status_code == 404
    shown = administrator.get("/admin/").text
    assert "invitation trop ancienne" in shown


def test_an_invitation_is_withdrawn_with_its_account(
    app: Flask, administrator: FlaskClient
) -> None:
    link = invited(administrator)
    account = accounts.find(db.session, "nadia@recueil.example")
    assert account is not None
    administrator.post(f"/admin/comptes/{account.id}/invitation/retirer")
    db.session.rollback()
    assert accounts.find(db.session, "nadia@recueil.example") is None
    assert app.test_client().get(link).status_code == 404


def test_only_who_has_not_come_is_invited_again_or_withdrawn(administrator: FlaskClient) -> None:
    other = factories.account(db.session, email="a@b.example")
    db.session.commit()
    for act in ("invitation", "invitation/retirer"):
        administrator.post(f"/admin/comptes/{other.id}/{act}")
    db.session.rollback()
    assert accounts.find(db.session, "a@b.example") is other
    assert db.session.scalars(select(Notice)).all() == []


def test_a_closed_account_opens_nothing(app: Flask, administrator: FlaskClient) -> None:
    other = factories.account(db.session, email="a@b.example", password=PASSWORD)
    db.session.commit()
    client, where = app.test_client(), f"/admin/comptes/{other.id}"
    assert enter(client, "a@b.example") == "/compte/accueil"
    link = re.search(r"/compte/lien/[\w-]{43}", administrator.post(f"{where}/lien").text)
    assert link is not None
    administrator.post(f"{where}/fermer")
    assert client.get("/compte/securite").location.startswith("/compte/connexion")
    assert enter(client, "a@b.example") is None
    assert client.get(link[0]).status_code == 404
    assert administrator.post(f"{where}/lien").status_code == 404
    administrator.post(f"{where}/rouvrir")
    assert enter(client, "a@b.example") == "/compte/accueil"


def test_the_link_that_an_administrator_makes_ends_older_sessions(
    app: Flask, administrator: FlaskClient
) -> None:
    other = factories.account(db.session, email="a@b.example", password=PASSWORD)
    db.session.commit()
    client = app.test_client()
    enter(client, "a@b.example")
    shown = administrator.post(f"/admin/comptes/{other.id}/lien").text
    link = re.search(r"/compte/lien/[\w-]{43}", shown)
    assert link is not None
    assert choose(app.test_client(), link[0], "une autre phrase pour entrer").status_code == 302
    assert client.get("/compte/securite").location.startswith("/compte/connexion")
    assert enter(client, "a@b.example") is None
    assert enter(client, "a@b.example", "une autre phrase pour entrer") == "/compte/accueil"


def test_one_account_an_address(administrator: FlaskClient) -> None:
    told = (
        "Une invitation part pour a@b.example.",
        "Un compte existe déjà pour a@b.example.",
    )
    for expected in told:
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
