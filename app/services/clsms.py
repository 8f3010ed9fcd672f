"""The directory of CLSMs: offered where one has to be named, completed by what is written there."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Clsm


def names(session: Session) -> list[str]:
    """Return every name, in alphabetical order."""
    listed: Sequence[str] = session.scalars(select(Clsm.name).order_by(Clsm.name)).all()
    return list(listed)


def find_or_add(session: Session, name: str) -> Clsm | None:
    """Return the CLSM of this name, entered in the directory if need be; none for an empty name."""
    if not (name := name.strip()):
        return None
    clsm = session.scalar(select(Clsm).where(Clsm.name == name))
    if clsm is None:
        clsm = Clsm(name=name)
        session.add(clsm)
        session.flush()
    return clsm
