"""Reminders: to whom has not answered, after some days, a few times at most."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import Campaign, Invitation, InvitationState, Reminder, ReminderState
from app.models.base import now, today
from app.services import audiences, campaigns
from app.services.audiences import Audience

# Whoever was reminded less than this ago is not reminded again because somebody presses once more.
SPARED_FOR = timedelta(days=1)
# What is on its way, or awaits a person: no other reminder is made beside it.
PENDING = (ReminderState.QUEUED, ReminderState.SENDING, ReminderState.UNCERTAIN)


def plan(session: Session) -> int:
    """Make the reminders that every campaign's plan asks for today; return how many.

    Two processes that plan at once take turns: each locks the campaign first.
    """
    query = select(Campaign.id).where(
        Campaign.launched_at.is_not(None),
        Campaign.paused_at.is_(None),
        Campaign.stopped_at.is_(None),
        or_(Campaign.ends_on.is_(None), Campaign.ends_on >= today()),
        Campaign.remind_after_days.is_not(None),
        Campaign.remind_at_most > 0,
    )
    return sum(_plan_one(session, campaign_id) for campaign_id in session.scalars(query).all())


def _plan_one(session: Session, campaign_id: int) -> int:
    _lock(session, campaign_id)
    campaign = session.get_one(Campaign, campaign_id, populate_existing=True)
    if campaign.remind_after_days is None:
        return 0
    before = now() - timedelta(days=campaign.remind_after_days)
    silent = _silent(session, campaign, before=before, at_most=campaign.remind_at_most)
    return len(_remind(session, silent))


def remind_now(session: Session, campaign: Campaign, audience: Audience) -> int:
    """Remind at once whoever of this audience has not answered; return how many.

    Asked by a person: it is over and above the plan, never beside a reminder on its way, nor within
    a day of the last one: asked twice, it reminds once. Raises campaigns.OverError.
    """
    _lock(session, campaign.id)
    session.refresh(campaign)
    if campaign.is_over:
        raise campaigns.OverError(campaign.id)
    return len(_remind(session, _reminded_when_asked(session, campaign, audience)))


def count_silent(session: Session, campaign: Campaign, audience: Audience) -> int:
    """Return how many `remind_now` would write to."""
    return len(_reminded_when_asked(session, campaign, audience))


def _reminded_when_asked(
    session: Session, campaign: Campaign, audience: Audience
) -> list[tuple[uuid.UUID, int]]:
    spared = now() - SPARED_FOR
    return _silent(session, campaign, reminded_before=spared, audience=audience)


def of_campaign(
    session: Session, campaign_id: int, states: Sequence[ReminderState] = ()
) -> Sequence[Reminder]:
    """Return a campaign's reminders in any of these states (in all when none), latest first."""
    query = select(Reminder).join(Reminder.invitation)
    query = query.where(Invitation.campaign_id == campaign_id)
    if states:
        query = query.where(Reminder.state.in_(states))
    return session.scalars(query.order_by(Reminder.queued_at.desc(), Reminder.id)).all()


def counts(session: Session) -> dict[int, Counter[ReminderState]]:
    """Return, campaign by campaign, how many reminders are in each state."""
    query = select(Invitation.campaign_id, Reminder.state, func.count()).join(Reminder.invitation)
    counted: dict[int, Counter[ReminderState]] = {}
    for campaign_id, state, total in session.execute(
        query.group_by(Invitation.campaign_id, Reminder.state)
    ):
        counted.setdefault(campaign_id, Counter())[state] = total
    return counted


def failed_for_sure(session: Session, campaign_id: int) -> list[uuid.UUID]:
    """Return those that certainly did not leave: trying them again writes to nobody twice."""
    return [each.id for each in of_campaign(session, campaign_id, [ReminderState.FAILED])]


def count_sent(session: Session, campaign_id: int) -> int:
    """Return how many reminders of a campaign have left."""
    query = select(func.count(Reminder.id)).join(Reminder.invitation)
    query = query.where(Invitation.campaign_id == campaign_id, Reminder.sent_at.is_not(None))
    return session.scalar(query) or 0


def get(session: Session, reminder_id: uuid.UUID) -> Reminder | None:
    """Return one reminder, or none."""
    return session.get(Reminder, reminder_id)


def _lock(session: Session, campaign_id: int) -> None:
    """Make whoever does the same wait: the row is written, as it was."""
    session.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id)
        .values(remind_at_most=Campaign.remind_at_most)
        .execution_options(synchronize_session=False)
    )


def _silent(
    session: Session,
    campaign: Campaign,
    *,
    before: datetime | None = None,
    reminded_before: datetime | None = None,
    at_most: int | None = None,
    audience: Audience | None = None,
) -> list[tuple[uuid.UUID, int]]:
    """Return who may be reminded, and how many reminders they have had.

    `before`: the last message to them left by then; `reminded_before`: the last reminder, if any.
    """
    last = func.max(func.coalesce(Reminder.sent_at, Reminder.queued_at))
    had = func.count(Reminder.id)
    query = (
        select(Invitation.id, had)
        .join(Invitation.contact)
        .outerjoin(Reminder, Reminder.invitation_id == Invitation.id)
        .where(
            Invitation.campaign_id == campaign.id,
            Invitation.state == InvitationState.SENT,
            audiences.may_be_written_to(),
            ~_has_pending(),
            *(audiences.conditions(audience) if audience else ()),
        )
        .group_by(Invitation.id, Invitation.sent_at)
    )
    if at_most is not None:
        query = query.having(had < at_most)
    if before is not None:
        query = query.having(func.coalesce(last, Invitation.sent_at) <= before)
    if reminded_before is not None:
        query = query.having(or_(last.is_(None), last <= reminded_before))
    return [(id_, count) for id_, count in session.execute(query)]


def _has_pending() -> ColumnElement[bool]:
    pending = Reminder.__table__.alias("pending")
    return exists(pending.c.id).where(
        pending.c.invitation_id == Invitation.id, pending.c.state.in_(PENDING)
    )


def _remind(session: Session, silent: Sequence[tuple[uuid.UUID, int]]) -> list[Reminder]:
    made = [Reminder(invitation_id=id_, number=count + 1) for id_, count in silent]
    session.add_all(made)
    session.flush()
    return made
