"""What an invitation looks like on the wire, and what each answer of a mail server means."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from html5lib import HTMLParser

from app import mail
from app.extensions import db
from app.models import Invitation
from app.services import outbox
from tests import factories
from tests.servers import free_port
from tests.smtp import Inbox, serving

BASE = "https://recueil-temoignages.centre-national-de-ressources.exemple.fr"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def mailing(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False, BASE_URL=BASE)


def an_invitation(**campaign: str) -> Invitation:
    contact = factories.contact(db.session, email="n.bellecour@exemple.fr")
    made = factories.campaign(db.session, **campaign)
    invitation = factories.invitation(db.session, campaign=made, contact=contact)
    db.session.commit()
    return invitation


def letter_of(invitation: Invitation) -> mail.Letter:
    waiting = outbox.find(db.session, Invitation, invitation.id)
    assert waiting is not None
    return mail.campaign_letter(invitation.campaign, waiting)


def test_the_message_as_it_arrives(mailing: Flask, inbox: Inbox) -> None:
    invitation = an_invitation(
        subject="{nom}, votre témoignage d’élue ou d’élu compte pour deux guides "
        "de bonnes pratiques",
        body="Bonjour {nom},\n\nAu {clsm} : « cœur » <b>&\n{lien}",
    )
    mail.send(letter_of(invitation))
    (message,) = inbox.messages
    link, refusal = (f"{BASE}/{way}/{invitation.token}" for way in ("invitation", "desinscription"))
    assert message["Subject"] == (
        "Nadia Bellecour, votre témoignage d’élue ou d’élu compte pour deux guides "
        "de bonnes pratiques"
    )
    assert message["From"] == "Recueil <recueil@recueil.example>"
    assert message["To"] == "n.bellecour@exemple.fr"
    assert message["Message-ID"] == f"<{invitation.id}@{BASE.removeprefix('https://')}>"
    assert message["Date"].datetime.tzinfo is not None
    assert message["Auto-Submitted"] is None
    text, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    assert text == (
        f"Bonjour Nadia Bellecour,\n\nAu CLSM du Val-de-Sauldre : « cœur » <b>&\n{link}\n\n"
        f"Pour ne plus recevoir de message de notre part :\n{refusal}\n"
    )
    assert message.get_content_type() == "multipart/alternative"
    HTMLParser(strict=True).parse(html)
    assert f'<br>\n<a href="{link}">{link}</a></p>' in html
    assert "« cœur » &lt;b&gt;&amp;" in html
    assert not {"src=", "<img", "<style", "<link"} & set(html.split())


def test_the_address_to_say_no_travels_whole(mailing: Flask, inbox: Inbox) -> None:
    invitation = an_invitation()
    mail.send(letter_of(invitation))
    lines = inbox.raw[0].decode("ascii").split("\r\n")
    refusal = f"{BASE}/desinscription/{invitation.token}"
    assert f"List-Unsubscribe: <{refusal}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert max(map(len, lines)) <= 998


def test_one_click_is_promised_on_https_only(app: Flask) -> None:
    letter = letter_of(an_invitation())
    assert sorted(letter.headers) == ["List-Unsubscribe", "Message-ID"]


def test_a_long_line_is_no_trouble(mailing: Flask, inbox: Inbox) -> None:
    body = "été " * 4_000 + "{lien}"
    mail.send(letter_of(an_invitation(body=body)))
    assert max(len(line) for line in inbox.raw[0].split(b"\r\n")) <= 998
    part = inbox.messages[0].get_body(("plain",))
    assert part is not None
    assert part.get_content().startswith("été " * 4_000 + BASE)


def test_a_name_cannot_add_a_header(mailing: Flask, inbox: Inbox) -> None:
    invitation = an_invitation(subject="Pour {nom}\r\nBcc: autre@exemple.fr")
    invitation.contact.name = "Nadia\r\nX-Faux: oui\u2028{lien}"
    db.session.commit()
    mail.send(letter_of(invitation))
    message = inbox.messages[0]
    assert message["Subject"] == "Pour Nadia X-Faux: oui {lien} Bcc: autre@exemple.fr"
    assert [message["X-Faux"], message["Bcc"]] == [None, None]


def test_a_refusal_written_by_the_author_is_not_added_again(app: Flask) -> None:
    invitation = an_invitation(body="{lien}\r\n\r\nNon merci : {refus}")
    base = app.config["BASE_URL"]
    assert letter_of(invitation).text == (
        f"{base}/invitation/{invitation.token}\n\n"
        f"Non merci : {base}/desinscription/{invitation.token}\n"
    )


def test_without_a_clsm_the_sentence_stands(app: Flask) -> None:
    contact = factories.contact(db.session, clsm="")
    campaign = factories.campaign(db.session, body="Dans {clsm}. {lien}")
    letter = mail.sample_letter(campaign, contact=contact, to="moi@exemple.fr")
    assert (
        letter.text.splitlines()[0] == f"Dans votre CLSM. {app.config['BASE_URL']}/invitation/essai"
    )


@pytest.mark.parametrize(
    ("to_recipient", "to_message", "error", "words"),
    [
        (
            "550 5.1.1 <n.bellecour@exemple.fr>: user N.Bellecour unknown",
            "250 OK",
            mail.AddressRefusedError,
            "réponse du serveur de messagerie : 550 5.1.1 <adresse>: user <adresse> unknown",
        ),
        (
            "451 Greylisted",
            "250 OK",
            mail.NotYetError,
            "réponse du serveur de messagerie : 451 Greylisted",
        ),
        (
            "250 OK",
            "452 Disk full",
            mail.NotYetError,
            "réponse du serveur de messagerie : 452 Disk full",
        ),
        ("250 OK", "554 Spam", mail.SendingError, "réponse du serveur de messagerie : 554 Spam"),
        # None of these says anything against the address.
        *(
            (said, "250 OK", mail.SendingError, f"réponse du serveur de messagerie\u00a0: {said}")
            for said in (
                "554 5.7.1 Relay access denied",
                "550 relay not permitted",
                "550 5.7.1 Blocked by policy",
                "553 sorry, not in my list of allowed rcpthosts (#5.7.1)",
                "552 5.2.2 Mailbox full",
                "554 Service unavailable; client 5.39.12.4 blocked",
            )
        ),
        (
            "421 Too many",
            "250 OK",
            mail.NotYetError,
            "réponse du serveur de messagerie : 421 Too many",
        ),
    ],
)
def test_what_a_refusal_means(
    mailing: Flask,
    inbox: Inbox,
    to_recipient: str,
    to_message: str,
    error: type[Exception],
    words: str,
) -> None:
    inbox.to_recipient, inbox.to_message = to_recipient, to_message
    letter = letter_of(an_invitation())
    with pytest.raises(mail.SendingError) as raised:
        mail.send(letter)
    assert (type(raised.value), str(raised.value)) == (error, words)
    assert inbox.raw == []


def test_nobody_at_the_door(make_app: Callable[..., Flask]) -> None:
    make_app(MAIL_PORT=free_port(), MAIL_SUPPRESS_SEND=False)
    letter = letter_of(an_invitation())
    with pytest.raises(mail.NotYetError, match=r"^le serveur de messagerie ne répond pas$"):
        mail.send(letter)


def test_a_server_that_dies_with_the_message_in_hand(mailing: Flask, inbox: Inbox) -> None:
    inbox.dies_after_data = True
    letter = letter_of(an_invitation())
    with pytest.raises(mail.BrokenOffError):
        mail.send(letter)


def test_a_server_that_does_not_encrypt_when_asked_to(
    make_app: Callable[..., Flask], inbox: Inbox
) -> None:
    make_app(MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False, MAIL_USE_TLS=True)
    letter = letter_of(an_invitation())
    with pytest.raises(mail.NotYetError):
        mail.send(letter)
    assert inbox.raw == []
