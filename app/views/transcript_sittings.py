"""The interviews that a browser enters: their codes, in its signed cookie until handed over."""

import uuid
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from flask import session
from flask_security import current_user

from app.services import receipts

MOST_BEGUN, MOST_STORED = 3, 8  # a cookie is small


@dataclass(frozen=True)
class Sitting:
    """One interview: its code, in clear until it is handed over, and the testimony it became."""

    id: str
    code: str
    testimony: str | None = None


def begin() -> Sitting:
    """Begin an interview: its code is made now, so that storing it twice makes one testimony."""
    begun = Sitting(uuid.uuid4().hex, receipts.new_code())
    _keep([*_all(), begun])
    return begun


def to_hand_over() -> list[Sitting]:
    """Return the stored interviews whose sheet is not handed over, the oldest first."""
    return [each for each in _all() if each.testimony is not None]


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
    """Return those of the account that is signed in, the oldest first."""
    return [Sitting(*kept) for kept in session.get(_name(), [])]


def _keep(sittings: Sequence[Sitting]) -> None:
    """Keep the last ones: what was only begun gives way before a code that is to be handed over."""
    begun = [each for each in sittings if each.testimony is None][-MOST_BEGUN:]
    stored = [each for each in sittings if each.testimony is not None][-MOST_STORED:]
    session[_name()] = [list(astuple(each)) for each in (*stored, *begun)]


def _name() -> str:
    # A browser may be shared: a colleague who signs in after finds nothing here.
    return f"interviews-{current_user.id}"
