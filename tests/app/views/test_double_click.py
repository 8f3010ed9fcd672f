"""Several clicks at the same instant, on both databases: done once, and everyone is told alike."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from app.extensions import db
from app.models import Contact, Draft, Import, Revision, RoleName, Testimony, Withdrawal
from app.views.answering import CHANGES_GONE
from tests import factories

CLICKS = 8
ROUNDS = 5


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def app_on(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """An application on each kind of database."""
    if request.param == "sqlite":
        return make_app(WTF_CSRF_ENABLED=False)
    url = request.getfixturevalue("postgresql_database")
    return make_app(WTF_CSRF_ENABLED=False, DATABASE_URL=url)


ACCORD = "/temoigner/usager/rubrique/accord"
SEND, THANKS = "/temoigner/usager/relire", "/temoigner/usager/merci"
AMEND, WITHDRAW = "/mon-temoignage/modifier", "/mon-temoignage/retirer"


def begun(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.post(ACCORD, data={"q_consentement_participation": "oui"})
    return client


def reopened(app: Flask) -> FlaskClient:
    """A browser that sent a testimony and opens it again, with its code, to amend it."""
    client = begun(app)
    client.post(SEND)
    groups = BeautifulSoup(client.get(THANKS).text, "html5lib").select(".receipt-code span")
    client.post("/mon-temoignage", data={"code": "".join(group.text for group in groups)})
    assert client.post(AMEND).location == SEND
    return client


def click(client: FlaskClient, *paths: str) -> list[tuple[int, str | None, str]]:
    """Post to these paths at the same instant from this one browser; give what each is told."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    together = Barrier(len(paths))

    def press(path: str) -> tuple[int, str | None, str]:
        tab = client.application.test_client()
        tab.set_cookie("session", cookie.value)
        together.wait()
        reply = tab.post(path)
        heading = BeautifulSoup(reply.text, "html5lib").h1
        return reply.status_code, reply.location, heading.text if heading else ""

    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(press, paths))


def counts(*models: type) -> list[int | None]:
    found = [db.session.scalar(select(func.count()).select_from(each)) for each in models]
    db.session.rollback()
    return found


def test_many_clicks_make_one_testimony(app_on: Flask) -> None:
    for done in range(1, ROUNDS + 1):
        replies = click(begun(app_on), *[SEND] * CLICKS)
        assert {reply[:2] for reply in replies} == {(302, THANKS)}
        assert counts(Testimony, Draft) == [done, 0]


def test_many_clicks_send_changes_once(app_on: Flask) -> None:
    for done in range(1, ROUNDS + 1):
        replies = click(reopened(app_on), *[SEND] * CLICKS)
        assert {reply[:2] for reply in replies} == {(302, THANKS)}
        assert counts(Testimony, Draft, Revision) == [done, 0, done]


def test_many_clicks_withdraw_once(app_on: Flask) -> None:
    for done in range(1, ROUNDS + 1):
        replies = click(reopened(app_on), *[WITHDRAW] * CLICKS)
        assert replies == [(200, None, "Votre témoignage est retiré")] * CLICKS
        assert counts(Testimony, Draft, Withdrawal) == [0, 0, done]


def test_many_clicks_erase_once(app_on: Flask) -> None:
    for _ in range(ROUNDS):
        replies = click(begun(app_on), *["/temoigner/usager/effacer"] * CLICKS)
        assert {reply[:2] for reply in replies} == {(302, "/")}
        assert counts(Testimony, Draft) == [0, 0]


def test_changes_bring_back_nothing_that_is_withdrawn(app_on: Flask) -> None:
    for done in range(1, ROUNDS + 1):
        client = reopened(app_on)
        *sent, withdrawn = click(client, SEND, SEND, SEND, WITHDRAW)
        assert withdrawn == (200, None, "Votre témoignage est retiré")
        assert {reply[0] for reply in sent} == {302}
        assert counts(Testimony, Draft, Withdrawal) == [0, 0, done]


def test_a_draft_opened_while_its_testimony_was_withdrawn_leaves_too(app_on: Flask) -> None:
    client = reopened(app_on)
    db.session.execute(delete(Testimony))
    db.session.commit()
    assert client.post(SEND).location == "/"
    alert = BeautifulSoup(client.get("/").text, "html5lib").select_one(".alert")
    assert alert is not None
    assert alert.text.strip() == CHANGES_GONE
    assert counts(Testimony, Draft) == [0, 0]


def test_many_clicks_import_a_file_once(app_on: Flask) -> None:
    factories.account(db.session, email="e@recueil.example", roles=[RoleName.STAFF])
    db.session.commit()
    first = app_on.test_client()
    first.post(
        "/compte/connexion", data={"email": "e@recueil.example", "password": "une phrase de passe"}
    )
    file = (io.BytesIO(b"courriel;nom;profil\na@b.fr;A;elu\nc@d.fr;C;elu\n"), "c.csv")
    address = first.post("/equipe/contacts/importer", data={"file": file}).location
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', first.get(address).text)
    cookie = first.get_cookie("session")
    assert cookie is not None
    assert seen is not None
    together = Barrier(CLICKS)

    def click() -> tuple[int, str | None]:
        client = app_on.test_client()
        client.set_cookie("session", cookie.value)
        together.wait()
        reply = client.post(address, data={"seen": seen[1]})
        return reply.status_code, reply.location

    with ThreadPoolExecutor(CLICKS) as pool:
        replies = [each.result() for each in [pool.submit(click) for _ in range(CLICKS)]]
    assert replies == [(303, address)] * CLICKS
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 2
    assert db.session.scalars(select(Import.counts)).all() == [{"added": 2}]
