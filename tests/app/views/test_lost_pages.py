"""Pages that come at the wrong time or in the wrong shape: no word is lost, none is taken."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Draft, Testimony
from tests.answering import (
    CONSENT,
    TERRITORY,
    address,
    begin,
    count,
    erase,
    expire,
    kept,
    page,
    seen,
    summary,
)


def test_an_agreement_taken_back_stops_the_sending(client: FlaskClient) -> None:
    begin(client, q_consentement_citation="sans_nom")
    taken_back = client.post(address("accord"), data=seen(client, "accord"))
    assert summary(taken_back) == (422, "Sans cet accord, rien ne sera envoyé")
    assert kept() == {}
    reply = client.post("/temoigner/coordinateur/relire")
    links = [link["href"] for link in page(reply).select(".error-summary a")]
    assert (reply.status_code, count(Testimony), links) == (
        422,
        0,
        [address("accord") + "?retour=relire#q_consentement_participation"],
    )


@pytest.mark.parametrize("lose", [erase, expire])
def test_a_page_outlives_its_draft(
    client: FlaskClient, lose: Callable[[FlaskClient], None]
) -> None:
    begin(client)
    lose(client)
    reply = client.post(address("territoire"), data=TERRITORY)
    assert summary(reply) == (422, "Votre brouillon n’est plus sur cet appareil")
    assert count(Draft) == 0
    shown = page(reply)
    field, boxes = shown.select_one("#q_clsm"), shown.select(".consent input")
    assert field is not None
    assert (field["value"], [box["name"] for box in boxes]) == (
        "CLSM du Val d’Orne",
        ["q_consentement_participation"],
    )
    agreed = client.post(address("territoire"), data=TERRITORY | CONSENT)
    assert agreed.location == address("accord")
    assert kept()["clsm"] == "CLSM du Val d’Orne"
    assert begin(client).location == address("territoire")
    assert kept()["clsm"] == "CLSM du Val d’Orne"


def test_a_page_saved_after_the_sending_says_so(client: FlaskClient) -> None:
    begin(client)
    client.post("/temoigner/coordinateur/relire")
    reply = client.post(address("territoire"), data=TERRITORY)
    assert summary(reply) == (422, "Votre témoignage est déjà envoyé")
    assert (count(Testimony), count(Draft)) == (1, 0)


def test_nothing_is_stored_of_a_page_whose_consent_was_never_given(client: FlaskClient) -> None:
    reply = client.post(address("conseil"), data={"q_conseil_collegue": "ma psychose"})
    assert summary(reply) == (422, "Votre brouillon n’est plus sur cet appareil")
    assert count(Draft) == 0


def test_a_draft_waits_for_the_version_it_was_begun_with(client: FlaskClient) -> None:
    begin(client)
    draft = db.session.scalars(select(Draft)).one()
    draft.questionnaire_version = 99
    db.session.commit()
    for reply in (
        client.get("/temoigner/coordinateur/"),
        client.post("/temoigner/coordinateur/relire"),
    ):
        heading = page(reply).h1
        assert heading is not None
        assert (reply.status_code, heading.text) == (503, "Votre questionnaire n’est plus là")
    assert (count(Draft), count(Testimony)) == (1, 0)


def test_an_old_token_shows_the_words_again(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    reply = client.post(address("accord"), data=CONSENT)
    shown = page(reply)
    box, heading = shown.select_one("#q_consentement_participation"), shown.select_one("#erreurs")
    assert box is not None
    assert heading is not None
    assert (reply.status_code, box.has_attr("checked"), heading.text) == (
        422,
        True,
        "Cette page est restée ouverte trop longtemps",
    )
    token = shown.select_one("form [name=csrf_token]")
    assert token is not None
    again = client.post(address("accord"), data=CONSENT | {"csrf_token": str(token["value"])})
    assert again.location == address("territoire")


def test_a_foreign_field_is_refused(client: FlaskClient) -> None:
    begin(client)
    reply = client.post(address("territoire"), data=TERRITORY | {"q_intrus": "x"})
    assert (reply.status_code, page(reply).h1.text) == (400, "Cette demande n’a pas été comprise")
    assert kept() == {"consentement_participation": True}


def test_a_truncated_page_costs_nothing(client: FlaskClient) -> None:
    begin(client)
    client.post(address("territoire"), data=TERRITORY)
    reply = client.post(
        address("territoire"), data=seen(client, "territoire") | {"q_annee_creation": "2015"}
    )
    heading = page(reply).select_one("#erreurs")
    assert heading is not None
    assert (reply.status_code, heading.text) == (400, "La page nous est arrivée incomplète")
    assert (kept()["clsm"], kept()["annee_creation"]) == ("CLSM du Val d’Orne", 2015)


def test_more_than_a_megabyte(client: FlaskClient) -> None:
    begin(client)
    reply = client.post(address("territoire"), data=TERRITORY | {"q_clsm": "x" * 1_100_000})
    assert (reply.status_code, page(reply).h1.text) == (413, "Votre envoi est trop volumineux")
    assert kept() == {"consentement_participation": True}


def test_changes_without_the_consent_do_not_promise_more_than_they_do(
    client: FlaskClient,
) -> None:
    begin(client)
    client.post("/temoigner/coordinateur/relire")
    groups = page(client.get("/temoigner/coordinateur/merci")).select(".receipt-code span")
    client.post("/mon-temoignage", data={"code": "".join(group.text for group in groups)})
    client.post("/mon-temoignage/modifier")
    refused = client.post(address("accord"), data=seen(client, "accord"))
    assert summary(refused) == (422, "Sans cet accord, vos changements ne seront pas envoyés")
    told = page(refused)
    assert [link["href"] for link in told.select(".error-summary p a")] == [
        "/mon-temoignage/retirer"
    ]
    assert [each.text for each in told.select("button[form=effacer], #effacer button")] == [
        "effacer mes changements",
        "Effacer mes changements",
    ]
    erased = client.post("/temoigner/coordinateur/effacer")
    assert erased.location == "/mon-temoignage/lire"
    shown = page(client.get(erased.location)).select(".alert")
    assert [each.text.strip() for each in shown] == [
        "Vos changements sont effacés\u00a0; votre témoignage reste tel qu’il était."
    ]
    assert (count(Testimony), count(Draft)) == (1, 0)


def test_when_another_testimony_is_open_the_code_is_asked_for(
    app: Flask, client: FlaskClient
) -> None:
    begin(client)
    client.post("/temoigner/coordinateur/relire")
    groups = page(client.get("/temoigner/coordinateur/merci")).select(".receipt-code span")
    client.post("/mon-temoignage", data={"code": "".join(group.text for group in groups)})
    client.post("/mon-temoignage/modifier")
    with client.session_transaction() as cookie:
        cookie["opened"] = "another"
    refused = client.post(address("accord"), data=seen(client, "accord"))
    links = page(refused).select(".error-summary p a")
    assert [link["href"] for link in links] == ["/mon-temoignage"]
    assert client.post("/temoigner/coordinateur/effacer").location == "/"
