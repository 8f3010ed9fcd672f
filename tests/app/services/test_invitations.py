"""The outbox: who may move a row, and to where."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Invitation, InvitationState
from app.models.base import now, today
from app.services import invitations
from tests import factories

State = InvitationState


def invited(state: State = State.QUEUED) -> Invitation:
    contact = factories.contact(db.session)
    campaign = factories.campaign(db.session)
    made = factories.invitation(db.session, campaign=campaign, contact=contact, state=state)
    db.session.commit()
    return made


def claimed() -> Invitation:
    made = invited()
    assert invitations.claim(db.session, made.id)
    db.session.commit()
    return made


def test_of_two_workers_one_sends(app: Flask) -> None:
    made = invited()
    assert [invitations.claim(db.session, made.id) for _ in range(2)] == [True, False]
    db.session.commit()
    assert (made.state, made.attempts) == (State.SENDING, 1)


@pytest.mark.parametrize("state", [state for state in State if state is not State.QUEUED])
def test_only_what_waits_is_taken(app: Flask, state: State) -> None:
    made = invited(state)
    assert not invitations.claim(db.session, made.id)
    db.session.commit()
    assert made.state is state


def test_somebody_who_said_no_is_not_written_to(app: Flask) -> None:
    made = invited()
    made.contact.opted_out_at = now()
    db.session.commit()
    assert not invitations.claim(db.session, made.id)
    db.session.commit()
    assert (made.state, made.declined_on) == (State.DECLINED, today())


def test_what_is_put_off_waits_longer_each_time_then_is_given_up(app: Flask) -> None:
    made = claimed()
    for attempt, delay in enumerate(invitations.RETRY_DELAYS, start=1):
        invitations.record_delay(db.session, made, "plus tard")
        db.session.commit()
        assert (made.state, made.attempts) == (State.QUEUED, attempt)
        assert made.sending_at is not None
        assert invitations.next_attempt(made) == made.sending_at + delay
        assert invitations.due(db.session) == []
        assert not invitations.claim(db.session, made.id)
        made.sending_at -= delay
        db.session.commit()
        assert invitations.due(db.session) == [made.id]
        assert invitations.claim(db.session, made.id)
        db.session.commit()
    invitations.record_delay(db.session, made, "plus tard")
    db.session.commit()
    assert (made.state, made.last_error) == (State.FAILED, "plus tard")


def test_what_a_crash_interrupted_is_never_sent_again_by_itself(app: Flask) -> None:
    recent, old = claimed(), claimed()
    assert old.sending_at is not None
    old.sending_at -= invitations.STUCK_AFTER + timedelta(seconds=1)
    db.session.commit()
    assert invitations.interrupt_stuck(db.session) == 1
    db.session.commit()
    db.session.refresh(old)
    assert (recent.state, old.state) == (State.SENDING, State.FAILED)
    assert old.last_error == "envoi interrompu : vérifiez avant de réessayer"
    assert invitations.due(db.session) == []
    assert invitations.failed_for_sure(db.session, old.campaign_id) == []
    assert invitations.retry(db.session, [old]) == [old.id]
    assert invitations.due(db.session) == [old.id]


@pytest.mark.parametrize("failed", sorted(invitations.TO_MEND))
def test_a_second_click_does_not_take_back_what_is_being_sent(
    session: Session, failed: State
) -> None:
    made = invited(failed)
    with Session(db.engine) as second_click:
        seen = [second_click.get_one(Invitation, made.id)]
        assert invitations.retry(session, [made]) == [made.id]
        session.commit()
        assert invitations.claim(session, made.id)
        session.commit()
        assert invitations.retry(second_click, seen) == []
        second_click.commit()
    session.refresh(made)
    assert (made.state, made.attempts) == (State.SENDING, 1)


def test_a_no_said_during_the_sending_holds(app: Flask) -> None:
    made = claimed()
    assert invitations.decline(db.session, made.token)
    invitations.record_sent(db.session, made)
    db.session.commit()
    assert (made.state, made.sent_at is None) == (State.DECLINED, False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.QUEUED, State.DECLINED),
        (State.SENDING, State.DECLINED),
        (State.SENT, State.DECLINED),
        (State.FAILED, State.DECLINED),
        (State.BOUNCED, State.BOUNCED),
        (State.ANSWERED, State.ANSWERED),
    ],
)
def test_a_no_holds_for_every_campaign(app: Flask, before: State, after: State) -> None:
    made = invited(before)
    other = factories.invitation(
        db.session, campaign=factories.campaign(db.session), contact=made.contact
    )
    assert invitations.decline(db.session, made.token)
    db.session.commit()
    opted_out_at = made.contact.opted_out_at
    assert (made.state, other.state) == (after, State.DECLINED)
    assert invitations.decline(db.session, made.token)
    db.session.commit()
    assert made.contact.opted_out_at == opted_out_at


@pytest.mark.parametrize("before", list(State))
def test_an_answer_is_noted_once_and_nothing_more(app: Flask, before: State) -> None:
    made = invited(before)
    assert invitations.mark_answered(db.session, made.token)
    made.answered_on = today() - timedelta(days=3)
    assert invitations.mark_answered(db.session, made.token)
    db.session.commit()
    assert (made.state, made.answered_on) == (State.ANSWERED, today() - timedelta(days=3))


@pytest.mark.parametrize("token", ["", "x", "a" * 22, "é" * 22, "a\x00" * 11, "a" * 10_000])
def test_an_unknown_link(app: Flask, token: str) -> None:
    assert invitations.find(db.session, token) is None
    assert not invitations.mark_answered(db.session, token)
    assert not invitations.decline(db.session, token)


def test_a_batch_is_the_oldest_hundred(app: Flask) -> None:
    campaign = factories.campaign(db.session)
    contacts = [factories.contact(db.session) for _ in range(invitations.BATCH + 1)]
    rows = [factories.invitation(db.session, campaign=campaign, contact=each) for each in contacts]
    rows[0].queued_at = now() + timedelta(seconds=1)
    db.session.commit()
    batch = invitations.due(db.session)
    assert set(batch) == {row.id for row in rows[1:]}
    ends_at = invitations.ends_at(db.session)
    assert ends_at is not None
    assert timedelta(minutes=9) < ends_at - now() <= timedelta(minutes=10)
