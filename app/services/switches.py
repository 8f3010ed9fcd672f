"""What staff turn on and off: kept in the database, so that every process sees it."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Act, Switch
from app.models.base import now
from app.services import audit


def is_on(session: Session, name: str) -> bool:
    """Say whether a switch is on; one that nobody ever touched is off."""
    return bool(session.scalar(select(Switch.is_on).where(Switch.name == name)))


def turn(session: Session, name: str, *, is_on: bool, by_id: int | None) -> bool:
    """Turn a switch on or off, and note who did; say whether that changed anything."""
    if not _turn(session, name, is_on=is_on, by_id=by_id):
        return False
    detail = f"{name}:{'on' if is_on else 'off'}"
    audit.record(session, Act.SWITCH_TURNED, detail=detail, by=by_id)
    return True


def _turn(session: Session, name: str, *, is_on: bool, by_id: int | None) -> bool:
    switch = session.get(Switch, name)
    if switch is None:
        if not is_on:
            return False
        session.add(Switch(name=name, is_on=True, changed_by_id=by_id))
        session.flush()
        return True
    if switch.is_on == is_on:
        return False
    switch.is_on, switch.changed_at, switch.changed_by_id = is_on, now(), by_id
    session.flush()
    return True


def among(session: Session, names: Iterable[str]) -> dict[str, Switch]:
    """Return the switches that were ever touched, by name."""
    found = session.scalars(select(Switch).where(Switch.name.in_(list(names)))).all()
    return {switch.name: switch for switch in found}
