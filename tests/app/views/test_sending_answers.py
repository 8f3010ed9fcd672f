"""Sending: one testimony, whole, and nothing that leads back to who wrote."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Draft, InvitationState, Recontact, Testimony
from tests import factories
from tests.answering import CONSENT, TERRITORY, address, begin, count, erase, page


def test_sent_once_however_often(client: FlaskClient) -> None:
    begin(client)
    first = client.post("/temoigner/coordinateur/relire")
    again = client.post("/temoigner/coordinateur/relire")
    assert first.location == again.location == "/temoigner/coordinateur/merci"
    assert (count(Testimony), count(Draft)) == (1, 0)


def test_a_double_click_makes_one_testimony(app: Flask, client: FlaskClient) -> None:
    begin(client)
    other = app.test_client()
    cookie = client.get_cookie("session")
    assert cookie is not None
    other.set_cookie("session", cookie.value)
    assert client.post("/temoigner/coordinateur/relire").status_code == 302
    second = other.post("/temoigner/coordinateur/relire")
    assert second.location == "/temoigner/coordinateur/merci"
    references = [
        page(each.get(second.location)).select_one(".reference") for each in (client, other)
    ]
    assert references[0] == references[1]
    assert count(Testimony) == 1


def test_a_second_testimony_can_follow_the_first(client: FlaskClient) -> None:
    for _ in range(2):
        begin(client)
        client.post("/temoigner/coordinateur/relire")
    assert count(Testimony) == 2


def test_the_testimony_keeps_the_version_answers_and_consents(client: FlaskClient) -> None:
    begin(client, q_consentement_contact="oui")
    client.post(address("territoire"), data=TERRITORY)
    client.post("/temoigner/coordinateur/relire")
    sent = db.session.scalars(select(Testimony)).one()
    assert (sent.questionnaire_slug, sent.questionnaire_version, sent.audience) == (
        "coordinateur",
        2,
        "coordinateur",
    )
    assert {answer.question_id: answer.value for answer in sent.answers} == {
        "clsm": "CLSM du Val d’Orne",
        "annee_creation": 2014,
        "temps_coordination": 0.5,
    }
    assert {c.purpose.value: (c.is_given, c.wording) for c in sent.consents} == {
        "participation": (True, "coordinateur.v2"),
        "citation": (False, "coordinateur.v2"),
        "contact": (True, "coordinateur.v2"),
    }
    assert (sent.is_anonymous, sent.invitation_id) == (True, None)


def test_coordinates_are_asked_only_of_whom_agreed(client: FlaskClient) -> None:
    begin(client)
    client.post("/temoigner/coordinateur/relire")
    assert page(client.get("/temoigner/coordinateur/merci")).select("#email") == []
    client.post("/temoigner/coordinateur/merci", data={"phone": "06 12 34 56 78"})
    assert count(Recontact) == 0


def test_a_draft_can_be_erased(client: FlaskClient) -> None:
    begin(client)
    assert client.post("/temoigner/coordinateur/effacer").location == "/"
    assert count(Draft) == 0
    assert client.get("/temoigner/coordinateur/").location == address("accord")


def test_once_sent_the_cookie_ends_with_the_browser(client: FlaskClient) -> None:
    begun = begin(client)
    sent = client.post("/temoigner/coordinateur/relire")
    assert ["Expires" in reply.headers["Set-Cookie"] for reply in (begun, sent)] == [True, False]


def test_a_link_counts_for_the_questionnaire_it_led_to(client: FlaskClient) -> None:
    invited = factories.invitation(
        db.session,
        campaign=factories.campaign(db.session),
        contact=factories.contact(db.session),
        state=InvitationState.SENT,
    )
    db.session.commit()
    client.get(f"/invitation/{invited.token}")
    begin(client)
    erase(client)
    client.post("/temoigner/usager/rubrique/accord", data=CONSENT)
    client.post("/temoigner/usager/relire")
    db.session.expire_all()
    assert invited.state is not InvitationState.ANSWERED
    client.get(f"/invitation/{invited.token}")
    begin(client)
    client.post("/temoigner/coordinateur/relire")
    db.session.expire_all()
    assert invited.state is InvitationState.ANSWERED
