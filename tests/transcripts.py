"""Entering an interview without a browser: what is sent, what comes back, what is stored."""

import io
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Testimony
from tests.reading import text

NEW = "/recherche/entretiens/nouveau"
CHECK = "/recherche/entretiens/relire/elu"
TOLD = "Enquêtrice : Et les élus ?\nÉlue : Le maire préside.\nÉlue : Oui."
SHOWN = "Élue\nEnquêtrice"
FORM = {
    "sitting": "",
    "shown": SHOWN,
    "held_on": "2026-11-03",
    "kind": "transcription",
    "text": TOLD,
    "agreed_on": "",
    "q_voix_equipe": "Enquêtrice",
    "q_consentement_participation": "oui",
    "q_consentement_citation": "sans_nom",
    "q_mode_accord": "oral",
    "q_clsm": "",
    "q_region": "53",
    "q_departement": "",
    "q_mandat": "maire",
}


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def errors(reply: TestResponse) -> list[str]:
    return [" ".join(each.text.split()) for each in read(reply).select(".error-summary li")]


def title(reply: TestResponse) -> str:
    return text(read(reply).title)


def send(client: FlaskClient, address: str = NEW, **data: Any) -> TestResponse:
    reply = client.post(address, data=data, content_type="multipart/form-data")
    reply.request.environ["wsgi.input"].close()  # where the test client keeps what is long
    return reply


def send_file(client: FlaskClient, data: bytes, name: str = "entretien.docx") -> TestResponse:
    return send(client, audience="elu", text="", file=(io.BytesIO(data), name))


def store(client: FlaskClient, **changes: Any) -> TestResponse:
    data = {name: value for name, value in (FORM | changes).items() if value is not None}
    return send(client, CHECK, **data)


def the_one() -> Testimony:
    db.session.rollback()
    return db.session.scalars(select(Testimony)).one()


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Testimony)) or 0


def filled(soup: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send of the form as it is shown."""
    form = soup.select_one("main form")
    assert form is not None
    sent: dict[str, Any] = {}
    for field in form.select("input[name]"):
        if field.get("type") not in ("radio", "checkbox") or field.has_attr("checked"):
            sent[str(field["name"])] = field.get("value", "")
    for area in form.select("textarea"):
        sent[str(area["name"])] = area.get_text()
    for choice in form.select("select"):
        chosen = choice.select_one("option[selected]")
        sent[str(choice["name"])] = chosen["value"] if chosen else ""
    return sent


def begun(researcher: FlaskClient) -> dict[str, Any]:
    """The form of an interview that this browser has begun."""
    return FORM | {"sitting": filled(read(send(researcher, audience="elu", text=TOLD)))["sitting"]}
