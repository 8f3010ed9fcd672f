"""Mises en contact: a coordinator proposes a person, who alone decides.

A decision or time ends the row; what is written to the person meanwhile is in `referral_messages`.
Nothing here tells whoever proposes whether an address was already known, waiting, or opposed.
Addresses are given in their canonical form (`contacts.canonical_email`).
"""

import re
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.models import Notice, Recontact, RecontactSource, Referral
from app.models.base import now
from app.models.encryption import key_ring
from app.services import bookings, contacts, invitations, oppositions, recontacts
from app.services.appointments import Change
from app.services.periods import end_of, periods
from app.services.recontacts import Coordinates

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One person, and why them."""

    name: str
    email: str
    audience: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Proposer:
    """Who proposes: `words` is their name and function, as the person will read them."""

    words: str
    clsm: str = ""


def propose(session: Session, proposals: Sequence[Proposal], *, by: Proposer) -> list[Referral]:
    """Keep the proposals that somebody must be written to about, and return them.

    An address that waits already, or whose owner already agreed, or wants no message, adds nothing.
    When somebody else proposes one of them at this very moment, the session is rolled back and it
    starts over: call it before anything else is pending.
    """
    try:
        return _add_new(session, proposals, by)
    except IntegrityError:
        session.rollback()
        return _add_new(session, proposals, by)


def _add_new(session: Session, proposals: Sequence[Proposal], by: Proposer) -> list[Referral]:
    _make_way(session, proposals)
    made: dict[str, Referral] = {}
    for each in proposals:
        fingerprint = key_ring.fingerprint(each.email)
        if fingerprint in made or _waits(session, each.email) or _is_settled(session, each.email):
            continue
        made[fingerprint] = Referral(
            name=each.name,
            email=each.email,
            email_fingerprint=fingerprint,
            audience=each.audience,
            reason=each.reason,
            proposed_by=by.words,
            clsm=by.clsm or None,
            expires_at=end_of(periods.of.referrals),
        )
    session.add_all(made.values())
    session.flush()
    return list(made.values())


def _make_way(session: Session, proposals: Sequence[Proposal]) -> None:
    """What is over no longer waits, though the rule that erases it has yet to come by."""
    prints = [each for proposal in proposals for each in key_ring.fingerprints(proposal.email)]
    over = (Referral.email_fingerprint.in_(prints), Referral.expires_at <= now())
    ids = session.scalars(select(Referral.id).where(*over)).all()
    erase_messages(session, ids)
    session.execute(delete(Referral).where(Referral.id.in_(ids)))


def _waits(session: Session, email: str) -> bool:
    prints = key_ring.fingerprints(email)
    query = select(Referral.id).where(Referral.email_fingerprint.in_(prints))
    return session.scalar(query) is not None


def _is_settled(session: Session, email: str) -> bool:
    """Say whether the owner of this address has already said yes, or no."""
    return is_opposed(session, email) or bool(recontacts.of_address(session, email))


def is_opposed(session: Session, email: str) -> bool:
    """Say whether the owner of this address said no, to a proposal or to a campaign."""
    if oppositions.is_opposed(session, email):
        return True
    contact = contacts.find(session, email)
    return contact is not None and contact.opted_out_at is not None


def find(session: Session, token: str) -> Referral | None:
    """Return the proposal of this personal link, its time over or not; or none."""
    if not TOKEN.fullmatch(token):
        return None
    return session.scalar(select(Referral).where(Referral.token == token))


def is_over(referral: Referral) -> bool:
    """Say whether its time is over: it is then as if erased."""
    return referral.expires_at <= now()


def accept(session: Session, referral: Referral, coordinates: Coordinates) -> Recontact | None:
    """Note a yes: who said it is now known to staff, and the proposal is no more.

    The personal link goes on: it is the recontact's. Without a name or an address of their own,
    those that were given stay. None when it was decided just before, by another press.
    """
    given = Coordinates(
        name=coordinates.name or referral.name,
        email=coordinates.email or referral.email,
        phone=coordinates.phone,
        hours=coordinates.hours,
    )
    token, audience = referral.token, referral.audience
    if not end(session, referral):
        return None
    kept = recontacts.leave(session, given, audience=audience, source=RecontactSource.REFERRAL)
    kept.token, kept.has_link = token, True
    session.flush()
    return kept


def decline(session: Session, referral: Referral) -> bool:
    """Note a no: the proposal is erased, and nobody writes to this address again.

    Says whether it was still to be decided.
    """
    email = referral.email
    if not end(session, referral):
        return False
    oppositions.oppose(session, email)
    contact = contacts.find(session, email)
    if contact is not None:
        invitations.decline_all(session, contact)
    return True


def erase(session: Session, referral: Referral) -> Sequence[Change] | None:
    """As a no; and all that is held of this address is erased: contact, invitations, coordinates.

    Return the rendezvous that ended with them, to be told; none when it was decided before.
    """
    email = referral.email
    if not decline(session, referral):
        return None
    contact = contacts.find(session, email)
    if contact is not None:
        session.delete(contact)
        session.flush()
    return _withdraw_all(session, email)


def _withdraw_all(session: Session, email: str) -> Sequence[Change]:
    """Erase what the owner of an address left otherwise; return the rendezvous that ended."""
    ended = []
    for recontact_id in sorted(each.id for each in recontacts.of_address(session, email)):
        with suppress(bookings.ErasedError):
            ended.append(bookings.withdraw(session, recontact_id))
    return [change for change in ended if change is not None]


def end(session: Session, referral: Referral) -> bool:
    """Erase a proposal and its last message; of two presses at once, one hears yes."""
    notice_id = referral.notice_id
    gone = session.execute(delete(Referral).where(Referral.id == referral.id))
    if notice_id is not None:
        session.execute(delete(Notice).where(Notice.id == notice_id))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def erase_messages(session: Session, ids: Sequence[uuid.UUID]) -> None:
    """Erase the messages of proposals about to be: one that did not leave still says it all."""
    about = select(Referral.notice_id).where(Referral.id.in_(ids))
    session.execute(
        delete(Notice).where(Notice.id.in_(about)).execution_options(synchronize_session="fetch")
    )


def waiting(session: Session) -> Sequence[Referral]:
    """Return the proposals that nobody has decided, the oldest first, with their messages."""
    query = select(Referral).where(Referral.expires_at > now())
    query = query.options(joinedload(Referral.notice)).order_by(Referral.proposed_at, Referral.id)
    return session.scalars(query).all()


def count_accepted(session: Session) -> int:
    """Return how many people, still held, came by a yes."""
    query = select(func.count()).select_from(Recontact)
    return session.scalar(query.where(Recontact.source == RecontactSource.REFERRAL)) or 0
