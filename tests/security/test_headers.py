"""What every kind of answer says to the browser: exact, on pages, errors, files and redirects."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import RoleName
from app.views import access
from tests import factories
from tests.conftest import PASSWORD

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"
HOST = "recueil.exemple.fr"
FILE = (
    "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
PAGE = (
    "default-src 'none'; script-src 'nonce-*'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
SAID = {
    "Strict-Transport-Security": "max-age=31536000",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-XSS-Protection": "1; mode=block",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SAID["Permissions-Policy"] = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)


@pytest.fixture
def production(make_app: Callable[..., Flask], environment: dict[str, str]) -> Flask:
    """An application as an institution runs it, but for the tokens of its forms."""
    environment |= {
        "APP_ENV": "production",
        "SECRET_KEY": "s" * 32,
        "DATA_KEYS": "kDcQ7Z5fYy0xHcW5n8Yb3mG1T9q2rV4uX6zA8sD0fGs=",
        "BASE_URL": f"https://{HOST}",
        "MAIL_SERVER": "smtp.exemple.fr",
        "MAIL_DEFAULT_SENDER": "recueil@exemple.fr",
    }
    return make_app(WTF_CSRF_ENABLED=False)


def visitor(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base |= {"HTTP_HOST": HOST, "wsgi.url_scheme": "https"}
    return client


def team(app: Flask) -> FlaskClient:
    roles = [RoleName.STAFF, RoleName.RESEARCHER]
    account = factories.account(db.session, roles=roles, password=PASSWORD)
    db.session.commit()
    client = visitor(app)
    data = {"email": account.email, "password": PASSWORD}
    assert client.post("/compte/connexion", data=data).status_code == 302
    return client


def fall(app: Flask) -> None:
    @app.get("/tombe")
    def fall() -> str:
        raise ZeroDivisionError

    access.of_route("fall", access.EVERYBODY)
    app.config["PROPAGATE_EXCEPTIONS"] = False


ANSWERS = {
    "GET /": (200, PAGE, "no-store"),
    "GET /equipe/contacts/": (200, PAGE, "no-store"),
    "GET /temoigner/elu/": (302, PAGE, "no-store"),
    "GET /admin/": (403, PAGE, "no-store"),
    "GET /nulle-part": (404, PAGE, "no-store"),
    "PUT /": (405, PAGE, "no-store"),
    "POST /une-question": (413, PAGE, "no-store"),
    "GET /tombe": (500, PAGE, "no-store"),
    "GET /healthz": (200, FILE, "no-store"),
    "GET /recherche/decomptes/tableau.csv": (200, FILE, "no-store"),
    "GET /recherche/grille/exporter/grille.yml": (200, FILE, "no-store"),
    "GET /static/theme.css": (200, FILE, "no-cache"),
    "GET /bootstrap/static/css/bootstrap.min.css": (200, FILE, "no-cache"),
}


def test_each_kind_of_answer(production: Flask) -> None:
    fall(production)
    client, told, others = team(production), {}, []
    for each in ANSWERS:
        method, address = each.split()
        reply = client.open(address, method=method, data={"text": "a" * 2_000_000})
        policy = reply.headers["Content-Security-Policy"]
        policy = re.sub(r"nonce-[\w-]{22}'", "nonce-*'", policy)
        told[each] = (reply.status_code, policy, reply.headers["Cache-Control"])
        others.append({name: reply.headers[name] for name in SAID})
        reply.close()
    assert told == ANSWERS
    assert others == [SAID] * len(ANSWERS)


def test_a_foreign_name_is_answered_as_strictly(production: Flask) -> None:
    reply = production.test_client().get("/", headers={"Host": "ailleurs.example"})
    assert reply.status_code == 400
    assert {name: reply.headers[name] for name in SAID} == SAID


def test_a_nonce_serves_once_and_names_each_script(client: FlaskClient) -> None:
    drawn = []
    for _ in range(2):
        reply = client.get("/une-question")
        found = re.search(r"'nonce-([\w-]{22})'", reply.headers["Content-Security-Policy"])
        assert found is not None
        named = re.findall(r"<script nonce=\"([^\"]*)\" src", reply.text)
        assert set(named) == {found[1]}
        drawn.append(found[1])
    assert drawn[0] != drawn[1]


def test_no_transport_is_promised_in_development(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_every_script_has_its_nonce_and_nothing_is_inline() -> None:
    """Also in the templates that no test opens."""
    texts = {path: path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))}
    scripts = [each for text in texts.values() for each in re.findall(r"<script[^>]*>", text)]
    assert {re.split(r"[ =]", each)[1] for each in scripts} == {"nonce", "type"}
    assert [each for each in scripts if " type=" in each and "nonce" not in each] == [
        '<script type="application/json" id="etabli">'  # data, which nothing runs
    ]
    inline = re.compile(r"<style|\sstyle=\"|\son[a-z]+=\"|javascript:", re.IGNORECASE)
    assert [path.name for path, text in texts.items() if inline.search(text)] == []


def test_cookies_travel_encrypted_and_out_of_reach(production: Flask) -> None:
    client = visitor(production)
    begun = client.post(
        "/temoigner/elu/rubrique/accord", data={"q_consentement_participation": "oui"}
    )
    factories.account(db.session, password=PASSWORD)
    db.session.commit()
    data = {"email": "collegue@recueil.example", "password": PASSWORD}
    signed_in = client.post("/compte/connexion", data=data)
    for reply in (begun, signed_in):
        cookies = reply.headers.getlist("Set-Cookie")
        assert len(cookies) >= 1
        for cookie in cookies:
            assert cookie.startswith("__Host-session=")  # no neighbour of the domain sets it
            words = {part.strip() for part in cookie.split(";")[1:]}
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= words
            assert not any(word.startswith("Domain") for word in words)
