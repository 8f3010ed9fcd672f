"""A right that one process holds at a time, on any number of machines, and that ends by itself."""

from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Lease
from app.models.base import now


def take(
    session: Session, name: str, holder: str, *, lasting: timedelta, incarnation: str = ""
) -> str | None:
    """Take a lease that nobody holds, or that this holder has; return none when it is taken.

    Otherwise return the incarnation under which it was last held and not given back, or an empty
    text: by it one knows whether what its holder committed can all be read.
    """
    kept = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
    if kept is None:
        fresh = Lease(name=name, holder=holder, until=now() + lasting, incarnation=incarnation)
        try:
            with session.begin_nested():
                session.add(fresh)
        except IntegrityError:
            return None
        return ""
    before = kept.incarnation
    # Further off than anybody may ask: a clock that was ahead wrote it, and nobody would be let in.
    is_absurd = Lease.until > now() + 2 * lasting
    free = or_(Lease.holder == holder, Lease.until <= now(), is_absurd)
    taken = session.execute(
        update(Lease)
        .where(Lease.name == name, free)
        .values(holder=holder, until=now() + lasting, incarnation=incarnation)
        .execution_options(synchronize_session=False)
    )
    return before if taken.rowcount else None  # type: ignore[attr-defined]


def extend(session: Session, name: str, holder: str, *, lasting: timedelta) -> bool:
    """Hold on a little longer; say whether the lease is still this holder's."""
    extended = session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.holder == holder)
        .values(until=now() + lasting)
        .execution_options(synchronize_session=False)
    )
    return bool(extended.rowcount)  # type: ignore[attr-defined]


def release(session: Session, name: str, holder: str) -> None:
    """Give a lease back, if it is still this holder's."""
    mine = (Lease.name == name, Lease.holder == holder)
    session.execute(delete(Lease).where(*mine).execution_options(synchronize_session=False))
