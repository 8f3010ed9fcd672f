"""A message of the outbox on its way: what arrives, and that nothing leaves twice."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from html5lib import HTMLParser

from app import mail
from app.extensions import db
from app.mail.wire import HeaderError
from app.models import Notice, NoticeState
from app.services import notices
from app.task_queue import run_waiting
from app.tasks import deliver_notice, sweep_notices
from tests import factories
from tests.smtp import Inbox, serving

BASE = "https://recueil.exemple.fr"
State = NoticeState


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def mailing(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(MAIL_PORT=inbox.port, MAIL_SUPPRESS_SEND=False, BASE_URL=BASE)


def posted(text: str = "Bonjour.", *, is_secret: bool = False) -> Notice:
    notice = factories.notice(db.session, text=text, is_secret=is_secret)
    db.session.commit()
    return notice


def state_of(notice: Notice) -> tuple[State, str | None]:
    db.session.rollback()
    db.session.refresh(notice)
    return notice.state, notice.last_error


def test_it_leaves_once(mailing: Flask, inbox: Inbox) -> None:
    notice = posted(f"Voici <b> :\n{BASE}/contact/abc-.\n\nOu {BASE}/contact.")
    deliver_notice.enqueue(str(notice.id))
    deliver_notice.enqueue(str(notice.id))
    assert run_waiting(mailing) == 2
    (message,) = inbox.messages
    assert (message["To"], message["Subject"]) == ("n.bellecour@exemple.fr", "Un message")
    assert message["Message-ID"] == f"<{notice.id}@recueil.exemple.fr>"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    assert text == f"Voici <b> :\n{BASE}/contact/abc-.\n\nOu {BASE}/contact.\n"
    HTMLParser(strict=True).parse(html)
    body = html[html.index("<p>") : html.index("</body>")].strip()
    assert body == (
        f'<p>Voici &lt;b&gt; :<br>\n<a href="{BASE}/contact/abc-">{BASE}/contact/abc-</a>.</p>\n'
        f'<p>Ou <a href="{BASE}/contact">{BASE}/contact</a>.</p>'
    )
    assert state_of(notice) == (State.SENT, None)


def test_a_calendar_is_an_alternative_and_a_file(mailing: Flask, inbox: Inbox) -> None:
    words = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Été\r\nEND:VCALENDAR\r\n"
    calendar = notices.Attachment(
        name="rendez-vous.ics",
        media_type="text/calendar",
        content=words.encode(),
        method="REQUEST",
    )
    factories.notice(db.session, attachments=(calendar,), reply_to="equipe@exemple.fr")
    db.session.commit()
    sweep_notices.enqueue()
    run_waiting(mailing)
    (message,) = inbox.messages
    assert message["Reply-To"] == "equipe@exemple.fr"
    alternatives, file = message.iter_parts()
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    invitation = list(alternatives.iter_parts())[-1]
    assert invitation["Content-Type"].params["method"] == "REQUEST"
    assert invitation.get_content() == words
    assert (file.get_filename(), file.get_content_type()) == ("rendez-vous.ics", "text/calendar")
    assert file.get_content() == words


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("451 plus tard", (State.QUEUED, "réponse du serveur de messagerie\u00a0: 451 plus tard")),
        ("554 non", (State.FAILED, "réponse du serveur de messagerie\u00a0: 554 non")),
    ],
)
def test_what_the_server_says_is_kept(
    mailing: Flask, inbox: Inbox, answer: str, expected: tuple[State, str]
) -> None:
    inbox.to_message = answer
    notice = posted()
    deliver_notice.enqueue(str(notice.id))
    run_waiting(mailing)
    assert state_of(notice) == expected


def test_a_connection_cut_in_the_middle_is_uncertain(mailing: Flask, inbox: Inbox) -> None:
    inbox.dies_after_data = True
    notice = posted()
    for _ in range(2):
        deliver_notice.enqueue(str(notice.id))
        run_waiting(mailing)
    assert state_of(notice) == (State.UNCERTAIN, notices.INTERRUPTED)
    assert len(inbox.raw) == 1


def test_an_address_cannot_add_a_header(app: Flask) -> None:
    notice = factories.notice(db.session, subject="Un\r\nBcc: x@y.fr")
    letter = mail.notice_letter(notice)
    assert letter is not None
    message = message_from_bytes(letter.as_bytes(), policy=default)
    assert (message["Subject"], message["Bcc"]) == ("Un Bcc: x@y.fr", None)


@pytest.mark.parametrize("to", ["a@b.fr\nBcc: x@y.fr", "é@b.fr", "a@b.fr\x00"])
def test_a_header_that_would_hold_more_is_refused(app: Flask, to: str) -> None:
    letter = mail.notice_letter(factories.notice(db.session, to=to))
    assert letter is not None
    with pytest.raises(HeaderError):
        letter.as_bytes()
