"""From the queue to a real mail server: what each row says, and that nothing leaves twice."""

import logging
from collections.abc import Callable, Iterator

import pytest
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask

from app import mail
from app.extensions import db
from app.models import Invitation, InvitationState
from app.models.encryption import key_ring
from app.services import campaigns, invitations, outcomes
from app.task_queue import run_waiting
from app.tasks import deliver_campaigns, sweep_campaigns
from tests import factories
from tests.servers import free_port
from tests.smtp import Inbox, serving

State = InvitationState


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def mailing(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False)


def launched(count: int = 1) -> list[Invitation]:
    """Return the invitations of a campaign just launched, whose sending was asked twice."""
    campaign = factories.campaign(db.session)
    for number in range(count):
        factories.contact(db.session, email=f"p{number}@exemple.fr", name=f"Personne {number}")
    campaigns.launch(db.session, campaign)
    db.session.commit()
    for _ in range(2):
        deliver_campaigns.enqueue()
    return list(invitations.of_campaign(db.session, campaign.id))


def state_of(invitation: Invitation) -> tuple[State, str | None]:
    db.session.rollback()
    db.session.refresh(invitation)
    return invitation.state, invitation.last_error


def test_each_leaves_once_with_a_link_of_its_own(mailing: Flask, inbox: Inbox) -> None:
    rows = launched(3)
    assert run_waiting(mailing) == 2
    assert [state_of(row) for row in rows] == [(State.SENT, None)] * 3
    assert all(row.sent_at for row in rows)
    received = {message["To"]: message.as_string() for message in inbox.messages}
    assert len(inbox.messages) == 3
    assert {row.contact.email: row.token in received[row.contact.email] for row in rows} == {
        "p0@exemple.fr": True,
        "p1@exemple.fr": True,
        "p2@exemple.fr": True,
    }


def test_a_refused_address_bounces_and_a_refused_message_fails(
    mailing: Flask, inbox: Inbox
) -> None:
    inbox.to_recipient = "550 No such user"
    (row,) = launched()
    run_waiting(mailing)
    said = "réponse du serveur de messagerie : 550 No such user"
    assert state_of(row) == (State.BOUNCED, said)
    inbox.to_recipient, inbox.to_message = "250 OK", "554 Spam"
    row.contact.bounced_at = None
    outcomes.retry(db.session, Invitation, [row.id])
    db.session.commit()
    deliver_campaigns.enqueue()
    run_waiting(mailing)
    assert state_of(row) == (State.FAILED, "réponse du serveur de messagerie : 554 Spam")
    assert inbox.raw == []


def test_a_server_that_is_down_loses_nothing(make_app: Callable[..., Flask]) -> None:
    app = make_app(MAIL_PORT=free_port(), MAIL_SUPPRESS_SEND=False)
    first, second = launched(2)
    run_waiting(app)
    tried, left = sorted([first, second], key=lambda row: -row.attempts)
    away = "le serveur de messagerie ne répond pas"
    assert [state_of(tried), state_of(left)] == [(State.QUEUED, away)] * 2
    assert [tried.attempts, left.attempts] == [1, 1]  # asked twice: each round tried one
    sweep_campaigns()
    assert run_waiting(app) == 0
    for row in (first, second):
        row.due_at -= outcomes.RETRY_DELAYS[0]
    db.session.commit()
    with serving(Inbox()) as inbox:
        app.extensions["mail"].port = inbox.port
        sweep_campaigns()
        assert run_waiting(app) == 1
    assert [state_of(first), state_of(second)] == [(State.SENT, None)] * 2
    assert len(inbox.raw) == 2


def test_a_server_that_dies_with_the_message_is_not_given_it_again(
    mailing: Flask, inbox: Inbox
) -> None:
    inbox.dies_after_data = True
    (row,) = launched()
    run_waiting(mailing)
    inbox.dies_after_data = False
    sweep_campaigns()
    run_waiting(mailing)
    assert state_of(row) == (State.UNCERTAIN, outcomes.INTERRUPTED)
    assert len(inbox.raw) == 1


def test_a_crash_in_the_middle_is_not_made_good_by_itself(
    mailing: Flask, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """What a `kill -9` looks like to those who come after."""

    def die(line: mail.Line, letter: mail.Letter) -> None:
        raise Killed

    row, other = sorted(launched(2), key=lambda row: (row.due_at, row.id))
    with monkeypatch.context() as patched:
        patched.setattr(mail.Line, "send", die)
        with pytest.raises(Killed):
            deliver_campaigns()
    run_waiting(mailing)
    assert [state_of(row), state_of(other)] == [
        (State.UNCERTAIN, outcomes.INTERRUPTED),
        (State.SENT, None),
    ]
    assert len(inbox.raw) == 1


def test_a_no_said_while_it_waited_is_heard(mailing: Flask, inbox: Inbox) -> None:
    (row,) = launched()
    invitations.decline(db.session, row.token)
    db.session.commit()
    run_waiting(mailing)
    assert state_of(row) == (State.DECLINED, None)
    assert inbox.raw == []


def test_a_letter_that_cannot_be_written_waits(mailing: Flask, inbox: Inbox) -> None:
    (row,) = launched()
    key_ring.configure([Fernet.generate_key().decode()])
    db.session.expire_all()
    with pytest.raises(InvalidToken):
        deliver_campaigns()
    db.session.rollback()
    key_ring.configure(mailing.config["DATA_KEYS"])
    assert state_of(row) == (State.QUEUED, None)
    assert row.attempts == 0
    run_waiting(mailing)
    assert state_of(row) == (State.SENT, None)
    assert len(inbox.raw) == 1


def test_the_sweep_finds_what_the_queue_lost(mailing: Flask, inbox: Inbox) -> None:
    rows = launched(3)
    mailing.extensions["huey"].flush()
    sweep_campaigns()
    assert run_waiting(mailing) == 1
    assert [state_of(row)[0] for row in rows] == [State.SENT] * 3


def test_the_log_names_nobody(
    mailing: Flask, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for answer in ("250 OK", "550 <p0@exemple.fr> unknown", "451 later", "554 p0@exemple.fr"):
        inbox.to_recipient = answer
        (row,) = launched()
        run_waiting(mailing)
        db.session.delete(row.contact)
        db.session.commit()
    theirs = "mail.log"  # the test's own server runs in this process
    written = [
        f"{each.getMessage()} {each.exc_text}" for each in caplog.records if each.name != theirs
    ]
    assert [line for line in written if "exemple.fr" in line or "Personne" in line] == []
    assert len(written) >= 4
