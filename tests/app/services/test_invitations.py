"""Invitations: what a link does, and what a no and an answer change."""

from datetime import timedelta

import pytest
from flask import Flask

from app.extensions import db
from app.models import Invitation, InvitationState
from app.models.base import today
from app.services import invitations
from tests import factories

State = InvitationState


def invited(state: State = State.QUEUED) -> Invitation:
    contact = factories.contact(db.session)
    campaign = factories.campaign(db.session)
    made = factories.invitation(db.session, campaign=campaign, contact=contact, state=state)
    db.session.commit()
    return made


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
