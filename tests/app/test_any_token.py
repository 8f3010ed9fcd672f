"""Whoever guesses: any text in the place of a token, a number or a name, by anybody, opens nothing.

Somebody is in every table, and each of their words is unmistakable: no reply holds one.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import (
    Booking,
    Campaign,
    Contact,
    Draft,
    Inquiry,
    Invitation,
    Notice,
    Opposition,
    Recontact,
    Referral,
    RoleName,
    Slot,
    Testimony,
)
from app.services import bookings, drafts, inquiries
from tests import factories, interviews
from tests.answering import count

TABLES = (
    *(Booking, Campaign, Contact, Draft, Inquiry, Invitation, Notice, Opposition),
    *(Recontact, Referral, Slot, Testimony),
)
WORD = "zwyntrox"
PROPOSER = "Claire Morvan, coordinatrice"
ROLES = [(), *((role,) for role in RoleName)]
ARGUMENT = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
KNOWN = {"slug": "elu", "name": "themes", "_act": "effacer"}
"""What leads further in, where it names nobody."""

QUICKLY = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
SAME_APP = [HealthCheck.function_scoped_fixture]  # nothing that is guessed changes it

tokens = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{22}", fullmatch=True),
    st.uuids().map(str),
    st.integers(10_000, 10**40).map(str),
    st.text(min_size=1, max_size=40),
    st.text("\0\r\n\t\u200e\u202e\ufeff🌻/\\..%?#&=;:'\"<>{}é\u0301", min_size=1),
    st.sampled_from(["..", "../../etc/passwd", "a" * 5_000, "🌻" * 600, "nul\0", "' OR 1=1 --"]),
)
in_address = st.one_of(
    tokens.map(lambda text: quote(text, safe="")),
    st.sampled_from(["%FF%FE", "%ED%A0%80", "%C0%AE%C0%AE", "a%00b"]),  # no text at all
)


def plant() -> dict[str, str]:
    """Put somebody in every table; return the personal links, address → token."""
    session, email = db.session, f"{{}}@{WORD}.example"
    contact = factories.contact(session, name=WORD, email=email.format("a"), clsm=WORD)
    campaign = factories.campaign(session, title=WORD, subject=WORD, body=WORD)
    invitation = factories.invitation(session, campaign=campaign, contact=contact)
    person = interviews.person(session, name=WORD, email=email.format("b"), hours=WORD)
    slot = interviews.slot(session, where=WORD, conducted_by=WORD, conductor_email=f"c@{WORD}.fr")
    bookings.take(session, person.id, slot.id)
    referral = factories.referral(
        session, name=WORD, email=email.format("d"), reason=WORD, by=PROPOSER
    )
    factories.testimony(session, answers={"clsm": WORD, "conseil_collegue": WORD})
    factories.interview(session, text=f"Élue : {WORD}.")
    factories.notice(session, to=email.format("e"), subject=WORD, text=WORD)
    inquiries.ask(session, WORD, inquiries.Ways(email=email.format("f")))
    questionnaire = current_app.extensions["questionnaires"].current("elu")
    draft = drafts.start(session, questionnaire, WORD)
    drafts.save(session, draft, asked=set(), given={"clsm": WORD}, section="accord")
    session.add(Opposition(email_fingerprint="0" * 64))
    session.commit()
    links = {"contact": referral, "entretien": person, "invitation": invitation}
    return {name: each.token for name, each in links.items()} | {"desinscription": invitation.token}


def addresses(app: Flask, guessed: str) -> Iterator[tuple[str, str]]:
    """Give each method and address that has something to guess, the guess in it."""
    for rule in app.url_map.iter_rules():
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        for known in [{}, KNOWN] if rule.arguments & KNOWN.keys() else [{}]:
            filled = ARGUMENT.sub(lambda found, k=known: k.get(found[1], guessed), rule.rule)
            yield from [(method, filled) for method in methods if rule.arguments]


def said(reply: TestResponse) -> str:
    """Return all that a reply says, its headers included, in small letters."""
    text = reply.get_data(as_text=True) + str(reply.headers)
    reply.close()
    return text.lower()


@settings(max_examples=8, phases=QUICKLY, deadline=None, suppress_health_check=SAME_APP)
@given(guessed=in_address, typed=tokens, decision=st.sampled_from(["oui", "non", "effacer"]))
@example(guessed="9" * 40, typed="9" * 40, decision="oui")
@example(guessed=str(uuid.UUID(int=1)), typed=str(uuid.UUID(int=1)), decision="effacer")
@example(guessed="A" * 22, typed="\0", decision="non")
def guess(guessed: str, typed: str, decision: str, *, app: Flask, client: FlaskClient) -> None:
    """Guess once at each address, each time in a browser that kept nothing of the others."""
    cookie = client.get_cookie("session")
    fields = dict.fromkeys(("code", "email", "q_clsm", "seen", "slot", "text"), typed)
    for method, address in addresses(app, guessed):
        sent = {"data": fields | {"decision": decision}}
        if method == "GET":
            sent = {"query_string": {"question": typed, "facile": "1"}}
        reply = client.open(address, method=method, **sent)
        assert reply.status_code < 500, (method, address)
        assert WORD not in said(reply), (method, address)
        client.delete_cookie("session")
        if cookie:
            client.set_cookie("session", cookie.value)


@pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "-".join(roles) or "nobody")
def test_no_guess_opens_anything(
    app: Flask, signed_in: Callable[..., FlaskClient], roles: tuple[RoleName, ...]
) -> None:
    plant()
    planted = {table.__name__: count(table) for table in TABLES}
    assert 0 not in planted.values()
    guess(app=app, client=signed_in(*roles) if roles else app.test_client())
    db.session.rollback()
    assert {table.__name__: count(table) for table in TABLES} == planted


def test_whoever_may_reads_these_words(staff: FlaskClient, researcher: FlaskClient) -> None:
    plant()
    assert WORD in said(staff.get("/equipe/contacts/"))
    assert WORD in said(researcher.get("/recherche/"))


@pytest.mark.parametrize("name", ["contact", "entretien", "invitation", "desinscription"])
def test_a_link_names_nobody(client: FlaskClient, name: str) -> None:
    token = plant()[name]
    slot = db.session.query(Slot).one()
    slot.where = slot.conducted_by = "dit à qui vient"
    db.session.commit()
    reply = client.get(f"/{name}/{token}")
    assert reply.status_code == 200
    assert WORD not in said(reply)


@settings(max_examples=20, deadline=None, suppress_health_check=SAME_APP)
@given(text=st.one_of(tokens, st.from_regex(r"[0-9]{16}", fullmatch=True)))
def enter(text: str, client: FlaskClient) -> None:
    client.delete_cookie("session")
    reply = client.post("/mon-temoignage", data={"code": text})
    assert reply.status_code in (422, 429)
    assert WORD not in said(reply)


def test_no_guessed_code_opens_anything(client: FlaskClient) -> None:
    plant()
    enter(client=client)
