"""Learning how to weigh what speaks for a theme."""

import numpy as np
import pytest

from analysis.components.keys import Keys
from analysis.learning.asking import setting_of
from analysis.learning.combination import COLUMNS, Combination, columns_of
from analysis.learning.linear import Floats
from analysis.learning.passages import NEVER, Example, Parameters
from analysis.learning.setting import Setting
from analysis.learning.stacking import combinations
from tests.analysis.learning.samples import example

PARAMETERS = Parameters()


def passages(question: str | None = None, *, known: bool = True) -> list[Example]:
    return [
        example(
            f"t{number}",
            [("a", [True, False]), ("b", [False, False]), ("c", [number % 2 == 0, False])],
            question=question,
            known=[[True, True], [True, True], [known, known]],
        )
        for number in range(12)
    ]


def logits_of(examples: list[Example]) -> list[Floats]:
    return [np.where(each.given, 1.5, -1.5).astype(np.float32) for each in examples]


def learnt(examples: list[Example]) -> tuple[Setting, tuple[Combination, Combination, Combination]]:
    setting = setting_of(examples, {}, PARAMETERS, Keys())
    return setting, combinations(examples, logits_of(examples), setting, {}, PARAMETERS)


@pytest.mark.parametrize("question", [None, "moyens"])
def test_weighs_what_the_first_level_says(question: str | None) -> None:
    examples = passages(question)
    setting, (asked, unasked, alone) = learnt(examples)
    for combination, told in ((asked, question), (unasked, None)):
        columns = columns_of(logits_of(examples)[0], examples[0].cues, setting.logits(told, None))
        scores = combination.scores(columns)[:, 0]
        assert (scores >= combination.thresholds[0]).tolist() == [True, False, True]
    lone = columns_of(logits_of(examples)[0][:1], examples[0].cues[:1], setting.logits(None, None))
    assert alone.scores(lone)[0, 0] > alone.thresholds[0]


def test_without_a_question_one_way_serves_for_both() -> None:
    _, (asked, unasked, _) = learnt(passages())
    assert asked is unasked


def test_a_theme_without_example_is_never() -> None:
    for combination in learnt(passages("moyens"))[1]:
        assert combination.bias[1] == NEVER
        assert not combination.weights[1].any()
        assert combination.weights[0].any()


def test_weights_fit_in_halves() -> None:
    """A column that never varies (no question, no cue) must not get a weight without bounds."""
    for combination in learnt(passages())[1]:
        halves = combination.weights.astype(np.float16)
        assert halves.shape == (2, COLUMNS)
        assert np.isfinite(halves).all()
        assert abs(combination.weights).max() < 100


def test_what_nobody_judged_teaches_nothing() -> None:
    """The last sentence of each passage, unjudged, is still a neighbour, but no example."""
    silent = passages("moyens", known=False)
    flipped = [
        example(
            each.testimony,
            [("a", [True, False]), ("b", [False, False]), ("c", [not each.given[2, 0], True])],
            question="moyens",
            known=each.known.tolist(),
        )
        for each in silent
    ]
    setting = setting_of(silent, {}, PARAMETERS, Keys())
    said = logits_of(silent)
    first = combinations(silent, said, setting, {}, PARAMETERS)
    second = combinations(flipped, said, setting, {}, PARAMETERS)
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.weights, other.weights)
        assert np.array_equal(one.bias, other.bias)
        assert np.array_equal(one.thresholds, other.thresholds)
