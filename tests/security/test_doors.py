"""Forged requests, other people's sites, other names, borrowed sessions, and how long it takes."""

import hashlib
import uuid
from collections.abc import Callable

import pytest
from flask import Flask, current_app
from flask_security import forms
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from app.extensions import db
from app.models import Account, Notice, RoleName
from app.services import drafts, notices, receipts
from tests.conftest import PASSWORD
from tests.security.planting import Kept, plant, somebody
from tests.security.test_hostile_words import ROOMS, found_forms, signed_in
from tests.security.walking import pages, send

ELSEWHERE = [
    "https://mal.example/",
    "//mal.example",
    "/\\mal.example",
    "https:mal.example",
    "\t//mal",
]
EVIL = "mal.example"


def test_no_route_that_posts_is_taken_without_a_token(make_app: Callable[..., Flask]) -> None:
    """Also those of scripts, and those that no page happened to show."""
    app = make_app()
    plant()
    kept, taken = Kept(), []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            reply = app.test_client().post(anywhere(rule), data={"q_clsm": "mot", "text": "mot"})
            taken += [rule.rule] if reply.status_code >= 500 else []
            reply.close()
    assert (kept.changed(), taken) == ([], [])


BODIES = [
    ("application/json", b'{"acte": ["a"], "text": {}}'),
    ("application/json", b'{"'),
    ("multipart/form-data", b"--a\r\n"),
    ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="a\0"\r\n'),
]
"""What no form of ours sends, and the kind it says it is."""


def test_other_bodies_than_those_of_forms_make_nothing_fall(app: Flask) -> None:
    """No route reads JSON: whoever sends some is told no, as for an empty form."""
    client = app.test_client()
    client.post("/compte/connexion", data=somebody(*RoleName))
    cookie, fallen = client.get_cookie("session"), []
    assert cookie is not None
    for rule in app.url_map.iter_rules():
        for kind, body in BODIES if "POST" in (rule.methods or ()) else ():
            client.set_cookie("session", cookie.value)
            reply = client.post(anywhere(rule), data=body, content_type=kind)
            fallen += [f"{rule.rule} {body!r}"] if reply.status_code >= 500 else []
            reply.close()
    assert fallen == []


def anywhere(rule: Rule) -> str:
    """Return an address of this rule; what it names is not there, but for the questionnaire."""
    values: dict[str, object] = {}
    for name in rule.arguments - set(rule.defaults or ()):
        converter = rule._converters[name]
        if isinstance(converter, UUIDConverter):
            values[name] = uuid.UUID(int=1)
        elif isinstance(converter, IntegerConverter):
            values[name] = 1
        elif isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = {"section_id": "accord"}.get(name, "elu")
    built = rule.build(values)
    assert built is not None
    return built[1]


@pytest.mark.parametrize("evil", ELSEWHERE)
def test_whoever_signs_in_is_led_nowhere_else(app: Flask, evil: str) -> None:
    data = somebody(RoleName.STAFF)
    client = app.test_client()
    reply = client.post(
        "/compte/connexion", query_string={"next": evil}, data=data | {"next": evil}
    )
    led = reply.location or "/compte/"
    assert led.startswith("/")
    assert led[1] not in "/\\"


NAMES = ("next", "retour", "suite", "depuis", "url", "from", "redirect", "page")


def test_no_page_leads_elsewhere(app: Flask) -> None:
    data = somebody(RoleName.STAFF, RoleName.RESEARCHER, RoleName.ADMINISTRATOR)
    client = app.test_client()
    client.post("/compte/connexion", data=data)
    addresses = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    led = []
    for address in addresses:
        reply = client.get(address, query_string=dict.fromkeys(NAMES, ELSEWHERE[1]))
        led.append(reply.location)
        reply.close()
    assert len(addresses) > 40
    assert [each for each in led if each and EVIL in each.split("?")[0]] == []


def test_letters_lead_here_whatever_name_was_asked(app: Flask) -> None:
    links = plant()
    client = signed_in(app, ())
    written = db.session.query(Notice).count()
    starts = ROOMS[()] + [f"/{name}/{token}" for name, token in links.items()]
    every = found_forms(app, pages(client, app, starts))
    client.environ_base |= {"HTTP_HOST": EVIL, "HTTP_X_FORWARDED_HOST": EVIL}
    cookie = client.get_cookie("session")
    assert cookie is not None
    for form in every:
        client.set_cookie("session", cookie.value, domain=EVIL)
        assert EVIL not in send(client, form, form.filled("un mot")).text
    posted = [str(notices.read(each)) for each in db.session.query(Notice)]
    assert len(posted) > written
    assert [each for each in posted if EVIL in each] == []


def test_a_session_prepared_by_somebody_else_is_not_signed_in(app: Flask) -> None:
    data = somebody(RoleName.RESEARCHER)
    attacker, victim = app.test_client(), app.test_client()
    attacker.get("/compte/connexion")
    prepared = attacker.get_cookie("session")
    if prepared is not None:
        victim.set_cookie("session", prepared.value)
    assert victim.post("/compte/connexion", data=data).status_code == 302
    assert victim.get("/recherche/").status_code == 200
    after = victim.get_cookie("session")
    assert after is not None
    assert prepared is None or after.value != prepared.value
    assert attacker.get("/recherche/").status_code == 302


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("researcher@recueil.example", "un autre mot de passe"),
        ("personne@recueil.example", PASSWORD),
    ],
)
def test_a_wrong_sign_in_costs_the_same_for_everybody(
    app: Flask, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    somebody(RoleName.RESEARCHER)
    called: list[str] = []
    count_calls(monkeypatch, forms, "hash_password", called)
    count_calls(monkeypatch, Account, "verify_and_update_password", called)
    page = app.test_client().post("/compte/connexion", data={"email": email, "password": password})
    assert "Adresse ou mot de passe inconnus" in page.text
    assert len(called) == 1  # argon2, of the same cost either way


def count_calls(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, called: list[str]
) -> None:
    """Note each call of a function of `owner`."""
    real = getattr(owner, name)

    def counted(*args: object, **kwargs: object) -> object:
        called.append(name)
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, counted)


def test_a_code_costs_the_same_whatever_it_opens(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, library = receipts.new_code(), current_app.extensions["questionnaires"]
    drafts.start(db.session, library.current("elu"), receipts.keys_of(code)[0])
    db.session.commit()
    called: list[str] = []
    count_calls(monkeypatch, hashlib, "scrypt", called)
    replies = [
        app.test_client().post("/mon-temoignage", data={"code": each}).status_code
        for each in (receipts.new_code(), code)
    ]
    assert (replies, called) == ([422, 302], ["scrypt", "scrypt"])
