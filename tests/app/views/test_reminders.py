"""The reminders of a campaign: where each stands, and what a person does about it."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Campaign, InvitationState, Reminder, ReminderState
from app.models.base import now
from app.task_queue import run_waiting
from tests import factories
from tests.smtp import Inbox, serving

State = ReminderState


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def app(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    return make_app(WTF_CSRF_ENABLED=False, MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False)


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def texts(reply: TestResponse, chosen: str) -> list[str]:
    return [" ".join(each.text.split()) for each in read(reply).select(chosen)]


def rows(reply: TestResponse) -> list[list[str]]:
    table = read(reply).select("tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in table]


def reminded(*states: State) -> tuple[Campaign, list[Reminder]]:
    """A campaign whose invitations left, each followed by a reminder in one of these states."""
    campaign = factories.campaign(db.session)
    campaign.launched_at = now()
    made = []
    for number, state in enumerate(states):
        contact = factories.contact(
            db.session, email=f"p{number}@exemple.fr", name=f"Personne {number}"
        )
        invitation = factories.invitation(
            db.session, campaign=campaign, contact=contact, state=InvitationState.SENT
        )
        invitation.sent_at = now()
        reminder = Reminder(invitation_id=invitation.id, number=1, state=state)
        if state not in (State.QUEUED, State.SENT, State.DROPPED):
            reminder.last_error, reminder.sending_at = f"451 raison {number}", now()
        made.append(reminder)
    db.session.add_all(made)
    db.session.commit()
    return campaign, made


def address(campaign: Campaign) -> str:
    return f"/equipe/campagnes/{campaign.id}/relances"


def test_each_is_listed_with_the_true_reason(staff: FlaskClient) -> None:
    campaign, _ = reminded(State.SENT, State.FAILED, State.UNCERTAIN, State.DROPPED)
    shown = {row[0]: [*row[2:3], *row[4:]] for row in rows(staff.get(address(campaign)))}
    assert shown == {
        "Personne 0": ["Envoyée", "rien à faire"],
        "Personne 1": ["Échec de l’envoi", "Réessayer : Personne 1"],
        "Personne 2": ["Incertain", "Bien partie : Personne 2 Renvoyer : Personne 2"],
        "Personne 3": ["Retirée, plus utile", "rien à faire"],
    }
    page = f"{address(campaign)}?etat=reprendre"
    assert sorted(texts(staff.get(page), ".reason")) == ["451 raison 1", "451 raison 2"]
    assert sorted(row[0] for row in rows(staff.get(page))) == ["Personne 1", "Personne 2"]


def test_those_to_settle_are_said_where_campaigns_are(staff: FlaskClient) -> None:
    campaign, _ = reminded(State.FAILED, State.UNCERTAIN, State.SENT)
    assert texts(staff.get("/equipe/"), "tbody .state-bad") == ["2"]
    links = read(staff.get(f"/equipe/campagnes/{campaign.id}")).select("a[href*='reprendre']")
    assert [(each["href"], " ".join(each.text.split())) for each in links] == [
        (f"{address(campaign)}?etat=reprendre", "2 relances ne sont pas sûrement parties")
    ]


def test_what_surely_did_not_leave_is_tried_again(
    staff: FlaskClient, app: Flask, inbox: Inbox
) -> None:
    campaign, made = reminded(State.FAILED, State.BOUNCED, State.UNCERTAIN, State.SENT)
    assert staff.post(f"{address(campaign)}/reprendre").location == address(campaign)
    run_waiting(app)
    assert [message["To"] for message in inbox.messages] == ["p0@exemple.fr"]
    for reminder in made[1:3]:
        staff.post(f"{address(campaign)}/{reminder.id}/reprendre")
    run_waiting(app)
    assert sorted(message["To"] for message in inbox.messages) == [
        f"p{number}@exemple.fr" for number in range(3)
    ]
    reply = staff.post(f"{address(campaign)}/reprendre", follow_redirects=True)
    assert texts(reply, ".alert") == ["Il n’y a plus rien à reprendre."]


def test_a_person_says_that_an_uncertain_one_left(
    staff: FlaskClient, app: Flask, inbox: Inbox
) -> None:
    campaign, (reminder,) = reminded(State.UNCERTAIN)
    way = f"{address(campaign)}/{reminder.id}/partie"
    assert [staff.post(way).location for _ in range(2)] == [address(campaign)] * 2
    run_waiting(app)
    db.session.refresh(reminder)
    assert (reminder.state, reminder.last_error, inbox.messages) == (State.SENT, None, [])


def test_a_campaign_that_is_stopped_sends_nothing_again(staff: FlaskClient) -> None:
    campaign, (reminder,) = reminded(State.FAILED)
    campaign.stopped_at = now()
    (invitation,) = [reminder.invitation]
    invitation.state = InvitationState.FAILED
    db.session.commit()
    shown = [row[-1] for row in rows(staff.get(address(campaign)))]
    assert shown == ["campagne arrêtée"]
    ways = (
        f"{address(campaign)}/{reminder.id}/reprendre",
        f"{address(campaign)}/reprendre",
        f"/equipe/campagnes/{campaign.id}/invitations/{invitation.id}/reprendre",
        f"/equipe/campagnes/{campaign.id}/reprendre",
    )
    for way in ways:
        reply = staff.post(way, follow_redirects=True)
        assert texts(reply, ".alert") == ["Cette campagne est arrêtée : plus rien ne part."]
    db.session.refresh(reminder)
    db.session.refresh(invitation)
    assert (reminder.state, invitation.state) == (State.FAILED, InvitationState.FAILED)


def test_none_yet(staff: FlaskClient) -> None:
    campaign, _ = reminded()
    assert texts(staff.get(address(campaign)), ".empty p")[0] == "Aucune relance pour l’instant."
    assert rows(staff.get(f"{address(campaign)}?etat=reprendre")) == []


@pytest.mark.parametrize("act", ["reprendre", "partie"])
def test_another_campaign_s_reminder_is_not_found(staff: FlaskClient, act: str) -> None:
    campaign, _ = reminded()
    _, (other,) = reminded(State.FAILED)
    for id_ in (other.id, uuid.uuid4()):
        assert staff.post(f"{address(campaign)}/{id_}/{act}").status_code == 404
    assert staff.get("/equipe/campagnes/99999999999/relances").status_code == 404


def test_researchers_do_not_enter(researcher: FlaskClient) -> None:
    campaign, _ = reminded()
    assert researcher.get(address(campaign)).status_code == 403


def test_the_desk_says_where_one_is(staff: FlaskClient) -> None:
    campaign, _ = reminded(State.FAILED)
    reply = staff.get(address(campaign))
    assert texts(reply, "nav [aria-current]") == ["Campagnes"]
