"""Figures: equal to those reckoned by hand, and to scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from analysis.corpus import Passage
from analysis.labelled import Answer, Sentence
from analysis.learning.evaluation import (
    Figures,
    Judged,
    calibration,
    confusions,
    interval,
    judged,
    macro_f1,
    micro,
    per_theme,
)
from analysis.suggestions import Suggestion

THEMES = ("a", "b", "c", "d")


def said(given: str, suggested: str, testimony: str = "t") -> Judged:
    """One sentence whose themes are letters."""
    return Judged(testimony, frozenset(given), frozenset(suggested), dict.fromkeys(suggested, 0.5))


def drawn(count: int, seed: int = 0) -> list[Judged]:
    random = np.random.default_rng(seed)
    rows = random.random((count, 2, len(THEMES))) < 0.4
    return [
        said(
            "".join(np.array(THEMES)[given]),
            "".join(np.array(THEMES)[suggested]),
            f"t{number // 5}",
        )
        for number, (given, suggested) in enumerate(rows)
    ]


SENTENCES = [said("a", "a"), said("a", ""), said("ab", "bc"), said("", "a"), said("", "")]


def test_by_hand() -> None:
    figures = per_theme(SENTENCES, THEMES)
    assert figures == {
        "a": Figures(1 / 2, 1 / 3, 2 / 5, 3, 2),
        "b": Figures(1.0, 1.0, 1.0, 1, 1),
        "c": Figures(0.0, 0.0, 0.0, 0, 1),
        "d": Figures(0.0, 0.0, 0.0, 0, 0),
    }
    assert micro(SENTENCES) == Figures(2 / 4, 2 / 4, 4 / 8, 4, 4)
    assert macro_f1(figures) == pytest.approx((2 / 5 + 1) / 2)


@pytest.mark.parametrize("seed", range(5))
def test_as_scikit_learn_reckons(seed: int) -> None:
    sentences = drawn(60, seed)
    given, suggested = (
        np.array([[theme in getattr(each, side) for theme in THEMES] for each in sentences])
        for side in ("given", "suggested")
    )
    expected = precision_recall_fscore_support(given, suggested, zero_division=0)
    found = per_theme(sentences, THEMES)
    for theme, *figures in zip(THEMES, *expected, strict=True):
        one = found[theme]
        assert [one.precision, one.recall, one.f1, one.given] == pytest.approx(figures)
    *figures, _ = precision_recall_fscore_support(given, suggested, average="micro")
    whole = micro(sentences)
    assert [whole.precision, whole.recall, whole.f1] == pytest.approx(figures)
    assert macro_f1(found) == pytest.approx(expected[2].mean())


def test_of_nothing() -> None:
    assert micro([]) == Figures(0.0, 0.0, 0.0, 0, 0)
    assert macro_f1(per_theme([], THEMES)) == 0.0
    assert confusions([]) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_holds_the_figure_and_comes_back(seed: int) -> None:
    sentences = drawn(200, seed)
    low, high = interval(sentences)
    assert 0 < low < micro(sentences).f1 < high < 1
    assert interval(sentences) == (low, high)
    narrow_low, narrow_high = interval(sentences, 0.5)
    assert low < narrow_low < narrow_high < high


def test_the_interval_draws_testimonies() -> None:
    """Ten times the same sentence of one testimony teach no more than one."""
    few = [said("a", "a" if number % 2 else "b", f"t{number}") for number in range(20)]
    assert interval(few) == interval([each for each in few for _ in range(10)])
    alone = [said("a", "a"), said("b", "")]
    assert interval(alone) == (micro(alone).f1, micro(alone).f1)


def test_a_perfect_reading_has_no_doubt() -> None:
    assert interval([said("a", "a", f"t{number}") for number in range(9)]) == (1.0, 1.0)


def test_calibration_by_tenths() -> None:
    scores = np.array([0.0, 0.05, 0.31, 0.39, 0.35, 0.99, 1.0])
    given = np.array([False, True, True, True, False, True, True])
    table = calibration(given, scores)
    assert [(share, count) for _, share, count in table] == [(0.5, 2), (2 / 3, 3), (1.0, 2)]
    assert [mean for mean, _, _ in table] == pytest.approx([0.025, 0.35, 0.995])
    assert calibration(given[:0], scores[:0]) == []


def test_confusions_are_what_took_another_s_place() -> None:
    sentences = [said("a", "b"), said("a", "bc"), said("ac", "cb"), said("ab", "a"), said("", "d")]
    assert confusions(sentences) == [("a", "b", 3), ("a", "c", 1)]
    assert confusions(sentences, most=1) == [("a", "b", 3)]


def suggestion(theme: str, start: int, end: int, score: float = 0.5) -> Suggestion:
    return Suggestion(theme, start, end, score, ())


def judged_of(*suggestions: Suggestion, told: frozenset[str] | None = None) -> list[Judged]:
    """What is said of two sentences of ten characters, five apart, and a third never labelled."""
    sentences = (Sentence(0, 10, frozenset("a"), told), Sentence(15, 25, frozenset("b"), told))
    return list(judged(Answer("t", Passage(1, "x" * 50), sentences), suggestions))


def test_a_suggestion_falls_on_its_sentence() -> None:
    first, second = judged_of(suggestion("a", 0, 10, 0.7), suggestion("c", 15, 25))
    assert first == Judged("t", frozenset("a"), frozenset("a"), {"a": 0.7})
    assert second == Judged("t", frozenset("b"), frozenset("c"), {"c": 0.5})


def test_one_cut_otherwise_counts_once() -> None:
    parts = [suggestion("a", 0, 4, 0.4), suggestion("a", 4, 10, 0.9)]
    first, second = judged_of(*parts)
    assert (first.scores, second.scores) == ({"a": 0.9}, {})
    assert micro([first, second]) == Figures(1.0, 1 / 2, 2 / 3, 2, 1)
    (first, second) = judged_of(suggestion("a", 7, 17))  # mostly on the first, less than half
    assert (first.scores, second.scores) == ({"a": 0.5}, {})


def test_one_over_two_sentences_is_of_both() -> None:
    assert [each.scores for each in judged_of(suggestion("a", 0, 25))] == [{"a": 0.5}] * 2


def test_one_on_what_nobody_labelled_is_no_mistake() -> None:
    assert [each.scores for each in judged_of(suggestion("a", 30, 40))] == [{}, {}]
    empty = Answer("t", Passage(1, "x" * 50), ())
    assert list(judged(empty, [suggestion("a", 0, 10)])) == []


def test_what_nobody_judged_is_no_mistake() -> None:
    suggestions = [suggestion("a", 0, 10), suggestion("c", 0, 10), suggestion("b", 15, 25)]
    first, second = judged_of(*suggestions, told=frozenset("ab"))
    assert (first.suggested, second.suggested) == (frozenset("a"), frozenset("b"))
    assert first.scores == {"a": 0.5}
