"""What keeps digests whole: those of before there were digests are drawn, orphan facets erased.

Twice is the same as once: a sweep takes what is missing now, and the edge commits after each batch.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Digest, Testimony
from app.services import digests, testimonies

BATCH = 200


def draw_missing(session: Session) -> int:
    """Draw at most BATCH digests that are missing; return how many were.

    Each testimony is locked first: what is drawn is what it says once whoever was at it is done.
    """
    drawn = 0
    for testimony_id in digests.missing(session)[:BATCH]:
        if testimonies.hold(session, testimony_id):
            digests.draw(session, testimony_id)
            drawn += 1
    return drawn


def count_missing(session: Session) -> int:
    """Return how many testimonies tallies do not count yet: no digest was drawn of them."""
    drawn = select(func.count()).select_from(Digest).scalar_subquery()
    every = select(func.count()).select_from(Testimony).scalar_subquery()
    return max(0, session.scalar(select(every - drawn)) or 0)
