"""Keeping what somebody is typing: nothing before the consent, nothing finished, nothing erased."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Draft
from app.models.base import now
from app.services import drafts
from app.views import autosave
from tests.answering import TERRITORY, address, begin, count, erase, expire, kept, page, seen


def type_in(client: FlaskClient, section: str = "territoire", **words: str) -> TestResponse:
    return client.post(f"{address(section)}/brouillon", data=words)


def test_what_is_typed_is_kept_and_nothing_is_finished(client: FlaskClient) -> None:
    begin(client)
    before = seen(client, "territoire")
    reply = type_in(client, **before, q_clsm="CLSM du Bo", q_annee_creation="20", q_region="")
    assert (reply.status_code, sorted(reply.json)) == (200, ["saved_at", "seen"])
    assert now() - datetime.fromisoformat(reply.json["saved_at"]) < timedelta(minutes=1)
    assert kept() == {"consentement_participation": True, "clsm": "CLSM du Bo"}
    draft = db.session.scalars(select(Draft)).one()
    assert drafts.saved_sections(draft) == ["accord"]
    assert client.get("/temoigner/coordinateur/").location == address("territoire")


def test_the_page_goes_on_with_what_it_has_kept(client: FlaskClient) -> None:
    begin(client)
    first = type_in(client, **seen(client, "territoire"), q_clsm="CLSM du Bo")
    again = type_in(client, seen=first.json["seen"], q_clsm="CLSM du Bocage")
    assert again.status_code == 200
    saved = client.post(
        address("territoire"),
        data=TERRITORY | {"seen": again.json["seen"], "q_clsm": "CLSM du Bocage normand"},
    )
    assert saved.location == address("elus")
    assert kept()["clsm"] == "CLSM du Bocage normand"


def test_nothing_partly_typed_erases_an_answer(client: FlaskClient) -> None:
    begin(client)
    client.post(address("territoire"), data=TERRITORY | {"q_quartiers_prioritaires": "non"})
    whole = kept()
    reply = type_in(
        client,
        **seen(client, "territoire"),
        q_clsm="",
        q_annee_creation="20",
        q_temps_coordination="zéro",
    )
    assert reply.status_code == 200
    assert kept() == whole


def test_what_another_tab_changed_is_not_replaced(client: FlaskClient) -> None:
    begin(client)
    before = seen(client, "territoire")
    client.post(address("territoire"), data=TERRITORY)
    reply = type_in(client, **before, q_clsm="CLSM d’ici", q_temps_coordination="1")
    assert (reply.status_code, reply.json) == (409, {"message": autosave.ELSEWHERE})
    assert (kept()["clsm"], kept()["temps_coordination"]) == ("CLSM du Val d’Orne", 0.5)
    pressed = client.post(address("territoire"), data=TERRITORY | before | {"q_clsm": "Ici"})
    assert pressed.status_code == 409


def test_an_empty_field_does_not_hide_what_another_tab_said(client: FlaskClient) -> None:
    begin(client)
    before = seen(client, "territoire")
    client.post(address("territoire"), data=TERRITORY)
    mine = {"q_clsm": "", "q_annee_creation": "2014", "q_region": "53"}
    reply = type_in(client, **before, **mine)
    assert reply.status_code == 200
    pressed = client.post(
        address("territoire"), data=TERRITORY | mine | {"seen": reply.json["seen"]}
    )
    assert pressed.status_code == 409
    assert kept()["clsm"] == "CLSM du Val d’Orne"


def test_a_reply_that_was_lost_is_no_other_tab(client: FlaskClient) -> None:
    begin(client)
    before = seen(client, "territoire")
    type_in(client, **before, q_clsm="CLSM du Bo")  # whose reply never came
    later = type_in(client, **before, q_clsm="CLSM du Bocage", tried_q_clsm="CLSM du Bo")
    assert later.status_code == 200
    pressed = client.post(
        address("territoire"),
        data=TERRITORY
        | before
        | {"q_clsm": "CLSM du Bocage normand", "tried_q_clsm": "CLSM du Bocage"},
    )
    assert pressed.location == address("elus")
    assert kept()["clsm"] == "CLSM du Bocage normand"


def test_a_consent_is_given_by_the_button_only(client: FlaskClient) -> None:
    begin(client)
    page_seen = seen(client, "accord")
    reply = type_in(client, "accord", **page_seen, q_consentement_contact="oui")
    assert reply.status_code == 200
    assert kept() == {"consentement_participation": True}


def test_nothing_is_kept_before_the_consent(client: FlaskClient) -> None:
    reply = type_in(client, q_clsm="ma psychose", q_consentement_participation="oui")
    assert reply.status_code == 400
    reply = type_in(client, q_clsm="ma psychose")
    assert (reply.status_code, reply.json) == (409, {"message": autosave.GONE})
    assert count(Draft) == 0


@pytest.mark.parametrize("lose", [erase, expire])
def test_nothing_is_kept_once_the_draft_is_gone(
    client: FlaskClient, lose: Callable[[FlaskClient], None]
) -> None:
    begin(client)
    before = seen(client, "territoire")
    lose(client)
    reply = type_in(client, **before, q_clsm="CLSM du Bocage")
    assert (reply.status_code, reply.json) == (409, {"message": autosave.GONE})
    assert count(Draft) == 0


def test_an_old_token(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    reply = type_in(client, q_clsm="CLSM du Bocage")
    assert (reply.status_code, reply.json) == (422, {"message": autosave.STALE})


def test_the_cookie_is_left_as_it_is(client: FlaskClient) -> None:
    begin(client)
    reply = type_in(client, **seen(client, "territoire"), q_clsm="CLSM du Bocage")
    assert reply.headers.getlist("Set-Cookie") == []
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/temoigner/inconnu/rubrique/territoire/brouillon", 404),
        ("/temoigner/coordinateur/rubrique/inconnue/brouillon", 404),
        ("/temoigner/coordinateur/rubrique/territoire/brouillon?facile=1&question=non", 404),
    ],
)
def test_unknown_addresses(client: FlaskClient, path: str, status: int) -> None:
    assert client.post(path, data={"q_clsm": "x"}).status_code == status


def test_reading_keeps_nothing(client: FlaskClient) -> None:
    begin(client)
    assert client.get(f"{address('territoire')}/brouillon?q_clsm=x").status_code == 405
    assert kept() == {"consentement_participation": True}


def test_a_page_says_where_to_keep_what_is_typed(client: FlaskClient) -> None:
    first = page(client.get(address("accord")))
    assert first.select("form[data-autosave], script[src*=autosave]") == []
    begin(client)
    shown = page(client.get(address("territoire")))
    form = shown.select_one("form[data-autosave]")
    assert form is not None
    assert form["data-autosave"] == f"{address('territoire')}/brouillon"
    assert len(shown.select("script[src='/static/autosave.js'][defer]")) == 1
    assert [each["role"] for each in form.select(".saving")] == ["status"]


def test_a_page_to_compare_waits_for_the_button(client: FlaskClient) -> None:
    begin(client)
    before = seen(client, "territoire")
    client.post(address("territoire"), data=TERRITORY)
    reply = client.post(address("territoire"), data=TERRITORY | before | {"q_clsm": "Ici"})
    form = page(reply).select_one("form[data-autosave]")
    assert form is not None
    assert form.has_attr("data-paused")
