"""The interviews that a browser enters: their codes, in its signed cookie until handed over."""

import uuid
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from flask import session

from app.services import receipts

SITTINGS = "interviews"
KEPT = 4  # a cookie is small, and a sheet is handed over before the fourth interview


@dataclass(frozen=True)
class Sitting:
    """One interview: its code, in clear until it is handed over, and the testimony it became."""

    id: str
    code: str
    testimony: str | None = None


def begin() -> Sitting:
    """Begin an interview: its code is made now, so that storing it twice makes one testimony."""
    begun = Sitting(uuid.uuid4().hex, receipts.new_code())
    _keep([*_all()[1 - KEPT :], begun])
    return begun


def find(id_: str | None) -> Sitting | None:
    """Return the interview of this id in this browser, or none."""
    return next((each for each in _all() if each.id == id_), None)


def remember(sitting: Sitting, testimony_id: uuid.UUID) -> None:
    """The interview is stored: its code is to be handed over."""
    stored = replace(sitting, testimony=str(testimony_id))
    _keep([stored if each == sitting else each for each in _all()])


def forget(id_: str) -> None:
    """The code is handed over: this browser no longer keeps it."""
    _keep([each for each in _all() if each.id != id_])


def _all() -> list[Sitting]:
    """Return them all, the oldest first."""
    return [Sitting(*kept) for kept in session.get(SITTINGS, [])]


def _keep(sittings: Sequence[Sitting]) -> None:
    session[SITTINGS] = [list(astuple(each)) for each in sittings]
