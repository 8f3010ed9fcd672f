"""Reminders: to whom, after how long, how often, and never twice."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Campaign, Invitation, InvitationState, Reminder, ReminderState
from app.models.base import now, today
from app.services import campaigns, invitations, reminders
from app.services.audiences import EVERYBODY, Audience
from app.services.campaigns import Plan
from tests import factories

State = InvitationState


def a_campaign(*, days: int | None = 7, times: int = 2) -> Campaign:
    campaign = factories.campaign(db.session)
    campaign.launched_at = now()
    campaigns.schedule(db.session, campaign, Plan(remind_after_days=days, remind_at_most=times))
    db.session.commit()
    return campaign


def invited(
    campaign: Campaign, *, days_ago: float = 8, state: State = State.SENT, **contact: str
) -> Invitation:
    made = factories.invitation(
        db.session,
        campaign=campaign,
        contact=factories.contact(db.session, **contact),
        state=state,
    )
    made.sent_at = now() - timedelta(days=days_ago)
    db.session.commit()
    return made


def planned() -> int:
    found = reminders.plan(db.session)
    db.session.commit()
    return found


def leave(days_ago: float = 0) -> None:
    """Have the reminders on their way leave."""
    for reminder in db.session.scalars(select(Reminder)):
        if reminder.state is ReminderState.QUEUED:
            reminder.state = ReminderState.SENT
            reminder.sent_at = now() - timedelta(days=days_ago)
    db.session.commit()


def numbers() -> list[int]:
    return sorted(db.session.scalars(select(Reminder.number)))


def test_after_the_days_that_were_set(app: Flask) -> None:
    campaign = a_campaign()
    invited(campaign, days_ago=6.9)
    late = invited(campaign, days_ago=7.1)
    assert [planned(), planned()] == [1, 0]
    (reminder,) = db.session.scalars(select(Reminder))
    assert (reminder.invitation_id, reminder.number) == (late.id, 1)


@pytest.mark.parametrize("state", [state for state in State if state is not State.SENT])
def test_only_whom_a_message_reached_and_who_is_silent(app: Flask, state: State) -> None:
    invited(a_campaign(), state=state)
    assert planned() == 0


@pytest.mark.parametrize("no", ["opted_out_at", "bounced_at"])
def test_never_whoever_said_no_or_cannot_be_reached(app: Flask, no: str) -> None:
    made = invited(a_campaign())
    setattr(made.contact, no, now())
    db.session.commit()
    assert planned() == 0


@pytest.mark.parametrize("stop", ["paused_at", "stopped_at", "ends_on", "launched_at"])
def test_a_campaign_that_is_held_reminds_nobody(app: Flask, stop: str) -> None:
    campaign = a_campaign()
    invited(campaign)
    values = {"ends_on": today() - timedelta(days=1), "launched_at": None}
    setattr(campaign, stop, values.get(stop, now()))
    db.session.commit()
    assert planned() == 0


def test_so_many_times_at_most_each_after_the_last(app: Flask) -> None:
    invited(a_campaign(days=7, times=2), days_ago=30)
    found = []
    for days_ago in (8, 6, 8, 8):
        found.append(planned())
        leave(days_ago)
        if days_ago == 6:
            found.append(planned())
            for reminder in db.session.scalars(select(Reminder)):
                reminder.sent_at = now() - timedelta(days=8)
            db.session.commit()
    assert found == [1, 1, 0, 0, 0]
    assert numbers() == [1, 2]


def test_no_plan_no_reminder(app: Flask) -> None:
    invited(a_campaign(days=None))
    assert planned() == 0


def test_asked_twice_at_once_it_reminds_once(app: Flask) -> None:
    campaign = a_campaign(days=None)
    invited(campaign, days_ago=0)
    invited(campaign, state=State.ANSWERED)
    assert reminders.count_silent(db.session, campaign, EVERYBODY) == 1
    assert [reminders.remind_now(db.session, campaign, EVERYBODY) for _ in range(2)] == [1, 0]
    db.session.commit()
    leave()
    assert reminders.count_sent(db.session, campaign.id) == 1
    assert reminders.remind_now(db.session, campaign, EVERYBODY) == 0
    (reminder,) = db.session.scalars(select(Reminder))
    reminder.sent_at = now() - reminders.SPARED_FOR
    db.session.commit()
    assert reminders.remind_now(db.session, campaign, EVERYBODY) == 1
    assert numbers() == [1, 2]


@pytest.mark.parametrize("end", ["stopped_at", "ends_on"])
def test_a_campaign_that_is_over_reminds_nobody_even_when_asked(app: Flask, end: str) -> None:
    campaign = a_campaign(days=None)
    invited(campaign)
    setattr(campaign, end, now() if end == "stopped_at" else today() - timedelta(days=1))
    db.session.commit()
    with pytest.raises(campaigns.OverError):
        reminders.remind_now(db.session, campaign, EVERYBODY)
    db.session.rollback()
    assert numbers() == []


def test_a_part_of_the_campaign_can_be_reminded(app: Flask) -> None:
    campaign = a_campaign(days=None)
    invited(campaign, audience="elu")
    invited(campaign, audience="usager")
    chosen = Audience(profile="elu")
    assert reminders.remind_now(db.session, campaign, chosen) == 1
    (reminder,) = db.session.scalars(select(Reminder))
    assert reminder.invitation.contact.audience == "elu"


def test_an_answer_ends_the_reminders(app: Flask) -> None:
    campaign = a_campaign()
    made = invited(campaign)
    invitations.mark_answered(db.session, made.token)
    db.session.commit()
    assert planned() == 0
