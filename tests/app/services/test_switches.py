"""What staff turn on and off."""

from sqlalchemy.orm import Session

from app.services import switches
from tests import factories


def test_off_until_it_is_turned_on(session: Session) -> None:
    assert not switches.is_on(session, "proof:question")
    assert not switches.turn(session, "proof:question", is_on=False, by_id=None)
    assert switches.among(session, ["proof:question"]) == {}


def test_who_turned_it_is_noted(session: Session) -> None:
    one, other = (
        factories.account(session, email=f"{name}@recueil.example").id for name in ("a", "b")
    )
    assert switches.turn(session, "proof:question", is_on=True, by_id=one)
    assert not switches.turn(session, "proof:question", is_on=True, by_id=other)
    (kept,) = switches.among(session, ["proof:question", "proof:code"]).values()
    assert (kept.is_on, kept.changed_by_id) == (True, one)
    assert switches.turn(session, "proof:question", is_on=False, by_id=other)
    assert (kept.is_on, kept.changed_by_id) == (False, other)
    assert not switches.is_on(session, "proof:question")
