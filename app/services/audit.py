"""The log of acts: `record` says what was done, and the row leaves with the act's own commit.

What is recorded waits in the session until it commits; then, last of all locks, the end of the
chain is held for as long as it takes to add the rows. Rolled back, an act leaves nothing. The edge
says once who acts, by `acting`, and what is written of a commit that changes something and for
which nobody recorded anything.
"""

import logging
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, event, func, insert, select, update
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from app.models import Act, Actor, AuditChain, AuditEntry
from app.models.audit import THE_CHAIN
from app.models.base import PARIS, now, today
from app.services import audit_chains
from app.services.audit_anchors import Anchor, anchor_file

log = logging.getLogger(__name__)
# What a session keeps.
WHO, WAITING, END = "audit_who", "audit_waiting", "audit_end"
OTHERWISE, CHANGED = "audit_otherwise", "audit_changed"
UNTOLD = frozenset({"rate_counts", "daily_salts"})
"""Tables that count who tries too often: no act changes them."""

ONE_SITTING = timedelta(hours=1)
DETAIL = re.compile(r"[a-z0-9_.,:-]{0,80}")
BY_DAY = frozenset(
    {
        Act.TESTIMONY_AMENDED,
        Act.TESTIMONY_WITHDRAWN,
        Act.CONSENTS_CHANGED,
        Act.RECONTACT_BOOKED,
        Act.RECONTACT_CANCELLED,
        Act.RECONTACT_ASKED_CALL,
        Act.RECONTACT_ERASED,
    }
)
"""What somebody does with what is theirs: of it the day is kept, not the hour."""

LATER_THAN_ALL = 2**62

ObjectId = uuid.UUID | int | str | None


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts: somebody's account, by its number, or nobody's."""

    actor: Actor
    account_id: int | None = None


SYSTEM = Who(Actor.SYSTEM)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A row before its commit, and the transaction inside which it was recorded."""

    values: dict[str, object]
    inside: SessionTransaction | None


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What is written of a change for which nobody recorded anything: what to, and where."""

    object_id: ObjectId
    detail: str


def acting(
    session: Session,
    who: Callable[[], Who],
    otherwise: Callable[[], Unnamed | None] = lambda: None,
) -> None:
    """Say who acts by this session; it is asked when something is recorded.

    `otherwise` is asked when what is committed changes something and nothing was recorded.
    """
    session.info[WHO], session.info[OTHERWISE] = who, otherwise


def record(
    session: Session,
    act: Act,
    object_id: ObjectId = None,
    *,
    count: int | None = None,
    detail: str = "",
    by: int | None = None,
) -> None:
    """Write down an act, in the transaction that is open: it is committed with it, or never was.

    `object_id` is the id of the row it was done to, `count` how many it was done to, `detail` a
    word of the code, `by` the account that acts where it is not the one of `acting`. Raises
    ValueError for a detail in other letters than the code's words.
    """
    if not DETAIL.fullmatch(detail):
        raise ValueError("a detail is a word of the code, never of a person")
    who = Who(Actor.ACCOUNT, by) if by is not None else session.info.get(WHO, lambda: SYSTEM)()
    values = {
        "moment": _moment(act, who),
        "actor": who.actor,
        "account_id": who.account_id,
        "act": act,
        "object_id": None if object_id is None else str(object_id),
        "count": count,
        "detail": detail,
    }
    if not session.in_transaction():
        session.begin()  # so that a rollback is heard of
    inside = session.get_nested_transaction()
    session.info.setdefault(WAITING, []).append(_Waiting(values, inside))


def record_sitting(
    session: Session,
    act: Act,
    object_id: ObjectId = None,
    *,
    count: int | None = None,
    detail: str = "",
) -> bool:
    """Record that somebody looked, once an hour for the same thing; say whether it was recorded.

    A page is opened again after each decision taken on it: one row says as much as a hundred.
    """
    who = session.info.get(WHO, lambda: SYSTEM)()
    known = select(AuditEntry.sequence).where(
        AuditEntry.moment > now() - ONE_SITTING,
        AuditEntry.act == act,
        AuditEntry.account_id == who.account_id,
        AuditEntry.detail == detail,
    )
    if object_id is not None:
        known = known.where(AuditEntry.object_id == str(object_id))
    if session.scalar(known.limit(1)) is not None:
        return False
    record(session, act, object_id, count=count, detail=detail)
    return True


def is_before(moment: datetime) -> ColumnElement[bool]:
    """Return what is true of the rows before the first that is not older than a moment."""
    kept = select(func.min(AuditEntry.sequence)).where(AuditEntry.moment >= moment)
    return AuditEntry.sequence < func.coalesce(kept.scalar_subquery(), LATER_THAN_ALL)


def cut(session: Session, sequences: Sequence[int]) -> None:
    """Let the oldest rows go, up to the last of `sequences`: the database erases none otherwise.

    The hash of the last one that goes is signed, and what stays hangs on it.
    """
    last = max(sequences)
    hash_ = session.scalars(select(AuditEntry.hash).where(AuditEntry.sequence == last)).one()
    signed = audit_chains.cut_seal(session, sorted(sequences), hash_)
    session.execute(
        update(AuditChain)
        .where(AuditChain.id == THE_CHAIN)
        .values(cut_to=last, cut_hash=hash_, cut_key_id=signed.key_id, cut_seal=signed.value)
        .execution_options(synchronize_session=False)
    )
    record(session, Act.JOURNAL_CUT, count=len(sequences))


def _moment(act: Act, who: Who) -> datetime:
    if act in BY_DAY and who.actor is Actor.PERSON:
        return datetime.combine(today(), time(), PARIS)
    return now().replace(microsecond=0)


def _add(session: Session, rows: Sequence[_Waiting]) -> Anchor | None:
    """Add rows at the end of the chain, which others wait for until this commits.

    Return the end to note, none where the file notes a row that is no longer there.
    """
    ending = (
        update(AuditChain)
        .where(AuditChain.id == THE_CHAIN)
        .values(sequence=AuditChain.sequence + len(rows))
        .returning(AuditChain.sequence, AuditChain.hash, AuditChain.cut_to)
        .execution_options(synchronize_session=False)
    )
    last, hash_, cut_to = session.execute(ending).one()
    is_whole = _holds_what_was_noted(session, cut_to)
    entries = []
    for sequence, row in enumerate(rows, start=last - len(rows) + 1):
        values = {"sequence": sequence, **row.values}
        hash_ = audit_chains.hashed(hash_, values)
        seal = audit_chains.seal(hash_)
        entries.append({**values, "hash": hash_, "key_id": seal.key_id, "seal": seal.value})
    session.execute(insert(AuditEntry), entries)
    held = update(AuditChain).where(AuditChain.id == THE_CHAIN).values(hash=hash_)
    session.execute(held.execution_options(synchronize_session=False))
    return Anchor(last, hash_) if is_whole else None


def _holds_what_was_noted(session: Session, cut_to: int) -> bool:
    """Say whether the row that the file notes is still there.

    Where the end was cut off, rows that are added since would overtake the file, and hide it.
    """
    try:
        kept = anchor_file.kept()
    except (OSError, ValueError):
        return True  # whoever notes or verifies says it
    if kept is None or kept.sequence <= cut_to:
        return True
    row = select(AuditEntry.hash).where(AuditEntry.sequence == kept.sequence)
    if session.scalar(row) == kept.hash:
        return True
    log.error("the log of acts does not hold row %d, which was noted", kept.sequence)
    return False


@event.listens_for(Session, "before_commit")
def _leave_with_the_act(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()  # whatever else is locked is locked first
    if session.info.pop(CHANGED, False) and not session.info.get(WAITING):
        _record_unnamed(session)
    if not session.info.get(WAITING):
        return
    session.info[END] = _add(session, session.info[WAITING])
    del session.info[WAITING]  # only now: what could not be written down cannot be committed either


def _record_unnamed(session: Session) -> None:
    told = session.info.get(OTHERWISE, lambda: None)()
    if told is not None:
        record(session, Act.DESK_DONE, told.object_id, detail=told.detail)


@event.listens_for(Session, "after_flush")
def _note_objects(session: Session, _context: object) -> None:
    if OTHERWISE not in session.info or session.info.get(CHANGED):
        return
    changed = (each for each in session.dirty if session.is_modified(each))
    if any(each.__tablename__ not in UNTOLD for each in (*session.new, *session.deleted, *changed)):
        session.info[CHANGED] = True


@event.listens_for(Session, "do_orm_execute")
def _note_statements(state: ORMExecuteState) -> None:
    table = None if state.is_select else getattr(state.statement, "table", None)
    if table is not None and table.name not in UNTOLD:
        state.session.info[CHANGED] = True


@event.listens_for(Session, "after_commit")
def _note_the_end(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop(CHANGED, None)  # the rows just added are no change of their own
    end = session.info.pop(END, None)
    if end is not None:
        anchor_file.note(end)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, rolled_back: SessionTransaction) -> None:
    """Drop what was recorded inside what is rolled back, be it a part of the transaction."""
    waiting = session.info.get(WAITING, [])
    waiting[:] = [each for each in waiting if not _is_inside(each.inside, rolled_back)]
    session.info.pop(END, None)
    if not rolled_back.nested:
        session.info.pop(CHANGED, None)


def _is_inside(inside: SessionTransaction | None, outer: SessionTransaction) -> bool:
    if not outer.nested:
        return True
    while inside is not None and inside is not outer:
        inside = inside.parent
    return inside is outer
