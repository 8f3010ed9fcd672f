"""The log of acts as it is looked through: filtered, a page at a time, or all of it as it comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models import Account, Act, Actor, AuditEntry
from app.services import dues

PAGE, READ_AT_ONCE = 100, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is looked for; nothing said means everything. The days are those of Paris, included."""

    actor: Actor | None = None
    account_id: int | None = None
    acts: tuple[Act, ...] = ()
    object_id: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the latest first, and the row before which the next page begins, if there is one."""

    entries: Sequence[AuditEntry]
    before: int | None


def page(session: Session, filters: Filters, before: int | None = None) -> Page:
    """Return the latest rows, or the latest before one."""
    query = select(AuditEntry).where(*_conditions(filters))
    if before is not None:
        query = query.where(AuditEntry.sequence < before)
    query = query.order_by(AuditEntry.sequence.desc()).limit(PAGE + 1)
    found = session.scalars(query).all()
    shown = found[:PAGE]
    return Page(shown, shown[-1].sequence if len(found) > PAGE else None)


def stream(session: Session, filters: Filters) -> Iterator[AuditEntry]:
    """Yield the rows in their order, some at a time; memory does not grow with the log."""
    after = 0
    while True:
        query = select(AuditEntry).where(AuditEntry.sequence > after, *_conditions(filters))
        found = session.scalars(query.order_by(AuditEntry.sequence).limit(READ_AT_ONCE)).all()
        yield from found
        if len(found) < READ_AT_ONCE:
            return
        after = found[-1].sequence


def people(session: Session) -> dict[int, str]:
    """Return the accounts by their numbers; one that was closed is no longer among them."""
    query = select(Account.id, Account.name, Account.email).order_by(Account.name, Account.email)
    return {id_: name or email for id_, name, email in session.execute(query)}


def last(session: Session, *acts: Act) -> AuditEntry | None:
    """Return the last row of one of these acts, or none."""
    query = select(AuditEntry).where(AuditEntry.act.in_(acts))
    return session.scalar(query.order_by(AuditEntry.sequence.desc()).limit(1))


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.actor is not None:
        yield AuditEntry.actor == filters.actor
    if filters.account_id is not None:
        yield AuditEntry.account_id == filters.account_id
    if filters.acts:
        yield AuditEntry.act.in_(filters.acts)
    if filters.object_id is not None:
        yield AuditEntry.object_id == filters.object_id
    if filters.since is not None:
        yield AuditEntry.moment >= dues.start(filters.since)
    if filters.until is not None:
        yield AuditEntry.moment < dues.start(filters.until + timedelta(days=1))
