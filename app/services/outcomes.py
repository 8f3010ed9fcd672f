"""What became of a message: sent, put off, refused, uncertain; and what a person settles of it.

See `outbox` for the whole way of a row.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, Update, bindparam, case, delete, func, literal, select, update
from sqlalchemy.orm import Session

from app.models import Campaign, Contact, Invitation, Reminder
from app.models.base import now
from app.services.outbox import Waiting
from app.services.outgoing import STATES, Kind, move

# A message that was put off is tried again after each of these delays, then given up: 41 hours.
RETRY_DELAYS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
WITHDRAWN = "la campagne a été arrêtée avant ce nouvel essai"
INTERRUPTED = "envoi interrompu\u00a0: on ne sait pas si ce message est parti"


def record_sent(session: Session, one: Waiting) -> None:
    """The mail server has taken the message. True also of one that was thought uncertain.

    The moment is kept even where an answer came before this was written.
    """
    session.connection().execute(_sent(one.kind), {"one": one.id, "moment": now()})


@lru_cache(maxsize=2)
def _sent(kind: Kind) -> Update:
    """Return the statement of `record_sent`, made once."""
    states = STATES[kind]
    is_ours = kind.state.in_([states.SENDING, states.UNCERTAIN])
    values: dict[str, Any] = {
        "sent_at": bindparam("moment"),
        "last_error": None,
        "state": case((is_ours, literal(states.SENT, kind.state.type)), else_=kind.state),
    }
    return update(cast(Table, kind.__table__)).where(kind.id == bindparam("one")).values(**values)


def record_delay(session: Session, one: Waiting, error: str) -> None:
    """The mail server cannot take the message yet: it waits again, or is given up at last."""
    tried = one.attempts + 1
    if tried >= MAX_ATTEMPTS:
        _settle(session, one, "failed", error=error)
    else:
        _settle(session, one, "queued", error=error, due_at=now() + RETRY_DELAYS[tried - 1])


def record_failure(session: Session, one: Waiting, error: str) -> None:
    """The message could not be sent, and will not be by itself."""
    _settle(session, one, "failed", error=error)


def record_bounce(session: Session, one: Waiting, error: str) -> None:
    """The mail server refuses this address for good: nothing more is sent to it."""
    _settle(session, one, "bounced", error=error)
    session.execute(
        update(Contact)
        .where(Contact.id == one.contact_id)
        .values(bounced_at=func.coalesce(Contact.bounced_at, now()))
        .execution_options(synchronize_session=False)
    )


def record_uncertain(session: Session, one: Waiting) -> None:
    """The line broke while the answer was awaited: whether the message left is not known."""
    _settle(session, one, "uncertain", error=INTERRUPTED)


def set_aside_interrupted(session: Session, *, is_precise: bool) -> int:
    """Settle what a process that is gone had taken; return how many are left uncertain.

    `is_precise`: all that it committed is there, so what it had not begun waits again. When the
    machine or the server of the database started anew since, the last commits may be lost, and all
    that it had taken is uncertain. Only for whoever holds the lease: nobody else sends then.
    """
    uncertain = 0
    for kind in STATES:
        taken = [kind.state == STATES[kind].SENDING]
        if is_precise:
            move(session, kind, [*taken, kind.sending_at.is_(None)], state="queued")
        uncertain += move(session, kind, taken, state="uncertain", last_error=INTERRUPTED)
    return uncertain


def settle_as_sent(session: Session, kind: Kind, id_: uuid.UUID) -> bool:
    """Note that an uncertain message did leave, on a person's word; say whether it was one."""
    conditions = [kind.id == id_, kind.state == STATES[kind].UNCERTAIN]
    return bool(
        move(
            session,
            kind,
            conditions,
            state="sent",
            last_error=None,
            sent_at=func.coalesce(kind.sent_at, kind.sending_at),
        )
    )


def retry(session: Session, kind: Kind, ids: Sequence[uuid.UUID]) -> int:
    """Put back in the outbox, because a person asks for it, what failed, bounced or is uncertain.

    Return how many were: what a first click already put back, a second one leaves alone. An
    address that was refused is given another chance. The words of the earlier try stay until
    there are others: by them one knows that it was tried.
    """
    return sum(_put_back(session, kind, id_) for id_ in ids)


def _put_back(session: Session, kind: Kind, id_: uuid.UUID) -> int:
    states = STATES[kind]
    owner = select(Invitation.contact_id)
    if kind is Reminder:
        owner = owner.join(Reminder, Reminder.invitation_id == Invitation.id)
    session.execute(
        update(Contact)
        .where(Contact.id.in_(owner.where(kind.id == id_, kind.state == states.BOUNCED)))
        .values(bounced_at=None)
        .execution_options(synchronize_session=False)
    )
    return move(
        session,
        kind,
        [kind.id == id_, kind.state.in_([states.FAILED, states.BOUNCED, states.UNCERTAIN])],
        state="queued",
        attempts=0,
        queued_at=now(),
        due_at=now(),
    )


def withdraw(session: Session) -> int:
    """Take back what waits of campaigns stopped for good; return how many invitations are erased.

    An invitation that was never tried is none. One that a person had tried again may have been
    received the first time: its link goes on opening, and it is shown as failed.
    """
    stopped = select(Campaign.id).where(Campaign.stopped_at.is_not(None))
    theirs = Invitation.campaign_id.in_(stopped)
    waits = [Invitation.state == STATES[Invitation].QUEUED, theirs]
    untried = (
        Invitation.attempts == 0,
        Invitation.last_error.is_(None),
        Invitation.sent_at.is_(None),
    )
    erased = session.execute(
        delete(Invitation).where(*waits, *untried).execution_options(synchronize_session=False)
    )
    words = func.coalesce(Invitation.last_error, WITHDRAWN)
    move(session, Invitation, waits, state="failed", last_error=words)
    reminded = Reminder.invitation_id.in_(select(Invitation.id).where(theirs))
    move(session, Reminder, [Reminder.state == STATES[Reminder].QUEUED, reminded], state="dropped")
    return int(erased.rowcount)  # type: ignore[attr-defined]


def _settle(
    session: Session,
    one: Waiting,
    state: str,
    *,
    error: str | None,
    also: Sequence[str] = (),
    **values: Any,
) -> None:
    """Move a row on, unless an answer or a no came in the meantime."""
    states = [STATES[one.kind](word) for word in ("sending", *also)]
    conditions = [one.kind.id == one.id, one.kind.state.in_(states)]
    move(session, one.kind, conditions, state=state, last_error=error, **values)
