"""Any text in a field of any kind, through the pages: kept as typed, or refused and not lost."""

from dataclasses import dataclass
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask import current_app
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Testimony
from app.services import consents, receipts, sights
from forms import answers, kinds
from forms.build import field_name
from forms.schema import Kind, Question, Section, Value
from tests.answering import CONSENT, address, kept

SLUG = "usager"
QUICKLY = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example says all it needs
)
ASKED = [kind for kind in Kind if kind not in (Kind.TRANSCRIPT, Kind.VOICES)]
"""Those that a public page asks: a transcript and its voices are entered by researchers."""

UNSAID = "consentement_citation"
"""The consent that is a no when nothing is said."""

TEXTS = (Kind.SHORT_TEXT, Kind.LONG_TEXT)
OFFERED = ["oui", "non", "53", "sans_nom", "fonction", "3", "on", "y"]

typed = st.one_of(
    st.text(max_size=60),
    st.text("\0\t\n\r\v\f\x1b\x85\u00a0\u2028\u200b\u202e\ufeff\ufffeé\u0301🌻<&\"'", max_size=20),
    st.from_regex(r"[-+]?[0-9]{1,5}([.,][0-9]{1,2})?", fullmatch=True),
    st.sampled_from(["", " ", "2016", "1 200", "0,5", "é" * 501, "🌻" * 201, "a" * 100_001]),
    st.sampled_from(OFFERED),
)


@dataclass(frozen=True)
class Asking:
    """A question, where it is asked, and by whom this browser's draft is held."""

    client: FlaskClient
    section: Section
    question: Question

    @property
    def name(self) -> str:
        return field_name(self.question)

    def others(self) -> dict[str, str]:
        """What a browser sends of the other fields of the page: what must be there, and empty."""
        asked = {field_name(each): each.kind for each in self.section.questions}
        sent = {name: "" for name, kind in asked.items() if kind is not Kind.CONSENT}
        return sent | (CONSENT if self.section.id == "accord" else {})

    def send(self, text: str, *, ends: str = "") -> TestResponse:
        seen = sights.write([each.id for each in self.section.questions], kept())
        data = self.others() | {"seen": seen, self.name: text}
        return self.client.post(address(self.section.id, SLUG) + ends, data=data)


def ask(client: FlaskClient, kind: Kind) -> Asking:
    """Begin a draft, and go to the first question of this kind that may be left unanswered."""
    assert client.post(address("accord", SLUG), data=CONSENT).status_code == 302
    sections = current_app.extensions["questionnaires"].current(SLUG).sections
    places = [(section, each) for section in sections for each in section.questions]
    found = [place for place in places if place[1].kind is kind and not place[1].required]
    return Asking(client, *found[0])


def expected(question: Question, text: str) -> Value | None:
    """Give what is to be held of a text, none where it is no answer. Raises AnswerError.

    Free words are as they were typed, but for the ends of lines and for NUL.
    """
    read = kinds.read(question, [text])
    if question.kind in TEXTS and read is not None:
        assert read == text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return read


def refused(question: Question, text: str) -> str | None:
    """Give the sentence that refuses a text, or none."""
    try:
        expected(question, text)
    except answers.AnswerError as error:
        return str(error)
    return None


def read(reply: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(reply.text, "html.parser")  # which keeps every character as it came


def shown(page: BeautifulSoup, asking: Asking) -> str | None:
    """Give what the page shows as typed, none where it is a choice among those offered."""
    field = page.select_one(f"input[type=text]#{asking.name}, textarea#{asking.name}")
    if field is None:
        return None
    if field.name == "input":
        return str(field.get("value", ""))
    return field.get_text().removeprefix("\r\n")  # which the parser of a browser drops


def check_refusal(reply: TestResponse, asking: Asking, text: str, why: str) -> None:
    """The page says what is wrong twice, leads to the field, and shows what was typed."""
    page = read(reply)
    assert reply.status_code == 422
    link = page.select_one(f".error-summary a[href='#{asking.name}']")
    error = page.select_one(f"#{asking.name}-erreur")
    assert link is not None
    assert error is not None
    assert why in error.text
    assert shown(page, asking) in (None, answers.clean(text))


@pytest.mark.parametrize("kind", ASKED)
def test_any_text_by_the_button(client: FlaskClient, kind: Kind) -> None:
    asking = ask(client, kind)

    @QUICKLY
    @given(text=typed)
    @example(text="\r\n a\r\nb\r")
    @example(text="sans_nom")
    @example(text="jamais proposé")
    def press(text: str) -> None:
        before, why = kept(), refused(asking.question, text)
        reply = asking.send(text)
        if why is not None:
            check_refusal(reply, asking, text, why)
            if asking.question.purpose:  # what is no clear yes is none
                before.pop(asking.question.id, None)
            assert kept() == before
            return
        assert reply.status_code == 302
        value = expected(asking.question, text)
        assert kept().get(asking.question.id) == value
        again = read(client.get(address(asking.section.id, SLUG)))
        if asking.question.kind in TEXTS:
            assert shown(again, asking) == (value or "")

    press()


@pytest.mark.parametrize("kind", ASKED)
def test_any_text_while_typing(client: FlaskClient, kind: Kind) -> None:
    asking = ask(client, kind)

    @QUICKLY
    @given(text=typed)
    def keep(text: str) -> None:
        before = kept()
        reply = asking.send(text, ends="/brouillon")
        assert reply.status_code == 200
        value = None if refused(asking.question, text) else expected(asking.question, text)
        is_kept = value is not None and asking.question.purpose is None
        assert kept() == before | ({asking.question.id: value} if is_kept else {})

    keep()


@pytest.mark.parametrize("kind", ASKED)
def test_bytes_that_are_no_text(client: FlaskClient, kind: Kind) -> None:
    asking = ask(client, kind)
    for raw in ("%FF%FE", "%ED%A0%80", "%C0%AE", "%00", "%F0%9F"):
        pairs = asking.others() | {asking.name: ""}
        body = "&".join(f"{name}={quote(value)}" for name, value in pairs.items())
        body = body.replace(f"{asking.name}=", f"{asking.name}={raw}")
        for ends in ("", "/brouillon"):
            reply = client.post(
                address(asking.section.id, SLUG) + ends,
                data=body,
                content_type="application/x-www-form-urlencoded",
            )
            assert reply.status_code in (200, 302, 409, 422)


@settings(QUICKLY, max_examples=12)
@given(words=st.lists(typed, min_size=5, max_size=5), seen=st.none() | typed)
def send_all(client: FlaskClient, words: list[str], seen: str | None) -> None:
    """Answer every question, each with a word in turn, then send, and read what is stored."""
    questionnaire = current_app.extensions["questionnaires"].current(SLUG)
    client.post(address("accord", SLUG), data=CONSENT)
    for section in questionnaire.sections:
        asking = Asking(client, section, section.questions[0])
        told = {field_name(q): words[n % 5] for n, q in enumerate(section.questions)}
        sights_of = sights.write([each.id for each in section.questions], kept())
        data = asking.others() | told | {"seen": sights_of}
        data |= CONSENT if section.id == "accord" else {}
        assert client.post(address(section.id, SLUG), data=data).status_code in (302, 422)
    held = kept()
    assert client.get(f"/temoigner/{SLUG}/relire").status_code == 200
    if seen is not None:  # the review, sent by whoever has read something else
        reply = client.post(f"/temoigner/{SLUG}/relire", data={"seen": seen})
        assert (reply.status_code, kept()) == (409, held)
    reply = client.post(f"/temoigner/{SLUG}/relire")
    assert reply.location == f"/temoigner/{SLUG}/merci"
    assert stored() == {UNSAID: "non"} | held


def stored() -> dict[str, Value]:
    """Give what the only testimony says, its consents among it; then take it away."""
    db.session.rollback()
    testimony = db.session.scalars(select(Testimony)).one()
    asked = current_app.extensions["questionnaires"].current(SLUG)
    told = receipts.values(testimony) | consents.values(testimony, asked)
    db.session.delete(testimony)
    db.session.commit()
    return told


def test_everything_typed_is_sent(client: FlaskClient) -> None:
    send_all(client)
