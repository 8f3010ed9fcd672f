"""The outbox: what each row says, that one worker wins, and that words do not stay."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Notice, NoticeState
from app.models.base import now
from app.services import notices
from tests import factories, interviews

State = NoticeState
CALENDAR = notices.Attachment(
    name="rendez-vous.ics",
    media_type="text/calendar",
    content="BEGIN:VCALENDAR\r\nSUMMARY:Été\r\n".encode(),
    method="REQUEST",
)


def claimed(app: Flask, *, is_secret: bool = False) -> Notice:
    notice = factories.notice(db.session, is_secret=is_secret)
    assert notices.claim(db.session, notice.id)
    db.session.commit()
    return notice


def row(notice: Notice) -> tuple[State, str | None, bool]:
    """Give the state, the error, and whether the words are still there."""
    db.session.commit()
    db.session.refresh(notice)
    return notice.state, notice.last_error, notice.content is not None


def test_what_is_posted_is_read_again(app: Flask) -> None:
    message = notices.Message(
        to="n@exemple.fr", subject="Été", text="Un\n\ndeux", attachments=(CALENDAR,)
    )
    assert notices.read(notices.post(db.session, message, about="booking")) == message


def test_the_database_does_not_see_the_words(app: Flask) -> None:
    notice = factories.notice(db.session, text="Bonjour Nadia")
    stored = db.session.connection().exec_driver_sql("SELECT content FROM notices").scalar_one()
    assert b"Nadia" not in stored
    assert notices.read(notice) is not None


def test_one_worker_wins(app: Flask) -> None:
    notice = factories.notice(db.session)
    assert [notices.claim(db.session, notice.id) for _ in range(2)] == [True, False]


def test_once_sent_only_the_day_stays(app: Flask) -> None:
    notice = claimed(app)
    notices.record_sent(db.session, notice.id)
    assert row(notice) == (State.SENT, None, False)
    assert notice.settled_at is not None
    assert notices.read(notice) is None


def test_a_failure_keeps_the_words_for_another_try(app: Flask) -> None:
    notice = claimed(app)
    notices.record_failure(db.session, notice.id, "550 inconnue")
    assert row(notice) == (State.FAILED, "550 inconnue", True)
    assert list(notices.in_trouble(db.session)) == [notice]
    assert notices.retry(db.session, notice.id)
    assert row(notice) == (State.QUEUED, None, True)
    assert list(notices.due(db.session)) == [notice.id]


def test_a_secret_that_fails_is_erased(app: Flask) -> None:
    notice = claimed(app, is_secret=True)
    notices.record_uncertain(db.session, notice.id, "coupé")
    assert row(notice) == (State.UNCERTAIN, "coupé", False)
    assert not notices.retry(db.session, notice.id)


def test_a_delay_waits_then_gives_up(app: Flask) -> None:
    notice = claimed(app)
    for attempt, delay in enumerate(notices.RETRY_DELAYS, start=1):
        notices.record_delay(db.session, notice.id, "451 plus tard")
        assert row(notice) == (State.QUEUED, "451 plus tard", True)
        assert (notice.attempts, list(notices.due(db.session))) == (attempt, [])
        assert not notices.claim(db.session, notice.id)
        notice.sending_at = now() - delay
        db.session.commit()
        assert notices.claim(db.session, notice.id)
        db.session.commit()
    notices.record_delay(db.session, notice.id, "451 plus tard")
    assert row(notice) == (State.FAILED, "451 plus tard", True)


def test_what_a_crash_left_is_set_aside(app: Flask) -> None:
    stuck, recent = claimed(app), claimed(app)
    stuck.sending_at = now() - notices.STUCK_AFTER - timedelta(seconds=1)
    db.session.commit()
    assert notices.interrupt_stuck(db.session) == 1
    assert row(stuck) == (State.UNCERTAIN, notices.INTERRUPTED, True)
    assert row(recent) == (State.SENDING, None, True)


def test_what_did_not_leave_is_erased_with_whom_it_is_about(app: Flask) -> None:
    message = notices.Message(to="n@exemple.fr", subject="Été", text="Bonjour")
    who, other = interviews.person(db.session), interviews.person(db.session)
    states = (State.QUEUED, State.FAILED, State.UNCERTAIN)
    for state in states:
        notices.post(db.session, message, about="link", recontact_id=who.id).state = state
    kept = [
        notices.post(db.session, message, about="link", recontact_id=other.id),
        notices.post(db.session, message, about="code"),
    ]
    db.session.commit()
    notices.erase_of(db.session, [who.id])
    db.session.commit()
    found = db.session.scalars(select(Notice)).all()
    assert {each.id for each in found} == {each.id for each in kept}
