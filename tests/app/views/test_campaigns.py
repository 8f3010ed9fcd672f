"""The campaigns room: written, read over, tried, sent, followed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Campaign, Invitation, InvitationState
from app.models.base import now, today
from app.services import campaigns, invitations
from app.task_queue import run_waiting
from tests import factories
from tests.servers import free_port
from tests.smtp import Inbox, serving

State = InvitationState
FORM = {
    "title": "Premier appel",
    "audience": "elu",
    "subject": "Votre témoignage, {nom}",
    "body": "Bonjour {nom},\r\n\r\n{lien}\r\n",
}
DAY = datetime(2026, 11, 3, 9, 40, tzinfo=UTC)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def app(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(WTF_CSRF_ENABLED=False, MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False)


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def rows(reply: TestResponse) -> list[list[str]]:
    found = read(reply).select("tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in found]


def texts(reply: TestResponse, selector: str) -> list[str]:
    return [" ".join(each.text.split()) for each in read(reply).select(selector)]


def kept(campaign: Campaign) -> str:
    return f"/equipe/campagnes/{campaign.id}"


def a_launched_campaign(*states: State) -> Campaign:
    """A campaign whose invitations are in these states, to people named after them."""
    campaign = factories.campaign(db.session)
    campaign.launched_at = DAY
    for state in states:
        contact = factories.contact(db.session, name=f"Personne {state}")
        made = factories.invitation(db.session, campaign=campaign, contact=contact, state=state)
        made.queued_at = made.sending_at = made.sent_at = DAY
        made.attempts = 0 if state is State.QUEUED else 1
        made.answered_on = today() if state is State.ANSWERED else None
        made.declined_on = today() if state is State.DECLINED else None
        made.last_error = "parce que" if state in (State.FAILED, State.BOUNCED) else None
        made.sending_at = None if state is State.QUEUED else DAY
    db.session.commit()
    return campaign


CAUGHT = (
    "Aucun serveur de messagerie n’est réglé : les messages ne partent pas, "
    "ils sont gardés dans instance/mails."
)


@pytest.mark.parametrize("is_caught", [True, False])
def test_messages_that_do_not_leave_are_said_everywhere(
    app: Flask, staff: FlaskClient, *, is_caught: bool
) -> None:
    app.config["MAIL_IS_CAUGHT"] = is_caught
    sent = a_launched_campaign(State.SENT)
    written = factories.campaign(db.session, title="Deuxième appel")
    db.session.commit()
    pages = ("/equipe/", kept(sent), kept(written), f"{kept(written)}/envoi")
    told = [texts(staff.get(page), "p.caught") for page in pages]
    assert told == [[CAUGHT] if is_caught else []] * 4


def test_an_empty_desk_begins_with_contacts(staff: FlaskClient) -> None:
    assert texts(staff.get("/equipe/"), ".empty p:first-child") == ["Commencez par les contacts."]
    factories.contact(db.session)
    db.session.commit()
    assert texts(staff.get("/equipe/"), ".empty p:first-child") == [
        "Aucune campagne pour l’instant."
    ]


def test_the_first_draft_can_be_kept_as_it_is(staff: FlaskClient) -> None:
    page = read(staff.get("/equipe/campagnes/nouvelle"))
    subject, body = page.select_one("#subject"), page.select_one("#body")
    assert subject is not None
    assert body is not None
    data = {"title": "Essai", "audience": "", "subject": subject["value"], "body": body.text}
    assert staff.post("/equipe/campagnes/nouvelle", data=data).status_code == 302
    campaign = db.session.scalars(select(Campaign)).one()
    assert campaigns.unknown_placeholders(campaign.body, campaigns.IN_BODY) == []
    assert [campaigns.has_placeholder(campaign.body, name) for name in ("lien", "refus")] == [
        True,
        True,
    ]


def test_a_title_and_a_subject_that_show_nothing_are_none(staff: FlaskClient) -> None:
    unseen = {"title": "\u200b", "subject": " \u00ad\x00"}
    reply = staff.post("/equipe/campagnes/nouvelle", data=FORM | unseen)
    assert reply.status_code == 422
    assert texts(reply, ".error-summary li") == [
        "Titre de la campagne : Donnez un titre, pour la retrouver.",
        "Objet du message : Donnez l’objet du message.",
    ]


def test_from_the_first_word_to_the_inbox(staff: FlaskClient, app: Flask, inbox: Inbox) -> None:
    contact = factories.contact(db.session, audience="elu", email="z@exemple.fr", name="Zoé {lien}")
    factories.contact(db.session, audience="usager")
    db.session.commit()
    created = staff.post("/equipe/campagnes/nouvelle", data=FORM)
    assert created.status_code == 302
    address = str(created.location)
    assert texts(staff.get(address), ".message dd") == [
        "Recueil <recueil@recueil.example>",
        "Votre témoignage, Zoé {lien}",
    ]
    assert texts(staff.get(f"{address}/envoi"), "h1") == ["Envoyer ce message à 1 personne ?"]
    for _ in range(2):
        assert staff.post(f"{address}/envoi").location == address
    run_waiting(app)
    (message,) = inbox.messages
    assert (message["To"], message["Subject"]) == ("z@exemple.fr", "Votre témoignage, Zoé {lien}")
    listed = rows(staff.get(address))
    assert [row[:4] for row in listed] == [
        ["Zoé {lien}", "Élue ou élu", "CLSM du Val-de-Sauldre", "Envoyée"]
    ]
    assert db.session.scalars(select(Invitation.contact_id)).all() == [contact.id]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": ""}, "Titre de la campagne : Donnez un titre, pour la retrouver."),
        ({"title": "x" * 201}, "Titre de la campagne : Écrivez moins de 200 caractères."),
        ({"subject": ""}, "Objet du message : Donnez l’objet du message."),
        (
            {"subject": "{lien}"},
            "Objet du message : {lien} n’est pas connu ici. "
            "Entre accolades, écrivez seulement : {nom}, {clsm}.",
        ),
        (
            {"body": "{lien} {prenom} {Nom}"},
            "Message : {prenom}, {Nom} ne sont pas connus ici. "
            "Entre accolades, écrivez seulement : {nom}, {clsm}, {lien}, {refus}.",
        ),
        (
            {"subject": "Bonjour {nom"},
            "Objet du message : Une accolade est seule ou de trop. Écrivez par exemple {nom}.",
        ),
        (
            {"body": "Bonjour {{nom}}\n{lien}"},
            "Message : Une accolade est seule ou de trop. Écrivez par exemple {nom}.",
        ),
        (
            {"body": "Bonjour {nom}"},
            "Message : Il manque {lien}, le lien personnel vers le questionnaire. "
            "Écrivez {lien} là où il doit être.",
        ),
        ({"body": ""}, "Message : Écrivez le message."),
        (
            {"subject": "{% for x in nom %}"},
            "Objet du message : {% for x in nom %} n’est pas connu ici. "
            "Entre accolades, écrivez seulement : {nom}, {clsm}.",
        ),
        (
            {"subject": "{nom.__class__.__mro__}"},
            "Objet du message : {nom.__class__.__mro__} n’est pas connu ici. "
            "Entre accolades, écrivez seulement : {nom}, {clsm}.",
        ),
        (
            {"body": "{lien} {% for x in range(10**9) %}x{% endfor %}"},
            "Message : {% for x in range(10**9) %}, {% endfor %} ne sont pas connus ici. "
            "Entre accolades, écrivez seulement : {nom}, {clsm}, {lien}, {refus}.",
        ),
        (
            {"body": "{lien} {nom!r} {nom:>1000000000} {0} {config[SECRET_KEY]}"},
            "Message : {nom!r}, {nom:>1000000000}, {0}, {config[SECRET_KEY]} ne sont pas connus "
            "ici. Entre accolades, écrivez seulement : {nom}, {clsm}, {lien}, {refus}.",
        ),
        (
            {"body": "{lien} {{ ''.__class__ }}"},
            "Message : { ''.__class__ } n’est pas connu ici. "
            "Entre accolades, écrivez seulement : {nom}, {clsm}, {lien}, {refus}.",
        ),
        ({"body": "{lien}" + "x" * 20_000}, "Message : Écrivez moins de 20000 caractères."),
        ({"audience": "maire"}, "À qui écrire : Choisissez dans la liste."),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_what_is_wrong_is_said_and_nothing_is_lost(
    staff: FlaskClient, changes: dict[str, str], error: str, *, is_new: bool
) -> None:
    campaign = factories.campaign(db.session, title="Gardé")
    db.session.commit()
    address = "/equipe/campagnes/nouvelle" if is_new else f"{kept(campaign)}/modifier"
    data = FORM | changes
    reply = staff.post(address, data=data)
    assert (reply.status_code, texts(reply, ".error-summary li")) == (422, [error])
    page = read(reply)
    body, subject = page.select_one("#body"), page.select_one("#subject")
    assert body is not None
    assert subject is not None
    assert body.text.replace("\r\n", "\n") == data["body"].replace("\r\n", "\n")
    assert subject["value"] == data["subject"]
    db.session.rollback()
    assert db.session.scalars(select(Campaign.title)).all() == ["Gardé"]


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_subject_cannot_bring_a_header(staff: FlaskClient, sign: str, *, is_new: bool) -> None:
    campaign = factories.campaign(db.session, subject="Gardé")
    db.session.commit()
    address = "/equipe/campagnes/nouvelle" if is_new else f"{kept(campaign)}/modifier"
    reply = staff.post(address, data=FORM | {"subject": f"Bonjour{sign}Bcc: autre@exemple.fr"})
    said = "Écrivez sur une seule ligne : un retour à la ligne n’a pas sa place ici."
    assert reply.status_code == 422
    assert texts(reply, ".error-summary li") == [f"Objet du message : {said}"]
    db.session.rollback()
    assert db.session.scalars(select(Campaign.subject)).all() == ["Gardé"]


def test_an_old_page_loses_nothing_that_was_typed(app: Flask, staff: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    reply = staff.post("/equipe/campagnes/nouvelle", data=FORM | {"csrf_token": "vieux"})
    body = read(reply).select_one("#body")
    assert body is not None
    assert (reply.status_code, body.text) == (422, "Bonjour {nom},\n\n{lien}\n")


def test_a_campaign_is_rewritten_until_it_leaves(staff: FlaskClient) -> None:
    campaign = factories.campaign(db.session)
    db.session.commit()
    address = f"{kept(campaign)}/modifier"
    title = read(staff.get(address)).select_one("#title")
    assert title is not None
    assert title["value"] == "Premier appel"
    assert staff.post(address, data=FORM | {"title": "Second titre"}).location == kept(campaign)
    campaign.launched_at = now()
    db.session.commit()
    for reply in (staff.get(address), staff.post(address, data=FORM)):
        assert (reply.status_code, reply.location) == (302, kept(campaign))
    db.session.rollback()
    assert campaign.title == "Second titre"


def test_a_trial_goes_to_oneself_and_invites_nobody(staff: FlaskClient, inbox: Inbox) -> None:
    campaign = factories.campaign(db.session)
    db.session.commit()
    reply = staff.post(f"{kept(campaign)}/essai", follow_redirects=True)
    assert texts(reply, ".alert") == ["L’essai est parti vers staff@recueil.example."]
    (message,) = inbox.messages
    assert (message["To"], message["Subject"]) == (
        "staff@recueil.example",
        "Votre témoignage, Camille Exemple",
    )
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_a_trial_that_cannot_leave_says_why(staff: FlaskClient, app: Flask) -> None:
    app.extensions["mail"].port = free_port()
    campaign = factories.campaign(db.session)
    db.session.commit()
    reply = staff.post(f"{kept(campaign)}/essai", follow_redirects=True)
    assert texts(reply, ".alert") == [
        "L’essai n’est pas parti : le serveur de messagerie ne répond pas. Votre texte est gardé."
    ]


def test_launching_to_nobody_launches_nothing(staff: FlaskClient) -> None:
    campaign = factories.campaign(db.session)
    db.session.commit()
    page = staff.get(f"{kept(campaign)}/envoi")
    assert texts(page, "h1") == ["Il n’y a personne à inviter"]
    assert staff.post(f"{kept(campaign)}/envoi").location == kept(campaign)
    db.session.rollback()
    assert campaign.launched_at is None


def test_a_complement_invites_those_who_came_since(staff: FlaskClient) -> None:
    campaign = a_launched_campaign(State.SENT)
    factories.contact(db.session, name="Nouvelle venue")
    db.session.commit()
    assert "1 contact n’a pas encore d’invitation." in texts(staff.get(kept(campaign)), ".margin p")
    staff.post(f"{kept(campaign)}/envoi")
    assert [row[0] for row in rows(staff.get(kept(campaign)))] == [
        "Nouvelle venue",
        "Personne sent",
    ]


def test_where_each_invitation_stands(staff: FlaskClient) -> None:
    campaign = a_launched_campaign(*State)
    reply = staff.get(kept(campaign))
    sent = "3 novembre 2026 à 10 h 40"
    answered = texts(reply, "tbody tr:first-child td:nth-child(5)")
    assert {row[0].removeprefix("Personne "): row[3:] for row in rows(reply)} == {
        "answered": ["A répondu", *answered, "rien à faire"],
        "bounced": [
            "Adresse refusée",
            f"{sent} parce que",
            "Corriger l’adresse : Personne bounced Réessayer : Personne bounced",
        ],
        "declined": ["A décliné", *answered, "rien à faire"],
        "failed": ["Échec de l’envoi", f"{sent} parce que", "Réessayer : Personne failed"],
        "queued": ["En attente", "pas encore partie", "rien à faire"],
        "sending": ["En cours d’envoi", sent, "rien à faire"],
        "sent": ["Envoyée", sent, "rien à faire"],
        "uncertain": [
            "Incertain",
            sent,
            "Bien partie : Personne uncertain Renvoyer : Personne uncertain",
        ],
    }
    assert texts(reply, ".counts li") == [
        "1 Ont répondu",
        "1 Envoyée, sans réponse",
        "2 En attente",
        "1 Ont décliné",
        "3 À reprendre",
    ]
    assert texts(reply, "h1 + p") == [
        "1 personne sur 8 a répondu, soit 13 %. L’envoi est en cours."
    ]
    listed = rows(staff.get("/equipe/"))
    assert listed == [["Premier appel", "Tous", "3 novembre 2026", "8", "1", "3"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("etat=reprendre", ["Personne bounced", "Personne failed", "Personne uncertain"]),
        ("etat=repondu", ["Personne answered"]),
        ("etat=inconnu&q=SENT", ["Personne sent"]),
        ("q=clsm+sauldre&etat=decline", ["Personne declined"]),
        ("q=introuvable%00", []),
    ],
)
def test_invitations_are_filtered(staff: FlaskClient, query: str, names: list[str]) -> None:
    campaign = a_launched_campaign(*State)
    assert [row[0] for row in rows(staff.get(f"{kept(campaign)}?{query}"))] == names


def test_long_campaigns_are_paged(staff: FlaskClient) -> None:
    campaign = a_launched_campaign(*[State.SENT] * 101)
    assert [len(rows(staff.get(f"{kept(campaign)}?page={page}"))) for page in (1, 2)] == [100, 1]
    assert texts(staff.get(kept(campaign)), ".paging li") == ["Page 1 sur 2", "Page suivante"]


def test_a_mail_server_that_is_down_is_said_in_french(staff: FlaskClient, app: Flask) -> None:
    app.extensions["mail"].port = free_port()
    contact = factories.contact(db.session)
    campaign = factories.campaign(db.session)
    db.session.commit()
    staff.post(f"{kept(campaign)}/envoi")
    run_waiting(app)
    (said,) = texts(staff.get(kept(campaign)), ".alert-warning")
    assert said.startswith(
        "1 message attend le serveur de messagerie. Rien n’est perdu : il repartira "
        "sans que vous ayez rien à faire, à partir du "
    )
    assert said.endswith(" Le serveur de messagerie ne répond pas.")
    assert contact.opted_out_at is None


def test_failures_are_tried_again(staff: FlaskClient, app: Flask, inbox: Inbox) -> None:
    campaign = a_launched_campaign(State.FAILED, State.BOUNCED, State.UNCERTAIN, State.SENT)
    failed, bounced, unsure = (
        invitations.of_campaign(db.session, campaign.id, [state])[0]
        for state in (State.FAILED, State.BOUNCED, State.UNCERTAIN)
    )
    bounced.contact.bounced_at = now()
    db.session.commit()
    staff.post(f"{kept(campaign)}/reprendre")
    run_waiting(app)
    assert [message["To"] for message in inbox.messages] == [failed.contact.email]
    for row in (bounced, unsure):
        staff.post(f"{kept(campaign)}/invitations/{row.id}/reprendre")
    run_waiting(app)
    assert len(inbox.messages) == 3
    reply = staff.post(f"{kept(campaign)}/reprendre", follow_redirects=True)
    assert texts(reply, ".alert") == ["Il n’y a plus rien à reprendre."]


def test_a_person_settles_what_is_uncertain(staff: FlaskClient, app: Flask, inbox: Inbox) -> None:
    campaign = a_launched_campaign(State.UNCERTAIN)
    (row,) = invitations.of_campaign(db.session, campaign.id)
    address = f"{kept(campaign)}/invitations/{row.id}/partie"
    assert [staff.post(address).location for _ in range(2)] == [kept(campaign)] * 2
    run_waiting(app)
    db.session.refresh(row)
    assert (row.state, row.last_error, inbox.messages) == (State.SENT, None, [])


def test_somebody_elses_invitation_is_not_found(staff: FlaskClient) -> None:
    first, second = a_launched_campaign(State.FAILED), a_launched_campaign(State.FAILED)
    (row,) = invitations.of_campaign(db.session, first.id)
    reply = staff.post(f"{kept(second)}/invitations/{row.id}/reprendre")
    assert reply.status_code == 404


@pytest.mark.parametrize("path", ["1", "99999999999999999999", "abc", "1/envoi", "1/modifier"])
def test_a_campaign_that_is_not_there(staff: FlaskClient, path: str) -> None:
    assert staff.get(f"/equipe/campagnes/{path}").status_code == 404
