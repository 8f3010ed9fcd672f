"""Whether workers are at work: each writes a sign of life now and then, leaves when it stops."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import Beat
from app.models.base import now

EVERY = timedelta(seconds=20)
SILENCE = timedelta(minutes=2)  # after which one must think that it is dead
FORGOTTEN_AFTER = timedelta(days=1)


def show(
    session: Session,
    name: str,
    *,
    doing: tuple[str, datetime] | None,
    outcomes: Mapping[str, Any],
) -> None:
    """Write the sign of life of one worker, and forget those that died a day ago."""
    beat = session.get(Beat, name)
    if beat is None:
        beat = Beat(name=name)
        session.add(beat)
    beat.seen_at = now()
    beat.doing, beat.doing_since = doing or (None, None)
    beat.outcomes = dict(outcomes)
    session.execute(delete(Beat).where(Beat.seen_at < now() - FORGOTTEN_AFTER))
    session.flush()


def leave(session: Session, name: str) -> None:
    """Take one worker off: it stops as it was told to."""
    session.execute(delete(Beat).where(Beat.name == name))


def all_(session: Session) -> Sequence[Beat]:
    """Return the workers that are, or were until a day ago, the oldest first."""
    return session.scalars(select(Beat).order_by(Beat.started_at, Beat.name)).all()


def lives(beat: Beat) -> bool:
    """Say whether a worker showed life lately."""
    return beat.seen_at >= now() - SILENCE
