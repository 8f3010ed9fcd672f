"""Invitations: what becomes of each, from the queue to the answer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Invitation, InvitationState
from app.models.base import today


def find(session: Session, token: str) -> Invitation | None:
    """Return the invitation of this token, or none."""
    return session.scalar(select(Invitation).where(Invitation.token == token))


def mark_answered(session: Session, token: str) -> None:
    """Note that this invitation was answered, and the day: nothing else is known. Idempotent."""
    invitation = find(session, token)
    if invitation is not None and invitation.state is not InvitationState.ANSWERED:
        invitation.state = InvitationState.ANSWERED
        invitation.answered_on = today()
        session.flush()
