"""Figures as French text."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from analysis.codebook import Codebook
from analysis.learning import report
from analysis.learning.evaluation import Judged

THEMES = {"a": "Les moyens", "b": "Le portage"}


class _Grid(SimpleNamespace):
    def theme(self, theme_id: str) -> Any:
        return SimpleNamespace(id=theme_id, label=THEMES[theme_id])


GRID = cast("Codebook", _Grid(themes=[SimpleNamespace(id=i, label=n) for i, n in THEMES.items()]))
SENTENCES = [
    Judged("t", frozenset("a"), frozenset("a"), {"a": 0.72}),
    Judged("u", frozenset("a"), frozenset("b"), {"b": 0.4}),
    Judged("v", frozenset(), frozenset("z"), {"z": 0.44}),
]


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(0.534, 2, "0,53"), (1, 2, "1,00"), (0.4849, 3, "0,485")]
)
def test_writes_numbers_as_french_does(value: float, digits: int, text: str) -> None:
    assert report.number(value, digits) == text


def test_a_table_in_markdown() -> None:
    assert report.table(("A", "B"), [("x", "1")]) == "| A | B |\n| --- | ---: |\n| x | 1 |\n"


def test_the_figures_of_each_theme_and_of_all() -> None:
    assert report.themes_table(SENTENCES, GRID).splitlines()[2:] == [
        "| Les moyens | 1,00 | 0,50 | 0,67 | 2 | 1 |",
        "| Le portage | 0,00 | 0,00 | 0,00 | 0 | 1 |",
        "| **Ensemble (micro)** | 0,33 | 0,50 | 0,40 | 2 | 3 |",
        "| **Moyenne des thèmes (macro)** |  |  | 0,67 |  |  |",
    ]


def test_one_line_of_a_comparison() -> None:
    assert len(report.SUMMARY_HEAD) == 6
    perfect = [SENTENCES[0], SENTENCES[0]]
    assert report.summary("Essai", perfect) == (
        "Essai", "1,00", "1,00", "1,00", "1,00 à 1,00", "1,00",
    )  # fmt: skip


def test_how_often_a_score_is_right() -> None:
    assert report.calibration_table(SENTENCES).splitlines()[2:] == [
        "| 0,42 | 0,00 | 2 |",
        "| 0,72 | 1,00 | 1 |",
    ]
    assert report.calibration_table([]).count("\n") == 2


def test_what_is_taken_for_something_else() -> None:
    assert report.confusions_table(SENTENCES, GRID).splitlines()[2:] == [
        "| Les moyens | Le portage | 1 |"
    ]
    retired = [Judged("t", frozenset(["old"]), frozenset("b"), {})]
    assert report.confusions_table(retired, GRID).splitlines()[2:] == ["| old | Le portage | 1 |"]
