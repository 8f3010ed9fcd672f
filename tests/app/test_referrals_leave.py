"""The messages of a mise en contact on their way: what a person reads, twice at most."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from html5lib import HTMLParser
from sqlalchemy import func, select

from app.extensions import db
from app.mail import referrals as mail
from app.models import Notice, NoticeState, Referral
from app.services import invitations, notices, oppositions, referral_messages
from app.task_queue import run_waiting
from app.tasks import remind_referrals
from tests import factories
from tests.smtp import Inbox, serving

BASE = "https://recueil.exemple.fr"
JEANNE = "j.lemoine@exemple.fr"
TYPED = {
    "name": "Claire Morvan",
    "function": "coordinatrice",
    "clsm": "CLSM du Bocage",
    "email": "c.morvan@clsm.example",
    "personne-1-name": "Jeanne Lemoine",
    "personne-1-email": JEANNE,
    "personne-1-audience": "elu",
    "personne-1-reason": "Elle a porté <le sujet> au conseil.",
    "personne-1-agreed": "y",
}


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def mailing(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(
        MAIL_PORT=inbox.port,
        MAIL_SUPPRESS_SEND=False,
        BASE_URL=BASE,
        WTF_CSRF_ENABLED=False,
        CONTACT_EMAIL="equipe@recueil.exemple.fr",
    )


def proposed(mailing: Flask) -> Referral:
    """Propose Jeanne by the form; return the row once the message has left."""
    client = mailing.test_client()
    for _ in range(2):
        assert client.post("/proposer-un-contact", data=TYPED).status_code == 302
    run_waiting(mailing)
    db.session.rollback()
    return db.session.scalars(select(Referral)).one()


def remind(mailing: Flask) -> None:
    """Let the daily task pass twice, and all that it queues."""
    for _ in range(2):
        remind_referrals.enqueue()
        run_waiting(mailing)
    db.session.rollback()


def age(referral: Referral, days: int) -> None:
    referral.proposed_at -= timedelta(days=days)
    referral.expires_at -= timedelta(days=days)
    db.session.commit()


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_one_message_says_who_why_and_where_to_decide(mailing: Flask, inbox: Inbox) -> None:
    referral = proposed(mailing)
    (message,) = inbox.messages
    assert (message["To"], message["Reply-To"]) == (JEANNE, "equipe@recueil.exemple.fr")
    assert message["Subject"] == (
        "On nous a donné votre adresse\u00a0: acceptez-vous un temps d’échange\u00a0?"
    )
    paragraphs = text_of(message).strip().split("\n\n")
    assert paragraphs[0] == "Bonjour Jeanne Lemoine,"
    assert paragraphs[1] == (
        "Claire Morvan, coordinatrice (c.morvan@clsm.example), CLSM du Bocage, nous a donné "
        "votre adresse et nous a dit que vous en étiez d’accord. Voici pourquoi vous, dans ses "
        "mots\u00a0:\n"
        "«\u00a0Elle a porté <le sujet> au conseil.\u00a0»"
    )
    links = [line for line in text_of(message).split() if line.startswith("http")]
    assert links == [f"{BASE}/contact/{referral.token}"]
    html = message.get_body(("html",))
    assert html is not None
    HTMLParser(strict=True).parse(html.get_content())
    assert referral.notice is not None
    assert (referral.notice.state, notices.read(referral.notice)) == (NoticeState.SENT, None)


def test_the_message_says_the_day_when_all_is_erased(app: Flask) -> None:
    referral = factories.referral(db.session)
    referral.expires_at = datetime(2026, 12, 1, 12, tzinfo=ZoneInfo("Europe/Paris"))
    for message in (mail.proposal(referral), mail.reminder(referral)):
        assert message.text.count("1er\u00a0décembre\u00a02026") == 1


def test_the_messages_are_well_set(app: Flask) -> None:
    referral = factories.referral(db.session)
    for message in (mail.proposal(referral), mail.reminder(referral)):
        paragraphs = message.text.strip().split("\n\n")
        assert [part for part in paragraphs if part != part.strip()] == []
        words = f"{message.subject}\n{message.text}".replace("https://", "").replace(BASE, "")
        words = words.replace("http://", "")
        assert [word for word in (" :", " ?", " !", " ;", "« ", " »", "'") if word in words] == []


def test_one_reminder_after_two_weeks(mailing: Flask, inbox: Inbox) -> None:
    referral = proposed(mailing)
    age(referral, 13)
    remind(mailing)
    assert len(inbox.messages) == 1
    age(referral, 1)
    remind(mailing)
    first, second = inbox.messages
    assert second["Subject"] == "Rappel\u00a0: acceptez-vous un temps d’échange\u00a0?"
    assert (second["To"], f"{BASE}/contact/{referral.token}" in text_of(second)) == (JEANNE, True)
    assert first["Message-ID"] != second["Message-ID"]
    age(referral, 10)
    remind(mailing)
    assert len(inbox.messages) == 2
    assert referral_messages.progress(referral) is referral_messages.Progress.REMINDED


def test_no_reminder_after_a_no_said_elsewhere(mailing: Flask, inbox: Inbox) -> None:
    referral = proposed(mailing)
    invitations.decline_all(db.session, factories.contact(db.session, email=JEANNE))
    age(referral, 15)
    remind(mailing)
    assert len(inbox.messages) == 1
    assert db.session.scalar(select(func.count()).select_from(Referral)) == 0


def test_an_address_that_is_refused_is_not_reminded(mailing: Flask, inbox: Inbox) -> None:
    inbox.to_recipient = "550 no such user"
    referral = proposed(mailing)
    age(referral, 15)
    inbox.to_recipient = "250 OK"
    remind(mailing)
    assert inbox.messages == []
    assert referral.notice is not None
    assert referral.notice.state is NoticeState.FAILED
    assert referral.notice.last_error == "réponse du serveur de messagerie\u00a0: 550 no such user"


def test_what_is_tried_again_leaves_once(mailing: Flask, inbox: Inbox) -> None:
    inbox.to_recipient = "550 no such user"
    referral = proposed(mailing)
    inbox.to_recipient = "250 OK"
    assert referral_messages.retry(db.session, referral) is not None
    db.session.commit()
    mailing.extensions["tasks"]["sweep_notices"]()
    run_waiting(mailing)
    assert [message["To"] for message in inbox.messages] == [JEANNE]


def test_what_is_decided_before_it_left_does_not_leave(mailing: Flask, inbox: Inbox) -> None:
    client = mailing.test_client()
    client.post("/proposer-un-contact", data=TYPED)
    token = db.session.scalars(select(Referral.token)).one()
    client.post(f"/contact/{token}", data={"decision": "effacer"})
    run_waiting(mailing)
    assert inbox.messages == []
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0
    assert oppositions.is_opposed(db.session, JEANNE)


def test_nothing_leaves_for_whoever_said_no(mailing: Flask, inbox: Inbox) -> None:
    oppositions.oppose(db.session, JEANNE)
    db.session.commit()
    mailing.test_client().post("/proposer-un-contact", data=TYPED)
    run_waiting(mailing)
    assert inbox.messages == []
