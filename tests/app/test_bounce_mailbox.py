"""The mailbox of refusals, read for real: Maildir and mbox."""

import mailbox
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.mail import mailboxes
from app.models import Invitation, InvitationState
from app.tasks import read_bounces
from tests import factories
from tests.app.services.test_bounces import dsn


def invited() -> Invitation:
    made = factories.invitation(
        db.session,
        campaign=factories.campaign(db.session),
        contact=factories.contact(db.session),
        state=InvitationState.SENT,
    )
    db.session.commit()
    return made


def filled(kind: str, folder: Path, made: Invitation) -> mailbox.Mailbox[mailbox.Message]:
    path = folder / kind
    box: mailbox.Mailbox[mailbox.Message] = (
        mailbox.Maildir(path) if kind == "maildir" else mailbox.mbox(path)  # type: ignore[assignment]
    )
    # Nobody signed the first, nor in ASCII the second: neither hides what comes after it.
    box.add(f"Subject: rien\n\n<{made.id}@127.0.0.1>\n")
    box.add(f"From: Ren\xe9 <r@x>\n\n<{made.id}@127.0.0.1>\n".encode("latin-1"))
    box.add(dsn(returned=f"<{made.id}@127.0.0.1>"))
    box.add("Subject: rien\n\nUn autre message.\n")
    box.flush()
    box.close()
    return box


@pytest.mark.parametrize("kind", ["maildir", "mbox"])
def test_what_came_back_is_read_once(
    make_app: Callable[..., Flask], tmp_path: Path, kind: str
) -> None:
    url = f"{kind}://{tmp_path / kind}"
    make_app(BOUNCE_MAILBOX=url, BASE_URL="http://127.0.0.1:5000")
    made = invited()
    filled(kind, tmp_path, made)
    read_bounces()
    db.session.refresh(made)
    assert made.state is InvitationState.BOUNCED
    assert made.contact.bounced_at is not None
    with mailboxes.visiting(url) as box:
        assert list(box.unread()) == []


def test_no_mailbox_is_no_trouble(make_app: Callable[..., Flask]) -> None:
    make_app(BOUNCE_MAILBOX=None)
    read_bounces()


@pytest.mark.parametrize("url", ["maildir:///absent", "mbox:///absent", "imap://127.0.0.1:1/x"])
def test_a_mailbox_that_does_not_open_is_said_without_its_password(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture, url: str
) -> None:
    make_app(BOUNCE_MAILBOX=url.replace("imap://", "imap://nom:secret@"))
    read_bounces()
    (said,) = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert said.startswith("la boîte des retours ne s’ouvre pas (")
    assert "secret" not in said
