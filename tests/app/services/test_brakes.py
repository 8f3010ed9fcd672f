"""What slows whoever guesses: few free tries, then waits that grow; nothing tells who exists."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.extensions import db
from app.services import brakes, counts
from app.services.counts import TableCounts

ADDRESS = "claire@recueil.example"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The hour that counts see."""
    here, real = SimpleNamespace(ahead=timedelta()), counts.now
    monkeypatch.setattr(counts, "now", lambda: real() + here.ahead)
    return here


@pytest.mark.usefixtures("app")
def test_waits_grow_after_the_free_tries(clock: SimpleNamespace) -> None:
    tables = TableCounts(db.session)
    watched = brakes.second_step(7)
    assert [brakes.try_once(tables, watched) for _ in range(5)] == [0] * 5
    waits = []
    for _ in range(7):
        waits.append(brakes.try_once(tables, watched))
        clock.ahead += timedelta(seconds=waits[-1])
        assert brakes.try_once(tables, watched) == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900]


@pytest.mark.usefixtures("app")
def test_what_was_right_is_forgiven() -> None:
    tables = TableCounts(db.session)
    watched = brakes.sign_in(tables, ADDRESS, "reseau")
    for _ in range(20):
        assert brakes.try_once(tables, watched) == 0
        brakes.forgive(tables, watched)


@pytest.mark.usefixtures("app")
def test_one_network_slows_itself_before_everybody() -> None:
    tables = TableCounts(db.session)
    for _ in range(5):
        assert brakes.try_once(tables, brakes.sign_in(tables, ADDRESS, "a")) == 0
    assert brakes.try_once(tables, brakes.sign_in(tables, f" {ADDRESS.upper()} ", "a")) == 30
    assert brakes.try_once(tables, brakes.sign_in(tables, ADDRESS, "b")) == 0
    assert brakes.try_once(tables, brakes.sign_in(tables, "autre@recueil.example", "a")) == 0


@pytest.mark.usefixtures("app")
def test_an_address_tried_from_everywhere_is_slowed_for_all() -> None:
    tables = TableCounts(db.session)
    for n in range(30):
        assert brakes.try_once(tables, brakes.sign_in(tables, ADDRESS, f"reseau {n}")) == 0
    assert brakes.try_once(tables, brakes.sign_in(tables, ADDRESS, "un autre")) == 30
