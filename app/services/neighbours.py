"""What stands before and after a testimony in the list that one came from."""

from dataclasses import dataclass

from sqlalchemy import Uuid, func, literal, select, tuple_
from sqlalchemy.orm import Session

from app.models import Testimony
from app.services import testimonies
from app.services.filters import Filters


@dataclass(frozen=True)
class Neighbours:
    """What stands before and after a testimony in a list; none at its ends."""

    before: Testimony | None
    after: Testimony | None


def of(session: Session, testimony: Testimony, filters: Filters) -> Neighbours:
    """Return what surrounds a testimony, in the list of those that pass `filters`."""
    if filters.is_by_relevance:
        return _ranked(session, testimony, filters)
    newer = tuple_(Testimony.received_on, literal(testimony.reference)) > tuple_(
        literal(testimony.received_on), Testimony.reference
    )
    older = tuple_(literal(testimony.received_on), Testimony.reference) > tuple_(
        Testimony.received_on, literal(testimony.reference)
    )
    passing = testimonies.matching(filters).order_by(None)
    return Neighbours(
        before=session.scalar(
            passing.where(newer)
            .order_by(Testimony.received_on, Testimony.reference.desc())
            .limit(1)
        ),
        after=session.scalar(
            passing.where(older)
            .order_by(Testimony.received_on.desc(), Testimony.reference)
            .limit(1)
        ),
    )


def _ranked(session: Session, testimony: Testimony, filters: Filters) -> Neighbours:
    ranked = testimonies.by_relevance(session, testimonies.matching(filters), filters)
    order = ranked._order_by_clauses
    around = ranked.order_by(None).with_only_columns(
        Testimony.id,
        func.lag(Testimony.id, type_=Uuid()).over(order_by=order).label("before"),
        func.lead(Testimony.id, type_=Uuid()).over(order_by=order).label("after"),
    )
    rows = around.subquery()
    found = session.execute(select(rows).where(rows.c.id == testimony.id)).first()
    before, after = (found.before, found.after) if found else (None, None)
    return Neighbours(
        before=session.get(Testimony, before) if before else None,
        after=session.get(Testimony, after) if after else None,
    )
