"""What tests of the reading of testimonies share."""

import uuid

from sqlalchemy.orm import Session

from app.services import tagging


def waiting(session: Session) -> list[uuid.UUID]:
    """Return every testimony that waits to be read, in the order of ids; commit."""
    found: list[uuid.UUID] = []
    for number in tagging.ranges(session):
        tagging.mark(session, number)
        found.extend(tagging.waiting(session, number))
    session.commit()  # as whoever reads a range does, lest it stay locked
    return found
