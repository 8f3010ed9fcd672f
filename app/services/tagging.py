"""Who reads what: testimonies that wait are shared out in ranges of their random ids.

A range is read by one chain of tasks at a time, each a few seconds long, so that a message never
waits long behind a million testimonies. A chain holds a lease (`services.leases`): its token. What
is lost with a worker or a queue is begun again by the sweep, once the lease has ended or, on the
same machine, as soon as its process is gone. Whatever happens, what waits is said by the
database alone, and one that is read twice is written once (`services.codings`).

Where all are to be read again, ranges are: each is marked by whoever comes to read it, in a
transaction of its own.
"""

import os
import socket
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import Lease, RangeDue, Testimony
from app.services import leases
from app.services.inserting import insert_into

RANGES = 64
LASTING = timedelta(minutes=3)  # of a lease, from one task of a chain to the next
CHUNK = 100  # ids asked for at once
_SHIFT = 128 - (RANGES - 1).bit_length()


@dataclass(frozen=True)
class Chain:
    """The right to read a range, as tasks hand it on."""

    number: int
    token: str

    @property
    def name(self) -> str:
        return f"tagging:{self.number}"


def is_waiting() -> ColumnElement[bool]:
    """Return the condition of what no pipeline has read, or that another one must read again.

    In the very words of the index ix_testimonies_waiting.
    """
    return or_(Testimony.tagged_by.is_(None), Testimony.is_stale)


def bounds(number: int) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the first and the last id of a range, from 0 to RANGES - 1."""
    return uuid.UUID(int=number << _SHIFT), uuid.UUID(int=((number + 1) << _SHIFT) - 1)


def ranges(session: Session) -> list[int]:
    """Return the ranges where a testimony waits, and those that are all to be read again."""
    return sorted({*_where(session, is_waiting()), *_due(session)})


def _due(session: Session) -> Sequence[int]:
    return session.scalars(select(RangeDue.number)).all()


def _where(session: Session, *conditions: ColumnElement[bool]) -> Iterator[int]:
    """Yield the ranges where there is such a testimony, each found by one step into an index."""
    number = 0
    while number < RANGES:
        first = select(Testimony.id).where(*conditions, Testimony.id >= bounds(number)[0])
        found = session.scalar(first.order_by(Testimony.id).limit(1))
        if found is None:
            return
        number = found.int >> _SHIFT
        yield number
        number += 1


def waiting(session: Session, number: int, after: uuid.UUID | None = None) -> Sequence[uuid.UUID]:
    """Return the first CHUNK ids that wait in a range, after one if it is given."""
    first, last = bounds(number)
    begin = Testimony.id >= first if after is None else Testimony.id > after
    query = select(Testimony.id).where(is_waiting(), begin, Testimony.id <= last)
    return session.scalars(query.order_by(Testimony.id).limit(CHUNK)).all()


def count_waiting(session: Session) -> int:
    """Return how many testimonies wait."""
    return _count(session, is_waiting())


def count_to_read_again(session: Session) -> int:
    """Return how many testimonies wait that were asked to be read again."""
    return _count(session, and_(is_waiting(), Testimony.is_stale))


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    due = [Testimony.id.between(*bounds(number)) for number in _due(session)]
    query = select(func.count()).select_from(Testimony).where(or_(condition, *due))
    return session.scalar(query) or 0


def ask_again(session: Session) -> None:
    """Have every testimony be read again, as it will stand: `mark` then says so of each."""
    held = [{"number": number} for number in _where(session)]
    if held:
        session.execute(insert_into(session, RangeDue).on_conflict_do_nothing(), held)


def mark(session: Session, number: int) -> bool:
    """Mark a range's testimonies as waiting where `ask_again` asked for it; say whether it did.

    Who asks again meanwhile waits for this transaction's end, and is not forgotten.
    """
    asked = session.execute(delete(RangeDue).where(RangeDue.number == number))
    if not asked.rowcount:  # type: ignore[attr-defined]
        return False
    read_again(session, number)
    return True


def read_again(session: Session, number: int) -> None:
    """Have every testimony of a range that was read be read again, as it stands."""
    session.execute(
        update(Testimony)
        .where(Testimony.id.between(*bounds(number)), ~Testimony.is_stale)
        .values(is_stale=True)
        .execution_options(synchronize_session=False)
    )


def begin(session: Session, number: int) -> Chain | None:
    """Take a range that nobody is at; none where a chain goes on with it."""
    chain = Chain(number, uuid.uuid4().hex)
    query = select(Lease.holder, Lease.incarnation).where(Lease.name == chain.name)
    held = session.execute(query).first()
    if held is not None and _is_gone(held.incarnation):
        leases.release(session, chain.name, held.holder)
    taken = leases.take(session, chain.name, chain.token, lasting=LASTING, incarnation=_here())
    return None if taken is None else chain


def go_on(session: Session, chain: Chain) -> bool:
    """Say whether a range is still this chain's; if so, this process is the last one at it.

    The next task of the chain may wait in the queue when this process ends: another chain then
    takes the range over, and that task finds itself superseded. Nothing hangs on the queue.
    """
    taken = session.execute(
        update(Lease)
        .where(Lease.name == chain.name, Lease.holder == chain.token)
        .values(incarnation=_here())
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount) and leases.extend(  # type: ignore[attr-defined]
        session, chain.name, chain.token, lasting=LASTING
    )


def finish(session: Session, chain: Chain) -> None:
    """Give a range back."""
    leases.release(session, chain.name, chain.token)


def _here() -> str:
    return f"{socket.gethostname()[:60]} {os.getpid()}"


def _is_gone(incarnation: str) -> bool:
    """Say whether it names a process of this machine that runs no more."""
    host, _, number = incarnation.rpartition(" ")
    if host != socket.gethostname()[:60]:
        return False
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return Path("/proc/self/stat").exists()  # elsewhere than on Linux, the lease ends by itself
    return state == "Z"
