"""Consents with the code: in the words that were read, changed by themselves, dated."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from app.extensions import db
from app.models import ConsentPurpose, Draft, QuotationDegree, Testimony
from app.models.base import today
from app.services import consents, drafts, receipts, testimonies
from app.services.drafts import key_hash
from app.views.consents import COORDINATES_APART
from forms.schema import Library, Purpose
from tests.answering import page

AMEND, SEND = "/mon-temoignage/modifier", "/temoigner/elu/relire"
EDIT, READ = "/mon-temoignage/accords", "/mon-temoignage/lire"
CODE = "1234567812345678"
LONG_AGO = date(2026, 3, 2)
CITATION, CONTACT = "consentement_citation", "consentement_contact"


@pytest.fixture
def opened(app: Flask, client: FlaskClient) -> Callable[..., FlaskClient]:
    """Open with its code a testimony that said this, in one version of the words."""

    def open_it(number: int = 2, **said: Any) -> FlaskClient:
        testimonies.submit(
            db.session,
            app.extensions["questionnaires"].get("elu", number),
            {"consentement_participation": True} | said,
            submission_key=key_hash(receipts.keys_of(CODE)[0]),
            received_on=LONG_AGO,
        )
        db.session.commit()
        assert client.post("/mon-temoignage", data={"code": CODE}).location == READ
        return client

    return open_it


def kept() -> Testimony:
    db.session.rollback()
    return db.session.scalars(select(Testimony)).one()


def state(purpose: ConsentPurpose) -> tuple[bool, QuotationDegree | None, str, date]:
    consent = consents.of(kept(), purpose)
    assert consent is not None
    return consent.is_given, consent.degree, consent.wording, consent.given_on


def agreements(shown: BeautifulSoup) -> list[tuple[str, str]]:
    """What stands of each consent, as its author reads it."""
    section = shown.select_one("#accords")
    assert section is not None
    said = section.select("h3 + p strong")
    return [(title.text, each.text) for title, each in zip(section.select("h3"), said, strict=True)]


def test_each_consent_is_read_in_its_own_words(opened: Callable[..., FlaskClient]) -> None:
    shown = page(opened(1, **{CITATION: True}).get(READ))
    assert agreements(shown) == [
        ("Participer à l’appel", "Oui"),
        ("Être citée ou cité dans les guides", "Oui, sans aucun nom"),
        ("Être contactée ou contacté pour un temps d’échange", "Non"),
    ]
    assert [words.text.strip() for words in shown.select(".agreed")] == [
        "J’accepte de participer à l’appel. Mes réponses, même si elles touchent à la santé, "
        "peuvent être enregistrées et étudiées pour écrire les deux guides.",
        "J’accepte que des passages de mes réponses soient cités dans les guides, après retrait "
        "de ce qui permettrait de reconnaître quelqu’un.",
        "J’accepte que le Centre me contacte pour un temps d’échange.",
    ]


def test_words_that_are_gone_are_asked_of_the_team(
    app: Flask, opened: Callable[..., FlaskClient]
) -> None:
    client = opened(**{CITATION: "fonction"})
    library = app.extensions["questionnaires"]
    left = tuple(q for q in library.questionnaires if q.version == 1)
    app.extensions["questionnaires"] = Library(left)
    shown = page(client.get(READ))
    assert [each.text.split(".")[0] for each in shown.select("#accords .quiet")] == [
        "Les mots de la version elu"
    ] * 3
    assert shown.select(".agreed") == []


def test_the_form_says_what_stands_and_asks_in_the_words_of_now(
    opened: Callable[..., FlaskClient],
) -> None:
    client = opened(1, **{CITATION: True, CONTACT: True})
    fields = page(client.get(EDIT)).select("main input[type=radio], main input[type=checkbox]")
    assert [(f["name"], f["value"], f.has_attr("checked")) for f in fields] == [
        (f"q_{CITATION}", "non", False),
        (f"q_{CITATION}", "sans_nom", True),
        (f"q_{CITATION}", "fonction", False),
        (f"q_{CONTACT}", "oui", True),
    ]


def test_a_degree_is_raised_with_its_day_and_its_words(
    opened: Callable[..., FlaskClient],
) -> None:
    client = opened(1, **{CITATION: True})
    reply = client.post(EDIT, data={f"q_{CITATION}": "fonction"})
    assert reply.location == f"{READ}#accords"
    assert state(ConsentPurpose.QUOTATION) == (True, QuotationDegree.FUNCTION, "elu.v2", today())
    assert state(ConsentPurpose.CONTACT) == (False, None, "elu.v1", LONG_AGO)
    shown = page(client.get(READ))
    assert agreements(shown)[1][1] == "Oui, avec la fonction et le territoire"
    assert shown.select(".agreed")[1].text.strip() == (
        "Des passages de vos réponses peuvent-ils être cités dans les guides\u00a0? Oui, avec ma "
        "fonction et mon territoire («\u00a0une adjointe au maire, dans tel département\u00a0»)"
    )


def test_consents_are_taken_back_and_to_take_part_stays(
    opened: Callable[..., FlaskClient],
) -> None:
    client = opened(**{CITATION: "fonction", CONTACT: True})
    client.post(EDIT, data={f"q_{CITATION}": "non"})
    told = [alert.text.strip() for alert in page(client.get(READ)).select(".alert")]
    assert told == ["Vos accords sont enregistrés.", COORDINATES_APART]
    assert state(ConsentPurpose.QUOTATION) == (False, None, "elu.v2", today())
    assert state(ConsentPurpose.CONTACT) == (False, None, "elu.v2", today())
    assert state(ConsentPurpose.PARTICIPATION) == (True, None, "elu.v2", LONG_AGO)


def test_the_same_said_again_changes_nothing(opened: Callable[..., FlaskClient]) -> None:
    client = opened(1, **{CITATION: True})
    client.post(EDIT, data={f"q_{CITATION}": "sans_nom"})
    assert state(ConsentPurpose.QUOTATION) == (
        True,
        QuotationDegree.UNNAMED,
        "elu.v1",
        LONG_AGO,
    )
    told = page(client.get(READ)).select_one(".alert")
    assert told is not None
    assert told.text.strip() == "Rien n’a changé."


def test_an_answer_that_is_not_offered_is_refused(opened: Callable[..., FlaskClient]) -> None:
    client = opened(**{CITATION: "sans_nom"})
    reply = client.post(EDIT, data={f"q_{CITATION}": "tout"})
    shown = page(reply)
    assert reply.status_code == 422
    assert shown.title is not None
    assert shown.title.text.startswith("Erreur\u00a0: ")
    assert [link["href"] for link in shown.select(".error-summary a")] == [f"#q_{CITATION}"]
    assert consents.attribution(kept()) is QuotationDegree.UNNAMED


def test_an_old_page_is_shown_again_with_what_was_chosen(
    opened: Callable[..., FlaskClient],
) -> None:
    client = opened(**{CITATION: "sans_nom"})
    client.application.config["WTF_CSRF_ENABLED"] = True
    reply = client.post(EDIT, data={f"q_{CITATION}": "fonction", "csrf_token": "vieux"})
    taken = page(reply).select("input[type=radio][checked]")
    assert (reply.status_code, [field["value"] for field in taken]) == (422, ["fonction"])
    assert consents.attribution(kept()) is QuotationDegree.UNNAMED


def test_without_any_words_installed_consents_are_still_taken_back(
    app: Flask, opened: Callable[..., FlaskClient]
) -> None:
    client = opened(**{CITATION: "fonction", CONTACT: True})
    library = app.extensions["questionnaires"]
    others = tuple(q for q in library.questionnaires if q.slug != "elu")
    app.extensions["questionnaires"] = Library(others)
    asked = page(client.get(EDIT)).select("main button")
    assert [button.text for button in asked] == ["Reprendre ces deux accords"]
    assert client.post(EDIT).location == f"{READ}#accords"
    assert {each.purpose.value: each.is_given for each in kept().consents} == {
        "participation": True,
        "citation": False,
        "contact": False,
    }


def test_whoever_agrees_later_may_leave_coordinates(opened: Callable[..., FlaskClient]) -> None:
    client = opened()
    address = f"{EDIT}/coordonnees"
    assert client.post(address).location == READ
    assert page(client.get(READ)).select(f"form[action='{address}']") == []
    client.post(EDIT, data={f"q_{CONTACT}": "oui"})
    assert len(page(client.get(READ)).select(f"form[action='{address}']")) == 1
    reply = client.post(address)
    assert reply.location == "/temoigner/elu/merci#joindre"
    assert len(page(client.get("/temoigner/elu/merci")).select("#joindre")) == 1


@pytest.mark.parametrize("path", [EDIT, f"{EDIT}/coordonnees"])
def test_without_the_code_there_is_nothing_to_change(client: FlaskClient, path: str) -> None:
    replies = [client.post(path)] + ([client.get(path)] if path == EDIT else [])
    assert {reply.location for reply in replies} == {"/mon-temoignage"}


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({f"q_{CITATION}": "non"}, {CITATION: "non"}),
        ({f"q_{CITATION}": "sans_nom"}, {CITATION: "sans_nom"}),
        (
            {f"q_{CITATION}": "fonction", f"q_{CONTACT}": "oui"},
            {CITATION: "fonction", CONTACT: True},
        ),
    ],
)
def test_the_changes_that_are_open_say_the_same(
    opened: Callable[..., FlaskClient], said: dict[str, str], held: dict[str, object]
) -> None:
    client = opened(**{CITATION: "fonction"})
    client.post(AMEND)
    client.post(EDIT, data=said)
    assert held_by_draft() == {"consentement_participation": True} | held


def test_older_changes_do_not_give_back_what_was_taken_back(
    opened: Callable[..., FlaskClient],
) -> None:
    client = opened(**{CITATION: "fonction", CONTACT: True})
    client.post(AMEND)
    before = {"seen": str(page(client.get(SEND)).select_one("[name=seen]")["value"])}
    client.post(EDIT, data={f"q_{CITATION}": "non"})
    refused = client.post(SEND, data=before)
    heading = page(refused).select_one("#ailleurs")
    assert heading is not None
    assert (refused.status_code, heading.text) == (409, "Vos réponses ont changé ailleurs")
    assert client.post(SEND).location == "/temoigner/elu/merci"
    assert state(ConsentPurpose.QUOTATION)[0] is False
    assert state(ConsentPurpose.CONTACT)[0] is False


def test_what_did_not_change_stays_as_the_changes_say(opened: Callable[..., FlaskClient]) -> None:
    client = opened(**{CITATION: "fonction"})
    client.post(AMEND)
    draft = db.session.scalars(select(Draft)).one()
    drafts.save(db.session, draft, asked={CITATION}, given={CITATION: "non"}, section=None)
    db.session.commit()
    client.post(EDIT, data={f"q_{CITATION}": "fonction", f"q_{CONTACT}": "oui"})
    assert held_by_draft() == {
        "consentement_participation": True,
        CITATION: "non",
        CONTACT: True,
    }


def test_a_draft_saved_at_this_very_instant_is_changed_all_the_same(
    opened: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = opened(**{CITATION: "fonction"})
    client.post(AMEND)
    change, calls = receipts.change_consents, []

    def meddle(*given: Any) -> set[Purpose]:
        changed = change(*given)
        if not calls:
            calls.append(given)
            raise StaleDataError("saved elsewhere")
        return changed

    monkeypatch.setattr(receipts, "change_consents", meddle)
    assert client.post(EDIT, data={f"q_{CITATION}": "non"}).location == f"{READ}#accords"
    assert state(ConsentPurpose.QUOTATION)[0] is False
    assert held_by_draft()[CITATION] == "non"


def held_by_draft() -> dict[str, object]:
    db.session.rollback()
    return dict(drafts.answers(db.session.scalars(select(Draft)).one()))
