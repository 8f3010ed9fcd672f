"""Invitations: each row is its own outbox, and moves from state to state by conditional updates.

`queued → sending → sent | failed | bounced`, then `answered` or `declined`. Whoever moves a row
says which state it must still be in: of two workers, or of a worker and a refusal, one wins.
"""

import re
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import Contact, Invitation, InvitationState
from app.models.base import now, today

# What leaves at once at a launch, then every five minutes with the sweep: 1,200 messages an hour
# at most, which a modest mail server takes without deferring them.
BATCH = 100
SWEEP = timedelta(minutes=5)
STUCK_AFTER = timedelta(minutes=15)
# A message that was put off is tried again after each of these delays, then given up: 41 hours.
RETRY_DELAYS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
INTERRUPTED = "envoi interrompu : vérifiez avant de réessayer"
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
TO_MEND = frozenset({InvitationState.FAILED, InvitationState.BOUNCED})
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


def postponed(session: Session, campaign_id: int) -> list[Invitation]:
    """Return the invitations that the mail server could not take yet, the next to leave first."""
    query = select(Invitation).where(
        Invitation.campaign_id == campaign_id,
        Invitation.state == InvitationState.QUEUED,
        Invitation.attempts > 0,
    )
    return sorted(session.scalars(query), key=next_attempt)


def next_attempt(invitation: Invitation) -> datetime:
    """Return when an invitation that waits may be tried."""
    if not invitation.attempts or invitation.sending_at is None:
        return invitation.queued_at
    return invitation.sending_at + RETRY_DELAYS[min(invitation.attempts, len(RETRY_DELAYS)) - 1]


def _is_due() -> ColumnElement[bool]:
    """Return the condition that an invitation waits and that its delay, if any, is over."""
    moment = now()
    delays = [
        and_(Invitation.attempts == attempts, Invitation.sending_at <= moment - delay)
        for attempts, delay in enumerate(RETRY_DELAYS, start=1)
    ]
    is_over = or_(Invitation.attempts == 0, Invitation.sending_at.is_(None), *delays)
    return and_(Invitation.state == InvitationState.QUEUED, is_over)


def due(session: Session) -> Sequence[uuid.UUID]:
    """Return the ids of the next batch to send, the oldest first."""
    query = select(Invitation.id).where(_is_due())
    return session.scalars(query.order_by(Invitation.queued_at).limit(BATCH)).all()


def ends_at(session: Session) -> datetime | None:
    """Return when the last of what can leave now will have left; none when one batch is enough."""
    waiting = session.scalar(select(func.count()).select_from(Invitation).where(_is_due())) or 0
    if waiting <= BATCH:
        return None
    return now() + SWEEP * -(-waiting // BATCH)


def claim(session: Session, invitation_id: uuid.UUID) -> bool:
    """Take an invitation that waits, to send it; of two workers, one hears yes.

    An invitation to somebody who has said no since is declined instead. Commit before the dialogue
    with the mail server: a crash then leaves a row that nobody sends again by itself.
    """
    refused = select(Contact.id).where(Contact.opted_out_at.is_not(None))
    mine = Invitation.id == invitation_id
    session.execute(
        update(Invitation)
        .where(mine, Invitation.state == InvitationState.QUEUED, Invitation.contact_id.in_(refused))
        .values(state=InvitationState.DECLINED, declined_on=today())
        .execution_options(synchronize_session="fetch")
    )
    taken = session.execute(
        update(Invitation)
        .where(mine, _is_due())
        .values(state=InvitationState.SENDING, sending_at=now(), attempts=Invitation.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def record_sent(session: Session, invitation: Invitation) -> None:
    """The mail server has taken the message."""
    invitation.sent_at = now()
    session.flush()
    _settle(session, invitation, InvitationState.SENT)


def record_delay(session: Session, invitation: Invitation, error: str) -> None:
    """The mail server cannot take the message yet: it waits again, or is given up at last."""
    is_over = invitation.attempts >= MAX_ATTEMPTS
    state = InvitationState.FAILED if is_over else InvitationState.QUEUED
    _settle(session, invitation, state, error)


def record_failure(session: Session, invitation: Invitation, error: str) -> None:
    """The message could not be sent, and will not be by itself."""
    _settle(session, invitation, InvitationState.FAILED, error)


def record_bounce(session: Session, invitation: Invitation, error: str) -> None:
    """The mail server refuses this address for good."""
    _settle(session, invitation, InvitationState.BOUNCED, error)


def _settle(
    session: Session, invitation: Invitation, state: InvitationState, error: str | None = None
) -> None:
    """Move an invitation on, unless its contact answered or declined in the meantime."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.state == InvitationState.SENDING)
        .values(state=state, last_error=error)
        .execution_options(synchronize_session="fetch")
    )


def interrupt_stuck(session: Session) -> int:
    """Mark as failed what has been `sending` for too long; return how many.

    Whether such a message left is not known, so it is never sent again by itself.
    """
    stuck = session.execute(
        update(Invitation)
        .where(
            Invitation.state == InvitationState.SENDING,
            Invitation.sending_at < now() - STUCK_AFTER,
        )
        .values(state=InvitationState.FAILED, last_error=INTERRUPTED)
        .execution_options(synchronize_session=False)
    )
    return int(stuck.rowcount)  # type: ignore[attr-defined]


def retry(session: Session, invitations: Sequence[Invitation]) -> list[uuid.UUID]:
    """Put these back in the queue if they failed or bounced; return the ids of those that were.

    What a first click already put back, and a worker may be sending, a second one leaves alone.
    """
    return [each.id for each in invitations if _put_back(session, each.id)]


def _put_back(session: Session, invitation_id: uuid.UUID) -> bool:
    put_back = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.state.in_(list(TO_MEND)))
        .values(state=InvitationState.QUEUED, attempts=0, last_error=None, queued_at=now())
        .execution_options(synchronize_session="fetch")
    )
    return bool(put_back.rowcount)  # type: ignore[attr-defined]


def failed_for_sure(session: Session, campaign_id: int) -> list[Invitation]:
    """Return those that certainly did not leave: trying them all again writes to nobody twice."""
    failed = of_campaign(session, campaign_id, [InvitationState.FAILED])
    return [invitation for invitation in failed if invitation.last_error != INTERRUPTED]


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
    session.execute(
        update(Invitation)
        .where(Invitation.contact_id == contact.id, Invitation.state.not_in(list(SETTLED)))
        .values(state=InvitationState.DECLINED, declined_on=today())
        .execution_options(synchronize_session="fetch")
    )
