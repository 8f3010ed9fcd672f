"""Whether the clock can be believed: what is erased by the calendar is erased for good.

A clock that jumps a month ahead would have all drafts erased at once. After a jump, whichever way,
nothing is erased for a day of steady time: long enough for the clock to be set right, or for the
jump to have been a machine that was switched off.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.models import ClockMark
from app.models.base import now

JUMP = timedelta(days=2)  # more than the night, or the week-end's eve, of a machine that sleeps
BACK = timedelta(hours=1)
PATIENCE = timedelta(days=1)
ROW = 1


def mark(session: Session) -> bool:
    """Note what time it is; say whether the clock has jumped since the last mark."""
    moment, last = now(), session.get(ClockMark, ROW, with_for_update=True)
    if last is None:
        session.add(ClockMark(id=ROW, seen_at=moment, steady_since=moment - PATIENCE))
        session.flush()
        return False
    has_jumped = not -BACK <= moment - last.seen_at <= JUMP
    if has_jumped:
        last.steady_since = moment
    last.seen_at = moment
    session.flush()
    return has_jumped


def is_steady(session: Session) -> bool:
    """Say whether time has gone on as it should for long enough; true where nobody marks it."""
    last = session.get(ClockMark, ROW, populate_existing=True)
    if last is None:
        return True
    moment = now()
    return -BACK <= moment - last.seen_at <= JUMP and moment - last.steady_since >= PATIENCE
