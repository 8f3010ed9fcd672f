"""What a page has seen: it tells a change from none, question by question."""

from typing import Any

import pytest

from app.services import sights

HELD = {"clsm": "Val d’Orne", "annee_creation": 2014, "part": 0.5, "qui": ["maire", "adjoint"]}


def test_what_has_not_moved_is_not_told() -> None:
    seen = sights.write([*HELD, "region"], HELD)
    assert sights.changed(seen, [*HELD, "region"], dict(HELD)) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clsm", "Val d’Orne "),
        ("annee_creation", 2015),
        ("annee_creation", "2014"),
        ("part", 0.25),
        ("qui", ["maire"]),
        ("region", "53"),
    ],
)
def test_what_has_moved_is_told(name: str, value: Any) -> None:
    seen = sights.write([*HELD, "region"], HELD)
    assert sights.changed(seen, [*HELD, "region"], HELD | {name: value}) == {name}


def test_what_was_erased_is_told() -> None:
    assert sights.changed(sights.write(["clsm"], HELD), ["clsm"], {}) == {"clsm"}


@pytest.mark.parametrize("seen", ["", "clsm", ":", "clsm::", "\N{SNOWMAN}", "x" * 10_000])
def test_a_page_that_has_seen_nothing_knows_of_no_answer(seen: str) -> None:
    assert sights.changed(seen, ["clsm", "region"], HELD) == {"clsm"}


def test_only_what_is_renewed_is_seen_anew() -> None:
    seen = sights.write(["clsm", "region"], HELD)
    now = HELD | {"clsm": "Autre", "region": "53"}
    renewed = sights.renewed(seen, ["clsm"], now)
    assert sights.changed(renewed, ["clsm", "region"], now) == {"region"}


def test_the_review_tells_any_change_and_no_order() -> None:
    assert sights.write_all(HELD) == sights.write_all(dict(reversed(HELD.items())))
    assert sights.write_all(HELD) != sights.write_all(HELD | {"clsm": "Autre"})
    assert sights.write_all({}) != sights.write_all(HELD)
