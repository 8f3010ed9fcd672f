"""Invitations: who was asked by which campaign, and what they did. `outbox` makes them leave."""

import re
import uuid
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Contact, Invitation, InvitationState
from app.models.base import now, today
from app.services import oppositions

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
SETTLED = frozenset({InvitationState.ANSWERED, InvitationState.BOUNCED, InvitationState.DECLINED})


def find(session: Session, token: str) -> Invitation | None:
    """Return the invitation of this link, or none."""
    if not TOKEN.fullmatch(token):
        return None
    return session.scalar(select(Invitation).where(Invitation.token == token))


def get(session: Session, invitation_id: uuid.UUID) -> Invitation | None:
    """Return one invitation, or none."""
    return session.get(Invitation, invitation_id)


def of_campaign(
    session: Session, campaign_id: int, states: Sequence[InvitationState] = ()
) -> Sequence[Invitation]:
    """Return a campaign's invitations, in any of these states (in all when there are none)."""
    query = select(Invitation).where(Invitation.campaign_id == campaign_id)
    if states:
        query = query.where(Invitation.state.in_(states))
    return session.scalars(query).all()


def counts(session: Session) -> dict[int, Counter[InvitationState]]:
    """Return, campaign by campaign, how many invitations are in each state."""
    columns = (Invitation.campaign_id, Invitation.state, func.count())
    counted: dict[int, Counter[InvitationState]] = {}
    query = select(*columns).group_by(Invitation.campaign_id, Invitation.state)
    for campaign_id, state, total in session.execute(query):
        counted.setdefault(campaign_id, Counter())[state] = total
    return counted


def counts_of(session: Session, campaign_id: int) -> Counter[InvitationState]:
    """Return how many invitations of a campaign are in each state."""
    query = select(Invitation.state, func.count()).where(Invitation.campaign_id == campaign_id)
    return Counter(dict(session.execute(query.group_by(Invitation.state)).all()))


def postponed(session: Session, campaign_id: int) -> Sequence[Invitation]:
    """Return the invitations that the mail server could not take yet, the next to leave first."""
    query = select(Invitation).where(
        Invitation.campaign_id == campaign_id,
        Invitation.state == InvitationState.QUEUED,
        Invitation.attempts > 0,
    )
    return session.scalars(query.order_by(Invitation.due_at, Invitation.id)).all()


def failed_for_sure(session: Session, campaign_id: int) -> list[uuid.UUID]:
    """Return those that certainly did not leave: trying them all again writes to nobody twice."""
    failed = of_campaign(session, campaign_id, [InvitationState.FAILED])
    return [invitation.id for invitation in failed]


def mark_started(session: Session, token: str) -> None:
    """Note the day on which a questionnaire was begun from a link, the first time."""
    session.execute(
        update(Invitation)
        .where(Invitation.token == token, Invitation.started_on.is_(None))
        .values(started_on=today())
        .execution_options(synchronize_session=False)
    )


def mark_answered(session: Session, token: str) -> bool:
    """Note that the contact of this link answered, and the day; say whether the link is known.

    Nothing more is ever known: the invitation does not learn which testimony. The first day stays.
    """
    invitation = find(session, token)
    if invitation is None:
        return False
    invitation.state = InvitationState.ANSWERED
    invitation.answered_on = invitation.answered_on or today()
    session.flush()
    return True


def decline(session: Session, token: str) -> bool:
    """Take note of a no, for this campaign and all that follow; say whether the link is known.

    Saying it again changes nothing; an answer already given stays noted.
    """
    invitation = find(session, token)
    if invitation is None:
        return False
    decline_all(session, invitation.contact)
    return True


def decline_all(session: Session, contact: Contact) -> None:
    """Note that somebody wants no more messages, whatever way they said it."""
    contact.opted_out_at = contact.opted_out_at or now()
    session.flush()
    oppositions.oppose(session, contact.email)
    session.execute(
        update(Invitation)
        .where(Invitation.contact_id == contact.id, Invitation.state.not_in(list(SETTLED)))
        .values(state=InvitationState.DECLINED, declined_on=today())
        .execution_options(synchronize_session="fetch")
    )
