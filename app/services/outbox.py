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
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Update,
    bindparam,
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
from app.services.outgoing import STATES, Kind, move

PAGE = 100
REFUSED_BEFORE = "adresse refusée lors d’un autre envoi\u00a0: corrigez-la, puis réessayez"


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
    move(
        session,
        Invitation,
        [Invitation.state == InvitationState.QUEUED, Invitation.contact_id.in_(refused)],
        state="declined",
        declined_on=today(),
    )
    bounced = select(Contact.id).where(Contact.bounced_at.is_not(None))
    move(
        session,
        Invitation,
        [Invitation.state == InvitationState.QUEUED, Invitation.contact_id.in_(bounced)],
        state="bounced",
        last_error=REFUSED_BEFORE,
    )
    settled = select(Invitation.id).where(Invitation.state != InvitationState.SENT)
    move(
        session,
        Reminder,
        [Reminder.state == ReminderState.QUEUED, Reminder.invitation_id.in_(settled)],
        state="dropped",
    )
    unreachable = select(Invitation.id).where(Invitation.contact_id.in_(bounced))
    move(
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
        if move(
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
        move(session, one.kind, _taken(one), state="queued")


def _taken(one: Waiting) -> list[ColumnElement[bool]]:
    kind = one.kind
    return [kind.id == one.id, kind.state == STATES[kind].SENDING, kind.sending_at.is_(None)]


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
