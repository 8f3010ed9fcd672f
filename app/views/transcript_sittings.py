"""The interviews that a browser enters: their codes, in its signed cookie until handed over."""

import uuid
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from flask import session
from flask_security import current_user

from app.extensions import db
from app.models import Testimony
from app.services import receipts, testimonies

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


def waiting() -> dict[str, Testimony]:
    """Return the interviews whose sheet is not handed over, by their id here, the oldest first."""
    found = {each.id: stored(each.id) for each in _all()}
    return {id_: testimony for id_, testimony in found.items() if testimony is not None}


def is_full() -> bool:
    """Say whether one more sheet is more than this browser can keep the codes of.

    Those of interviews that were withdrawn since are let go.
    """
    left = waiting()
    _keep([each for each in _all() if each.testimony is None or each.id in left])
    return len(left) >= MOST_STORED


def find(id_: str | None) -> Sitting | None:
    """Return the interview of this id in this browser, or none."""
    return next((each for each in _all() if each.id == id_), None)


def stored(id_: str) -> Testimony | None:
    """Return the testimony that an interview became; none while it is begun, or if withdrawn."""
    kept = find(id_)
    if kept is None or kept.testimony is None:
        return None
    return testimonies.get(db.session, uuid.UUID(kept.testimony))


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
    """Keep every code that is to be handed over, and the last of what was only begun."""
    begun = [each for each in sittings if each.testimony is None][-MOST_BEGUN:]
    stored = [each for each in sittings if each.testimony is not None]
    session[_name()] = [list(astuple(each)) for each in (*stored, *begun)]


def _name() -> str:
    # A browser may be shared: a colleague who signs in after finds nothing here.
    return f"interviews-{current_user.id}"
