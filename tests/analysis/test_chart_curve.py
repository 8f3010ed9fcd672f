"""The curve of answers: what it says, and that it is drawn within its sheet."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import chart_curve, charts
from analysis.charts import Point

FIRST = date(2026, 10, 1)


def points(*values: tuple[int, int]) -> list[Point]:
    return [Point(FIRST + timedelta(days=n), *value) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "Rien n’est encore parti\u00a0: il n’y a pas de courbe à montrer."),
        ([(0, 0)], "Rien n’est encore parti\u00a0: il n’y a pas de courbe à montrer."),
        ([(1, 1)], "Au 1er\u00a0oct. 2026, 1 réponse pour 1 message parti, soit 100\u00a0%."),
        (
            [(10, 0), (10, 1), (10, 3), (10, 4)],
            "Au 4\u00a0oct. 2026, 4 réponses pour 10 messages partis, soit 40\u00a0%. "
            "La moitié des réponses étaient là le 3\u00a0oct. 2026.",
        ),
    ],
)
def test_what_it_says(values: list[tuple[int, int]], words: str) -> None:
    assert chart_curve.describe(points(*values)) == words


@pytest.mark.parametrize("values", [[], [(0, 0)]])
def test_nothing_to_draw(values: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        charts.answers_over_time(points(*values))


def test_both_lines_are_named_and_told_apart_without_colour() -> None:
    drawn = charts.to_svg(charts.answers_over_time(points((10, 0), (10, 4))), prefix="r")
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    texts = [part.text for part in root if part.tag.endswith("text")]
    assert texts[-2:] == ["10 partis", "4 réponses, 40\u00a0%"]
    dashes = [part.get("stroke-dasharray") for part in root if part.get("stroke-width") == "2"]
    assert [bool(dash) for dash in dashes] == [True, False]


def test_the_first_day_is_two_marks_beside_their_names() -> None:
    root = ET.fromstring(  # noqa: S314 - our own
        charts.to_svg(charts.answers_over_time(points((10, 4))), prefix="r")
    )
    assert "<defs" not in ET.tostring(root, encoding="unicode")
    names = [part.get("x") for part in root if part.tag.endswith("text")][-2:]
    marks = [part.get("d", "")[:5] for part in root if part.tag.endswith("path")][-2:]
    assert (marks, names) == (["M 544"] * 2, ["554"] * 2)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=1, max_size=40))
def test_names_never_stand_on_one_another(values: list[tuple[int, int]]) -> None:
    drawn = charts.to_svg(charts.answers_over_time(points(*values)), prefix="r")
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    texts = [part for part in root if part.tag.endswith("text")]
    first, second = (float(part.get("y", "")) for part in texts[-2:])
    assert abs(first - second) >= 17.9
