"""The outbox of campaigns: invitations and reminders that wait, leave, or are set aside.

Each row moves by conditional updates that say which state it must still be in: `queued → sending →
sent | failed | bounced | uncertain`. Rows are taken (`sending`, no moment yet) a batch at a time,
in a commit that is on the disk; each is begun (the moment is set), in a commit of its own that a
crash of the process cannot lose, before the mail server hears of it. So a process that dies leaves
one message of which nobody knows whether it left; a machine that dies, a batch at most. These
become `uncertain`, for a person to settle. Nothing is ever sent twice by itself.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Update,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models import (
    Campaign,
    Clsm,
    Contact,
    Invitation,
    InvitationState,
    Lease,
    Reminder,
    ReminderState,
)
from app.models.base import now, today
from app.services.audiences import may_be_written_to

Kind = type[Invitation] | type[Reminder]
STATES: dict[Kind, type[InvitationState] | type[ReminderState]] = {
    Invitation: InvitationState,
    Reminder: ReminderState,
}
PAGE = 100
# A message that was put off is tried again after each of these delays, then given up: 41 hours.
RETRY_DELAYS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
REFUSED_BEFORE = "adresse refusée lors d’un autre envoi\u00a0: corrigez-la, puis réessayez"
INTERRUPTED = "envoi interrompu\u00a0: on ne sait pas si ce message est parti"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One message about to be written: to whom, for which campaign, which reminder (0: none)."""

    kind: Kind
    id: uuid.UUID
    campaign_id: int
    contact_id: uuid.UUID
    attempts: int
    email: str
    name: str
    clsm: str | None
    token: str
    number: int

    @property
    def domain(self) -> str:
        """Return the domain of the address, in lower case."""
        return self.email.rpartition("@")[2].lower()


def _leaves(day: Any = None) -> ColumnElement[bool]:
    """Return the condition that a campaign is under way on this day (today, when none)."""
    return (
        Campaign.launched_at.is_not(None)
        & Campaign.paused_at.is_(None)
        & Campaign.stopped_at.is_(None)
        & or_(Campaign.ends_on.is_(None), Campaign.ends_on >= (today() if day is None else day))
    )


def _columns(kind: Kind) -> Select[*tuple[Any, ...]]:
    number = Reminder.number if kind is Reminder else literal(0)
    query = select(
        kind.id,
        Invitation.campaign_id,
        Invitation.contact_id,
        kind.attempts,
        Contact.email,
        Contact.name,
        Clsm.name,
        Invitation.token,
        number,
        kind.due_at,
    )
    if kind is Reminder:
        query = query.join(Reminder.invitation)
    return query.join(Invitation.contact).outerjoin(Contact.clsm).join(Invitation.campaign)


def waiting(session: Session) -> Iterator[Waiting]:
    """Give what may leave now, invitations first, each the oldest first, read page by page."""
    for kind in (Invitation, Reminder):
        after: tuple[datetime, uuid.UUID] | None = None
        while page := _page(session, kind, after):
            for *fields, _ in page:
                yield _waiting(kind, fields)
            after = (page[-1][-1], page[-1][0])


def _page(session: Session, kind: Kind, after: tuple[datetime, uuid.UUID] | None) -> Sequence[Any]:
    queued = STATES[kind].QUEUED
    query = _columns(kind).where(
        kind.state == queued, kind.due_at <= now(), _leaves(), may_be_written_to()
    )
    if kind is Reminder:
        query = query.where(Invitation.state == InvitationState.SENT)
    if after is not None:
        moment, last = after
        query = query.where(or_(kind.due_at > moment, (kind.due_at == moment) & (kind.id > last)))
    return session.execute(query.order_by(kind.due_at, kind.id).limit(PAGE)).all()


def _waiting(kind: Kind, fields: Sequence[Any]) -> Waiting:
    id_, campaign_id, contact_id, attempts, email, name, clsm, token, number = fields
    return Waiting(
        kind=kind,
        id=id_,
        campaign_id=campaign_id,
        contact_id=contact_id,
        attempts=attempts,
        email=email,
        name=name,
        clsm=clsm,
        token=token,
        number=number,
    )


def find(session: Session, kind: Kind, id_: uuid.UUID) -> Waiting | None:
    """Return one message, whatever its state, or none."""
    row = session.execute(_columns(kind).where(kind.id == id_)).one_or_none()
    return None if row is None else _waiting(kind, row[:-1])


def drop_settled(session: Session) -> None:
    """Take out of the outbox what will not leave: a no or an answer came, the address bounced."""
    refused = select(Contact.id).where(Contact.opted_out_at.is_not(None))
    _count(
        session,
        Invitation,
        [Invitation.state == InvitationState.QUEUED, Invitation.contact_id.in_(refused)],
        state="declined",
        declined_on=today(),
    )
    bounced = select(Contact.id).where(Contact.bounced_at.is_not(None))
    _count(
        session,
        Invitation,
        [Invitation.state == InvitationState.QUEUED, Invitation.contact_id.in_(bounced)],
        state="bounced",
        last_error=REFUSED_BEFORE,
    )
    settled = select(Invitation.id).where(Invitation.state != InvitationState.SENT)
    _count(
        session,
        Reminder,
        [Reminder.state == ReminderState.QUEUED, Reminder.invitation_id.in_(settled)],
        state="dropped",
    )
    unreachable = select(Invitation.id).where(Invitation.contact_id.in_(bounced))
    _count(
        session,
        Reminder,
        [Reminder.state == ReminderState.QUEUED, Reminder.invitation_id.in_(unreachable)],
        state="bounced",
        last_error=REFUSED_BEFORE,
    )


def take(session: Session, ones: Sequence[Waiting]) -> list[Waiting]:
    """Take messages to send them soon; return those that were still waiting.

    Commit, on the disk, before the first is begun.
    """
    return [
        one
        for one in ones
        if _moved(
            session,
            one.kind,
            [one.kind.id == one.id, one.kind.state == STATES[one.kind].QUEUED],
            state="sending",
            sending_at=None,
        )
    ]


def begin(session: Session, one: Waiting, *, lease: str, holder: str) -> bool:
    """Note that a message that was taken is now given to the server. Commit before it is.

    No when, since it was taken, somebody said no or answered, the campaign was paused, or another
    process holds the lease.
    """
    values: dict[str, Any] = {
        "one": one.id,
        "campaign": one.campaign_id,
        "contact": one.contact_id,
        "lease": lease,
        "holder": holder,
        "moment": now(),
        "day": today(),
    }
    begun = session.connection().execute(_beginning(one.kind), values)
    return bool(begun.rowcount)


@lru_cache(maxsize=2)
def _beginning(kind: Kind) -> Update:
    """Return the statement of `begin`, made once: it runs before each message."""
    conditions = [
        kind.id == bindparam("one"),
        kind.state == STATES[kind].SENDING,
        kind.sending_at.is_(None),
        exists().where(Campaign.id == bindparam("campaign"), _leaves(bindparam("day"))),
        exists().where(Contact.id == bindparam("contact"), may_be_written_to()),
        exists().where(Lease.name == bindparam("lease"), Lease.holder == bindparam("holder")),
    ]
    if kind is Reminder:
        sent = Invitation.state == InvitationState.SENT
        conditions.append(exists().where(Invitation.id == Reminder.invitation_id, sent))
    table = cast(Table, kind.__table__)
    values = {"sending_at": bindparam("moment"), "attempts": kind.attempts + 1}
    return update(table).where(*conditions).values(**values)


def put_back(session: Session, ones: Sequence[Waiting]) -> None:
    """Let what was taken and not begun wait again."""
    for one in ones:
        _moved(session, one.kind, _taken(one), state="queued")


def _taken(one: Waiting) -> list[ColumnElement[bool]]:
    kind = one.kind
    return [kind.id == one.id, kind.state == STATES[kind].SENDING, kind.sending_at.is_(None)]


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


def is_waiting(session: Session) -> bool:
    """Say whether anything may leave now."""
    return any(True for _ in waiting(session))


def is_being_sent(session: Session) -> bool:
    """Say whether some process has taken messages, or died with them."""
    return any(
        session.scalar(select(kind.id).where(kind.state == STATES[kind].SENDING).limit(1))
        for kind in STATES
    )


def counts_before(session: Session, campaign_id: int) -> int:
    """Return how many messages wait to leave, of this campaign and of those sent before it."""
    total = 0
    for kind in STATES:
        query = select(func.count()).select_from(kind).where(kind.state == STATES[kind].QUEUED)
        if kind is Reminder:
            query = query.join(Reminder.invitation)
        query = query.where(Invitation.campaign_id <= campaign_id, kind.attempts == 0)
        total += session.scalar(query) or 0
    return total


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
            _count(session, kind, [*taken, kind.sending_at.is_(None)], state="queued")
        uncertain += _count(session, kind, taken, state="uncertain", last_error=INTERRUPTED)
    return uncertain


def sent_since(session: Session, moment: datetime) -> list[tuple[datetime, str]]:
    """Return when, and to which domain, messages were given to the server since `moment`."""
    found = []
    for kind in STATES:
        query = select(kind.sending_at, Contact.email).where(kind.sending_at > moment)
        if kind is Reminder:
            query = query.join(Reminder.invitation)
        query = query.join(Invitation.contact)
        found += [
            (at, email.rpartition("@")[2].lower()) for at, email in session.execute(query) if at
        ]
    return sorted(found)


def settle_as_sent(session: Session, kind: Kind, id_: uuid.UUID) -> bool:
    """Note that an uncertain message did leave, on a person's word; say whether it was one."""
    conditions = [kind.id == id_, kind.state == STATES[kind].UNCERTAIN]
    return _moved(
        session,
        kind,
        conditions,
        state="sent",
        last_error=None,
        sent_at=func.coalesce(kind.sent_at, kind.sending_at),
    )


def retry(session: Session, kind: Kind, ids: Sequence[uuid.UUID]) -> int:
    """Put back in the outbox, because a person asks for it, what failed, bounced or is uncertain.

    Return how many were: what a first click already put back, a second one leaves alone. An
    address that was refused is given another chance.
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
    return _count(
        session,
        kind,
        [kind.id == id_, kind.state.in_([states.FAILED, states.BOUNCED, states.UNCERTAIN])],
        state="queued",
        attempts=0,
        last_error=None,
        queued_at=now(),
        due_at=now(),
    )


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
    _moved(session, one.kind, conditions, state=state, last_error=error, **values)


def _moved(
    session: Session, kind: Kind, conditions: Sequence[ColumnElement[bool]], **values: Any
) -> bool:
    return bool(_count(session, kind, conditions, **values))


def _count(
    session: Session, kind: Kind, conditions: Sequence[ColumnElement[bool]], **values: Any
) -> int:
    values["state"] = STATES[kind](values["state"])
    moved = session.execute(
        update(kind)
        .where(*conditions)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)  # type: ignore[attr-defined]
