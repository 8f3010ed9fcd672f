"""Reports that a message could not be delivered: what each means, and what it changes."""

import uuid
from email import message_from_string
from email.message import Message

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.extensions import db
from app.models import Invitation, InvitationState
from app.models.base import now
from app.services import bounces
from app.services.bounces import Report
from tests import factories

BOX, HOST = "retours@exemple.fr", "recueil.exemple.fr"
ID = uuid.UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
GONE = "retour du serveur destinataire\u00a0: "


def dsn(
    *,
    status: str = "5.1.1",
    action: str = "failed",
    to: str = BOX,
    returned: str = f"<{ID}@{HOST}>",
    said: str = "smtp; 550 5.1.1 <n.bellecour@mairie.fr>: user unknown",
) -> Message:
    """A report as RFC 3464 has it, about the message whose identifier is `returned`."""
    return message_from_string(
        f"""From: MAILER-DAEMON@mx.exemple.fr
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemple.fr

Final-Recipient: rfc822; n.bellecour@mairie.fr
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--B
Content-Type: text/rfc822-headers

From: Recueil <recueil@exemple.fr>
To: n.bellecour@mairie.fr
Message-ID: {returned}
--B--
"""
    )


def read(message: Message) -> Report | None:
    return bounces.read(message, bounce_address=BOX, host=HOST)


@pytest.mark.parametrize(
    ("status", "action", "is_permanent", "is_address"),
    [
        ("5.1.1", "failed", True, True),
        ("5.1.10", "failed", True, True),
        ("5.2.1", "failed", True, True),
        ("5.2.2", "failed", False, False),
        ("5.2.3", "failed", True, False),
        ("5.3.4", "failed", True, False),
        ("5.7.1", "failed", True, False),
        ("5.10.1", "failed", True, True),
        ("4.4.7", "failed", False, False),
        ("4.2.2", "delayed", False, False),
        ("4.7.1", "delayed", False, False),
    ],
)
def test_what_a_status_means(
    status: str, action: str, is_permanent: bool, is_address: bool
) -> None:
    found = read(dsn(status=status, action=action, said="smtp; 550 <n@mairie.fr>: non"))
    words = f"{GONE}{status} 550 <adresse>: non"
    assert found == Report(ids=(ID,), is_permanent=is_permanent, is_address=is_address, words=words)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", ""])
def test_good_news_is_no_report(action: str) -> None:
    assert read(dsn(action=action, status="2.0.0")) is None


def test_the_address_it_left_from_is_enough() -> None:
    found = read(dsn(to=f"Retours+{ID.hex.upper()}@Exemple.fr", returned="<autre@ailleurs.fr>"))
    assert found is not None
    assert found.ids == (ID,)


@pytest.mark.parametrize("returned", ["<autre@ailleurs.fr>", f"<{ID}@ailleurs.fr>", ""])
def test_a_report_on_somebody_elses_message_is_left(returned: str) -> None:
    assert read(dsn(returned=returned)) is None


def test_a_report_in_plain_words() -> None:
    found = read(
        message_from_string(
            f"""From: MAILER-DAEMON@mairie.fr
To: {BOX}
Subject: failure notice

Hi. This is the qmail-send program at mairie.fr.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<n.bellecour@mairie.fr>:
user is unknown

--- Below this line is a copy of the message.

Message-ID: <{ID}@{HOST}>
"""
        )
    )
    assert found == Report(
        ids=(ID,),
        is_permanent=True,
        is_address=True,
        words="rapport de non-remise, sans détail",
    )


def test_an_answer_from_somebody_on_holiday_is_no_report() -> None:
    message = message_from_string(
        f"""From: n.bellecour@mairie.fr
To: {BOX.replace("@", f"+{ID.hex}@")}
Subject: Absence
Auto-Submitted: auto-replied
In-Reply-To: <{ID}@{HOST}>

Je suis en congé jusqu'au 3.
"""
    )
    assert read(message) is None


@given(st.text())
def test_whatever_comes_is_read_without_an_error(text: str) -> None:
    message = message_from_string(text)
    assert read(message) is None


@given(st.text(alphabet=st.characters(codec="ascii")), st.text(max_size=20))
def test_whatever_a_server_says_is_kept_short_and_names_nobody(said: str, status: str) -> None:
    found = read(dsn(said=" ".join(said.split()), status=" ".join(status.split())))
    if found is not None:
        assert len(found.words) <= bounces.WORDS_LENGTH
        assert bounces.ADDRESS.findall(found.words.replace("<adresse>", "")) == []


def sent(state: InvitationState = InvitationState.SENT) -> Invitation:
    made = factories.invitation(
        db.session,
        campaign=factories.campaign(db.session),
        contact=factories.contact(db.session),
        state=state,
    )
    made.sent_at = now()
    db.session.commit()
    return made


def report(made: Invitation, *, is_permanent: bool = True, is_address: bool = True) -> Report:
    return Report(ids=(made.id,), is_permanent=is_permanent, is_address=is_address, words="550 non")


def told(made: Invitation) -> tuple[str, str | None, bool, int]:
    db.session.commit()
    db.session.refresh(made)
    contact = made.contact
    db.session.refresh(contact)
    return made.state.value, made.last_error, bool(contact.bounced_at), contact.soft_bounces


def test_a_refused_address_is_flagged(app: Flask) -> None:
    made = sent()
    assert [bounces.record(db.session, report(made)) for _ in range(2)] == [True, True]
    assert told(made) == ("bounced", "550 non", True, 0)


def test_a_refused_message_leaves_the_address(app: Flask) -> None:
    made = sent()
    assert bounces.record(db.session, report(made, is_address=False))
    assert told(made) == ("failed", "550 non", False, 1)


def test_a_passing_trouble_is_counted_once_a_message(app: Flask) -> None:
    made = sent()
    for _ in range(2):
        bounces.record(db.session, report(made, is_permanent=False, is_address=False))
    assert told(made) == ("sent", "550 non", False, 1)


def test_too_many_passing_troubles_flag_the_address(app: Flask) -> None:
    made = sent()
    made.contact.soft_bounces = bounces.SOFT_LIMIT - 1
    db.session.commit()
    bounces.record(db.session, report(made, is_permanent=False, is_address=False))
    assert told(made) == ("sent", "550 non", True, bounces.SOFT_LIMIT)


@pytest.mark.parametrize("state", [InvitationState.ANSWERED, InvitationState.DECLINED])
def test_an_answer_already_given_stays(app: Flask, state: InvitationState) -> None:
    made = sent(state)
    assert bounces.record(db.session, report(made))
    assert told(made)[0] == state


def test_an_unknown_message(app: Flask) -> None:
    unknown = Report(ids=(ID,), is_permanent=True, is_address=True, words="550")
    assert not bounces.record(db.session, unknown)
