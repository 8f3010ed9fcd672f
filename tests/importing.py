"""Sending a file as the team does, and reading the pages that follow."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Clsm, Contact, Import

CONTACTS, CLSMS = "/equipe/contacts/importer", "/equipe/clsm/importer"

HEADER = "courriel;nom;profil;clsm\n"

LINES = (
    f"{HEADER}z@exemple.fr;Zoé L’Été;élue;CLSM d’Étaples\nfaux;=B;élu;\n"
    "non@exemple.fr;N;élue;\nz@exemple.fr;Zoé;élue;\n"
).encode("cp1252")


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def words(node: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(each.text.split()) for each in node.select(selector)]


def rows(page: BeautifulSoup) -> list[list[str]]:
    found = page.select("tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in found]


def counts(page: BeautifulSoup) -> list[int]:
    return [int(each) for each in words(page, ".counts b")]


def errors(reply: TestResponse) -> list[str]:
    return words(read(reply), ".error-summary li")


def send(
    client: FlaskClient, data: bytes, *, to: str = CONTACTS, name: str = "c.csv"
) -> TestResponse:
    """Send a form whose body is made here: the client's own would use temporary files."""
    head = f'--limite\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + b"\r\n--limite--\r\n"
    return client.post(to, data=body, content_type="multipart/form-data; boundary=limite")


def preview(client: FlaskClient, data: bytes, **options: str) -> tuple[str, BeautifulSoup]:
    """Send a file whose columns are known; return the address of its preview, and the page."""
    reply = send(client, data, **options)
    assert reply.status_code == 303, reply.text
    return reply.location, read(client.get(reply.location))


def yes(client: FlaskClient, address: str, page: BeautifulSoup) -> BeautifulSoup:
    """Say yes to a preview; return the page that follows."""
    field = page.select_one("[name=seen]")
    assert field is not None
    reply = client.post(address, data={"seen": field["value"]})
    assert (reply.status_code, reply.location) == (303, address)
    return read(client.get(address))


def count(model: type[Contact] | type[Clsm] | type[Import] = Contact) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0
