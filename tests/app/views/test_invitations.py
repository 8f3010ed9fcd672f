"""Personal links: opening one changes nothing, and a no is noted by a button alone."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Invitation, InvitationState
from tests import factories

UNKNOWN = "a" * 22


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    contact = factories.contact(db.session, audience="elu", name="Nadia Bellecour")
    made = factories.invitation(
        db.session,
        campaign=factories.campaign(db.session),
        contact=contact,
        state=InvitationState.SENT,
    )
    db.session.commit()
    return made


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def everything() -> list[object]:
    db.session.rollback()
    tables = ("contacts", "invitations", "campaigns", "testimonies", "drafts")
    return [db.session.execute(text(f"SELECT * FROM {table}")).all() for table in tables]


def heading(reply: TestResponse) -> tuple[int, str]:
    found = read(reply).select_one("h1")
    assert found is not None
    return reply.status_code, found.text


@pytest.mark.parametrize("way", ["invitation", "desinscription"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_that_opens_a_link_changes_nothing(
    client: FlaskClient, invitation: Invitation, way: str, method: str
) -> None:
    before = everything()
    reply = client.open(f"/{way}/{invitation.token}", method=method)
    assert (reply.status_code, everything()) == (200, before)


@pytest.mark.parametrize("way", ["invitation", "desinscription"])
def test_the_page_names_nobody(client: FlaskClient, invitation: Invitation, way: str) -> None:
    page = read(client.get(f"/{way}/{invitation.token}")).text
    known = (*invitation.contact.name.split(), invitation.contact.email, "Sauldre")
    assert [word for word in known if word in page] == []


def test_the_link_leads_to_the_questionnaire_of_the_profile(
    client: FlaskClient, invitation: Invitation
) -> None:
    page = read(client.get(f"/invitation/{invitation.token}"))
    button = page.select_one("a.btn-primary")
    assert button is not None
    assert (button.text, button["href"]) == ("Commencer", "/temoigner/elu/")
    with client.session_transaction() as kept:
        assert kept["invitation"] == invitation.token


@pytest.mark.parametrize("token", [UNKNOWN, "coupé", "x%00", "a" * 5000])
@pytest.mark.parametrize("way", ["invitation", "desinscription"])
def test_a_link_that_is_not_known(client: FlaskClient, way: str, token: str) -> None:
    assert heading(client.get(f"/{way}/{token}")) == (404, "Ce lien n’est pas reconnu")
    with client.session_transaction() as kept:
        assert "invitation" not in kept


def test_a_no_is_noted_once_and_for_all(client: FlaskClient, invitation: Invitation) -> None:
    asked = read(client.get(f"/desinscription/{invitation.token}"))
    assert [each["method"] for each in asked.select("main form")] == ["post"]
    replies = [client.post(f"/desinscription/{invitation.token}") for _ in range(2)]
    assert [heading(reply) for reply in replies] == [
        (200, "C’est noté, nous ne vous écrirons plus")
    ] * 2
    db.session.rollback()
    assert invitation.state is InvitationState.DECLINED
    assert invitation.contact.opted_out_at is not None


def test_mail_software_can_say_no_in_one_click(make_app: Callable[..., Flask]) -> None:
    app = make_app()  # with CSRF, and without any cookie
    contact = factories.contact(db.session)
    made = factories.invitation(
        db.session, campaign=factories.campaign(db.session), contact=contact
    )
    db.session.commit()
    reply = app.test_client().post(
        f"/desinscription/{made.token}", data={"List-Unsubscribe": "One-Click"}
    )
    db.session.rollback()
    assert (reply.status_code, made.state) == (200, InvitationState.DECLINED)


def test_an_unknown_link_cannot_say_no(client: FlaskClient) -> None:
    assert heading(client.post(f"/desinscription/{UNKNOWN}")) == (404, "Ce lien n’est pas reconnu")


def test_the_links_of_a_trial_open_and_change_nothing(
    client: FlaskClient, invitation: Invitation
) -> None:
    before = everything()
    replies = [client.get("/invitation/essai"), client.post("/desinscription/essai")]
    assert ([reply.status_code for reply in replies], everything()) == ([200, 200], before)
    button = read(replies[0]).select_one("a.btn-primary")
    assert button is not None
    assert (button.text, button["href"]) == ("Choisir un questionnaire", "/")
