"""A campaign's course: dates and reminders, pause, stop, progress, and the count of an audience."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import presentation
from app.extensions import db
from app.models import Campaign, ContactTag, Invitation, InvitationState, Reminder
from app.models.base import PARIS, now, today
from app.services import clsms
from app.task_queue import run_waiting
from tests import factories
from tests.app.views.test_campaigns import FORM, a_launched_campaign, kept, texts
from tests.smtp import Inbox, serving

State = InvitationState
PLAN = {
    "starts_on": "2099-01-12",
    "starts_hour": "10 h 30",
    "ends_on": "2099-02-01",
    "remind_after_days": "7",
    "remind_at_most": "2",
    "reminder_subject": "Il est encore temps, {nom}",
    "reminder_body": "Bonjour {nom},\r\n\r\n{lien}",
}


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def app(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(WTF_CSRF_ENABLED=False, MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False)


def a_campaign() -> Campaign:
    campaign = factories.campaign(db.session)
    db.session.commit()
    return campaign


def again(campaign: Campaign) -> Campaign:
    db.session.rollback()
    db.session.refresh(campaign)
    return campaign


def test_dates_and_reminders_are_kept_and_said(staff: FlaskClient) -> None:
    campaign = a_campaign()
    reply = staff.post(f"{kept(campaign)}/dates", data=PLAN)
    assert reply.location == kept(campaign)
    again(campaign)
    assert (campaign.starts_at, campaign.ends_on) == (
        datetime(2099, 1, 12, 10, 30, tzinfo=PARIS),
        date(2099, 2, 1),
    )
    assert (campaign.remind_after_days, campaign.remind_at_most) == (7, 2)
    assert campaign.reminder_body == "Bonjour {nom},\n\n{lien}"
    said = texts(staff.get(kept(campaign)), "h2:-soup-contains('Dates et relances') + p")
    assert said == [
        "Envoi à partir du 12 janvier 2099 à 10 h 30. Rien ne part après le 1er février 2099. "
        "Relance après 7 jours sans réponse, 2 fois au plus."
    ]
    form = staff.get(f"{kept(campaign)}/dates")
    assert 'value="10\u00a0h\u00a030"' in form.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"starts_hour": "25 h"}, "« 25 h » n’est pas une heure. Écrivez par exemple 14 h 30."),
        ({"ends_on": "2099-01-01"}, "Le dernier jour vient avant le premier."),
        ({"ends_on": "2020-01-01"}, "Ce jour est passé. Donnez un jour à venir, ou laissez vide."),
        ({"ends_on": "demain"}, "Donnez un jour, par exemple 03/12/2026."),
        ({"remind_after_days": "0"}, "Donnez un nombre de jours, de 1 à 180."),
        ({"remind_at_most": "12"}, "Donnez un nombre de 1 à 5."),
        (
            {"reminder_body": "Bonjour {prenom} {lien}"},
            "{prenom} n’est pas connu ici. Entre accolades, écrivez seulement : "
            "{nom}, {clsm}, {lien}, {refus}.",
        ),
        (
            {"reminder_body": "{lien} {% while true %} {nom.__init__.__globals__}"},
            "{% while true %}, {nom.__init__.__globals__} ne sont pas connus ici. Entre "
            "accolades, écrivez seulement : {nom}, {clsm}, {lien}, {refus}.",
        ),
        (
            {"reminder_body": "Bonjour"},
            "Il manque {lien}, le lien personnel vers le questionnaire.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    staff: FlaskClient, changes: dict[str, str], error: str
) -> None:
    campaign = a_campaign()
    reply = staff.post(f"{kept(campaign)}/dates", data=PLAN | changes)
    assert reply.status_code == 422
    assert [each.removeprefix("Erreur : ") for each in texts(reply, ".invalid-feedback")] == [error]
    assert "Il est encore temps, {nom}" in reply.text
    assert again(campaign).remind_after_days is None


def test_a_reminder_s_subject_cannot_bring_a_header(staff: FlaskClient) -> None:
    campaign = a_campaign()
    forged = PLAN | {"reminder_subject": "Rappel\r\nBcc: autre@exemple.fr"}
    reply = staff.post(f"{kept(campaign)}/dates", data=forged)
    said = "Écrivez sur une seule ligne : un retour à la ligne n’a pas sa place ici."
    assert texts(reply, ".error-summary li") == [f"Objet de la relance : {said}"]
    assert (reply.status_code, again(campaign).reminder_subject) == (422, None)


def test_nothing_is_planned_when_everything_is_empty(staff: FlaskClient) -> None:
    campaign = a_campaign()
    staff.post(f"{kept(campaign)}/dates", data=dict.fromkeys(PLAN, ""))
    again(campaign)
    assert (campaign.starts_at, campaign.ends_on, campaign.remind_after_days) == (None, None, None)


def test_a_campaign_is_paused_resumed_and_stopped(
    staff: FlaskClient, app: Flask, inbox: Inbox
) -> None:
    campaign = a_launched_campaign(State.SENT, State.QUEUED)
    assert staff.post(f"{kept(campaign)}/pause").location == kept(campaign)
    run_waiting(app)
    assert inbox.raw == []
    assert texts(staff.get(kept(campaign)), "h1 + p") == [
        "2 personnes sont invitées. Aucune n’a encore répondu. "
        "La campagne est en pause : rien ne part."
    ]
    staff.post(f"{kept(campaign)}/poursuivre")
    run_waiting(app)
    assert len(inbox.raw) == 1
    factories.invitation(db.session, campaign=campaign, contact=factories.contact(db.session))
    db.session.commit()
    assert texts(staff.get(f"{kept(campaign)}/arreter"), "h1") == [
        "Arrêter cette campagne pour de bon ?"
    ]
    reply = staff.post(f"{kept(campaign)}/arreter", follow_redirects=True)
    assert texts(reply, ".alert") == [
        "La campagne est arrêtée. Invitations qui ne partiront pas : 1."
    ]
    assert db.session.scalars(select(Invitation.state)).all() == [State.SENT, State.SENT]


def test_the_page_follows_the_sending(staff: FlaskClient) -> None:
    campaign = a_launched_campaign(State.SENT, State.QUEUED, State.SENDING, State.UNCERTAIN)
    assert staff.get(f"{kept(campaign)}/avancement").get_json() == {
        "total": 4,
        "waiting": 2,
        "counts": {"repondu": 0, "envoyee": 1, "attente": 2, "decline": 0, "reprendre": 1},
    }
    (bar,) = texts(staff.get(kept(campaign)), "progress")
    assert bar == "2 sur 4"


def test_a_reminder_now_is_read_over_then_leaves_once(
    staff: FlaskClient, app: Flask, inbox: Inbox
) -> None:
    campaign = a_launched_campaign(State.SENT, State.ANSWERED)
    campaign.reminder_subject, campaign.reminder_body = "Encore temps", "{lien} {refus}"
    db.session.commit()
    asked = staff.get(f"{kept(campaign)}/relancer")
    assert texts(asked, "h1") == ["Relancer 1 personne maintenant ?"]
    assert texts(asked, ".message dd")[1] == "Encore temps"
    assert db.session.scalars(select(Reminder)).all() == []
    for _ in range(2):
        staff.post(f"{kept(campaign)}/relancer")
        run_waiting(app)
    assert [message["Subject"] for message in inbox.messages] == ["Encore temps"]
    assert list(db.session.scalars(select(Reminder.number))) == [1]
    assert texts(staff.get(f"{kept(campaign)}/relancer"), "h1") == ["Il n’y a personne à relancer"]


@pytest.mark.parametrize("end", ["stopped_at", "ends_on"])
def test_a_campaign_that_is_over_says_so_and_offers_nothing(
    staff: FlaskClient, app: Flask, inbox: Inbox, end: str
) -> None:
    campaign = a_launched_campaign(State.SENT, State.QUEUED)
    factories.contact(db.session)
    yesterday = today() - timedelta(days=1)
    setattr(campaign, end, now() if end == "stopped_at" else yesterday)
    db.session.commit()
    why = {
        "stopped_at": "Cette campagne est arrêtée : plus rien ne part.",
        "ends_on": "Le dernier jour d’envoi de cette campagne est passé : plus rien ne part. "
        "Vous pouvez changer ce jour dans « Dates et relances ».",
    }
    for way in ("envoi", "relancer"):
        for ask in (staff.get, staff.post):
            reply = ask(f"{kept(campaign)}/{way}", follow_redirects=True)
            assert texts(reply, ".alert") == [why[end]]
    run_waiting(app)
    assert (inbox.raw, list(db.session.scalars(select(Reminder)))) == ([], [])
    page = staff.get(kept(campaign))
    assert texts(page, "progress, .margin a[href$=envoi], .margin a[href$=relancer]") == []
    if end == "ends_on":
        assert texts(page, "h1 + p") == [
            "2 personnes sont invitées. Aucune n’a encore répondu. Son dernier jour d’envoi, "
            f"le {presentation.day(yesterday)}, est passé : plus rien ne part, "
            "et 1 message n’est pas parti.".replace("\u00a0", " ")
        ]


def test_reminders_of_a_paused_campaign_are_told_as_they_are(staff: FlaskClient) -> None:
    campaign = a_launched_campaign(State.SENT)
    campaign.paused_at = now()
    db.session.commit()
    reply = staff.post(f"{kept(campaign)}/relancer", follow_redirects=True)
    assert texts(reply, ".alert") == [
        "Relances prêtes : 1. Elles partiront quand vous reprendrez l’envoi."
    ]


def test_a_scheduled_campaign_can_be_prepared_again(staff: FlaskClient) -> None:
    campaign = a_campaign()
    factories.contact(db.session)
    db.session.commit()
    staff.post(f"{kept(campaign)}/dates", data=PLAN)
    staff.post(f"{kept(campaign)}/envoi")
    assert texts(staff.get(kept(campaign)), "progress") == []
    reply = staff.get(f"{kept(campaign)}/modifier", follow_redirects=True)
    assert texts(reply, ".alert") == [
        "Cette campagne est programmée : revenez d’abord à sa préparation."
    ]
    reply = staff.post(f"{kept(campaign)}/preparer", follow_redirects=True)
    assert texts(reply, ".alert, h1 + p") == [
        "La campagne est de nouveau en préparation. Rien ne partira sans que vous confirmiez.",
        "Voici le message, tel que Nadia Bellecour le recevra. Rien n’est parti.",
    ]
    reply = staff.post(f"{kept(campaign)}/preparer", follow_redirects=True)
    assert texts(reply, ".alert") == [
        "Cette campagne n’est pas programmée, ou l’envoi a commencé : rien n’est changé."
    ]


def test_an_audience_is_counted_while_it_is_chosen(staff: FlaskClient) -> None:
    clsms.Directory(db.session).entry("CLSM du Val-de-Sauldre", region="24")
    chosen = factories.contact(db.session, audience="elu")
    chosen.tags.append(ContactTag(tag="réseau"))
    factories.contact(db.session, audience="elu", clsm="")
    factories.contact(db.session, audience="usager")
    refused = factories.contact(db.session, audience="elu")
    refused.opted_out_at = now()
    db.session.commit()
    ways: list[dict[str, object]] = [
        {"audience": ""},
        {"audience": "elu"},
        {"audience": "elu", "regions": ["24"]},
        {"audience": "", "tags": ["réseau"]},
    ]
    counted = [staff.post("/equipe/campagnes/compte", data=FORM | way).get_json() for way in ways]
    assert counted == [{"count": 3}, {"count": 2}, {"count": 1}, {"count": 1}]


def test_a_narrowed_campaign_invites_only_its_audience(staff: FlaskClient) -> None:
    clsms.Directory(db.session).entry("CLSM du Val-de-Sauldre", region="24")
    chosen = factories.contact(db.session, audience="elu")
    factories.contact(db.session, audience="elu", clsm="")
    db.session.commit()
    reply = staff.post(
        "/equipe/campagnes/nouvelle",
        data=FORM | {"regions": ["24"], "questionnaire": "usager"},
    )
    campaign = db.session.scalars(select(Campaign)).one()
    assert reply.location == kept(campaign)
    assert (campaign.filters, campaign.questionnaire_slug) == ({"regions": ["24"]}, "usager")
    staff.post(f"{kept(campaign)}/envoi")
    (invitation,) = db.session.scalars(select(Invitation))
    assert invitation.contact_id == chosen.id
    welcome = staff.get(f"/invitation/{invitation.token}")
    assert "/temoigner/usager/" in welcome.text


def test_the_message_is_read_over_as_anybody(staff: FlaskClient, app: Flask) -> None:
    base = app.config["BASE_URL"]
    factories.contact(db.session, name="Nadia Bellecour")
    other = factories.contact(db.session, name="Léo Prat")
    campaign = a_campaign()
    said = [
        texts(staff.get(f"{kept(campaign)}{query}"), ".message dd")[1]
        for query in ("", f"?comme={other.id}", "?comme=personne")
    ]
    assert said == [
        "Votre témoignage, Nadia Bellecour",
        "Votre témoignage, Léo Prat",
        "Votre témoignage, Nadia Bellecour",
    ]
    staff.post(f"{kept(campaign)}/dates", data=PLAN)
    both = staff.get(f"{kept(campaign)}?comme={other.id}")
    assert texts(both, ".message dd")[1::2] == [
        "Votre témoignage, Léo Prat",
        "Il est encore temps, Léo Prat",
    ]
    assert texts(both, "details .typed") == [
        f"Bonjour Léo Prat, {base}/invitation/essai Pour ne plus recevoir de message de notre "
        f"part : {base}/desinscription/essai"
    ]


def test_an_end_in_the_past_cannot_come_back(staff: FlaskClient) -> None:
    campaign = a_launched_campaign(State.SENT)
    yesterday = (today() - timedelta(days=1)).isoformat()
    reply = staff.post(f"{kept(campaign)}/dates", data=PLAN | {"ends_on": yesterday})
    assert reply.status_code == 422


@pytest.mark.parametrize("path", ["dates", "arreter", "avancement", "relancer"])
def test_a_campaign_that_is_not_there(staff: FlaskClient, path: str) -> None:
    assert staff.get(f"/equipe/campagnes/99/{path}").status_code == 404


@pytest.mark.parametrize("path", ["dates", "arreter", "avancement", "relancer"])
def test_researchers_do_not_enter(researcher: FlaskClient, path: str) -> None:
    assert researcher.get(f"/equipe/campagnes/1/{path}").status_code == 403


def test_whom_a_campaign_is_narrowed_to_is_said(staff: FlaskClient) -> None:
    campaign = a_campaign()
    campaign.launched_at = None
    campaign.filters = {"regions": ["53", "inconnue"], "tags": ["<b>"]}
    db.session.commit()
    for page in (kept(campaign), f"{kept(campaign)}/envoi"):
        said = texts(staff.get(page), "p:-soup-contains('régions')")
        assert said == (
            ["Seulement : régions : Bretagne, Région non précisée ; étiquettes : <b>."]
            if page == kept(campaign)
            else []
        )
