"""A new SECRET_KEY, the one before among its fallbacks: nobody is put out, no page is lost."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db, security
from app.models import Draft, RoleName
from tests import factories
from tests.answering import CONSENT, address
from tests.conftest import PASSWORD

OLD, NEW = "un ancien secret de plus de 32 lettres", "un nouveau secret de plus de 32 lettres"
EMAIL = "collegue@recueil.example"


def carry(client: FlaskClient, app: Flask) -> FlaskClient:
    """The same browser, before the process that was started again."""
    other, cookie = app.test_client(), client.get_cookie("session")
    if cookie is not None:
        other.set_cookie("session", cookie.value)
    return other


def hidden(client: FlaskClient, page: str) -> dict[str, str]:
    found = BeautifulSoup(client.get(page).data, "html.parser").select("main input[type=hidden]")
    return {str(field["name"]): str(field.get("value", "")) for field in found}


@pytest.fixture
def restarted(
    make_app: Callable[..., Flask], environment: dict[str, str]
) -> Callable[[str, str], Flask]:
    def start(secret: str, earlier: str) -> Flask:
        environment.update(SECRET_KEY=secret, SECRET_KEY_FALLBACKS=earlier)
        return make_app()

    return start


@pytest.mark.parametrize(("earlier", "answer"), [(OLD, 302), ("", 422)])
def test_a_page_open_meanwhile_is_saved(
    restarted: Callable[[str, str], Flask], earlier: str, answer: int
) -> None:
    before = restarted(OLD, "").test_client()
    page = address("accord")
    typed = hidden(before, page)
    after = carry(before, restarted(NEW, earlier))
    reply = after.post(page, data=typed | CONSENT)
    assert reply.status_code == answer
    assert db.session.query(Draft).count() == (1 if answer == 302 else 0)


def test_whoever_is_signed_in_stays_and_their_open_form_serves(
    restarted: Callable[[str, str], Flask],
) -> None:
    before = restarted(OLD, "").test_client()
    roles = [RoleName.ADMINISTRATOR, RoleName.STAFF]
    factories.account(db.session, email=EMAIL, roles=roles, password=PASSWORD)
    db.session.commit()
    who = {"email": EMAIL, "password": PASSWORD}
    before.post("/compte/connexion", data=who | hidden(before, "/compte/connexion"))
    form = hidden(before, "/equipe/protection")
    after = carry(before, restarted(NEW, OLD))
    assert after.post("/equipe/protection", data=form).location == "/equipe/protection"
    lost = carry(before, restarted(NEW, ""))
    assert lost.post("/equipe/protection", data=form).status_code == 400
    assert str(lost.get("/equipe/protection").location).startswith("/compte/connexion")


def test_links_of_accounts_are_signed_with_the_newest(
    restarted: Callable[[str, str], Flask],
) -> None:
    restarted(OLD, "")
    old = security.reset_serializer.dumps("1")
    restarted(NEW, OLD)
    new = security.reset_serializer.dumps("1")
    assert security.reset_serializer.loads(old) == "1"
    restarted(NEW, "")
    assert security.reset_serializer.loads(new) == "1"
