"""What tests of the questionnaire share: the addresses, a page begun, what is kept of it."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Draft
from app.services import drafts

CONSENT = {"q_consentement_participation": "oui"}


TERRITORY = {
    "q_clsm": "CLSM du Val d’Orne",
    "q_region": "",
    "q_departement": "",
    "q_annee_creation": "2014",
    "q_temps_coordination": "0,5",
}


def address(section: str, slug: str = "coordinateur") -> str:
    return f"/temoigner/{slug}/rubrique/{section}"


def page(reply: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(reply.text, "html5lib")


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def kept() -> dict[str, object]:
    """What the only draft holds."""
    db.session.rollback()
    return dict(drafts.answers(db.session.scalars(select(Draft)).one()))


def begin(client: FlaskClient, **more: str) -> TestResponse:
    return client.post(address("accord"), data=CONSENT | more)


def whole(client: FlaskClient, section: str) -> dict[str, str]:
    """What a browser sends for a page left empty."""
    fields = page(client.get(address(section))).select("form .question [name]")
    return {
        str(field["name"]): "" for field in fields if field.get("type") not in ("radio", "checkbox")
    }


def seen(client: FlaskClient, section: str) -> dict[str, str]:
    """What a page, opened now, will say that it has seen."""
    field = page(client.get(address(section))).select_one("form [name=seen]")
    assert field is not None
    return {"seen": str(field["value"])}


def summary(reply: TestResponse) -> tuple[int, str]:
    """Give the status, and what the page says first of what is wrong."""
    heading = page(reply).select_one("#erreurs")
    assert heading is not None
    return reply.status_code, heading.text


def erase(client: FlaskClient) -> None:
    assert client.post("/temoigner/coordinateur/effacer").location == "/"


def expire(client: FlaskClient) -> None:
    db.session.delete(db.session.scalars(select(Draft)).one())
    db.session.commit()
