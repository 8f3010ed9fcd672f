"""One score from all that speaks for a theme."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from analysis.learning.combination import (
    COLUMNS,
    CUES,
    NEIGHBOURS,
    WORDS,
    Combination,
    best_threshold,
    columns_of,
)

LOGITS = np.array([[1], [2], [3], [6]], dtype=np.float32)
CUED = np.array([[0], [0.5], [0], [0.1]], dtype=np.float32)


def test_columns_of_a_sentence_and_its_neighbours() -> None:
    columns = columns_of(LOGITS, CUED, np.array([-7], dtype=np.float32))
    assert columns.shape == (4, 1, COLUMNS)
    assert NEIGHBOURS == (-3, -2, -1, 1, 2, 3)
    own, around, cues, whole = (2, 0.5), (-4, -4, 1, 3, 6, -4), (0, 0), (3, 6, 0.15, -7)
    np.testing.assert_allclose(columns[1, 0], [*own, *around, *cues, *whole], rtol=1e-6)
    assert (columns[1, 0, WORDS], columns[1, 0, CUES]) == (2, 0.5)
    np.testing.assert_allclose(columns[2, 0, 8:10], [0.5, 0.1])


def test_a_lone_sentence_has_absent_neighbours() -> None:
    columns = columns_of(LOGITS[:1], CUED[:1], np.array([2], dtype=np.float32))
    assert columns[0, 0].tolist() == [1, 0, *[-4] * 6, 0, 0, 1, 1, 0, 2]


def test_an_empty_passage() -> None:
    none = np.zeros((0, 3), dtype=np.float32)
    assert columns_of(none, none, np.zeros(3, dtype=np.float32)).shape == (0, 3, COLUMNS)


def test_terms_and_bias_make_the_log_odds() -> None:
    drawn = np.random.default_rng(3)
    weights = drawn.normal(size=(2, COLUMNS)).astype(np.float32)
    combination = Combination(weights, np.array([-1, 1], np.float32), np.zeros(2, np.float32))
    columns = drawn.normal(size=(5, 2, COLUMNS)).astype(np.float32)
    terms, scores = combination.terms(columns), combination.scores(columns)
    for sentence in range(5):
        for theme in range(2):
            odds = combination.bias[theme] + float(columns[sentence, theme] @ weights[theme])
            assert terms[sentence, theme].sum() + combination.bias[theme] == pytest.approx(
                odds, abs=1e-5
            )
            assert scores[sentence, theme] == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_no_other_threshold_is_better(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    scores = drawn.random((40, 3))
    given = drawn.random((40, 3)) < scores * (seed + 1) / 4
    qualities = {
        hundredth: f1_score(given.ravel(), (scores >= hundredth / 100).ravel())
        for hundredth in range(5, 65)
    }
    best = best_threshold(given, scores)
    assert qualities[round(best * 100)] == pytest.approx(max(qualities.values()))


def test_a_threshold_where_there_is_nothing_to_find() -> None:
    nothing = np.zeros((3, 2), dtype=bool)
    assert 0 < best_threshold(nothing, np.full((3, 2), 0.3)) < 1
    assert 0 < best_threshold(nothing[:0], np.zeros((0, 2))) < 1
