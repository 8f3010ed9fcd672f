"""Learning what sentences' own words say."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from analysis.components.keys import Keys
from analysis.learning.first_level import first_level
from analysis.learning.linear import Reading, matrix
from analysis.learning.passages import NEVER, Parameters
from tests.analysis.learning.samples import example

PLAIN = Parameters(reading=Reading(least_keys=1, least_parts=1))
SAID = [
    ("le maire préside", [True, False]),
    ("le maire signe", [True, False]),
    ("dix euros", [False, False]),
    ("vingt euros", [False, False]),
]


def test_is_a_regression_on_the_plain_matrix() -> None:
    passage = example("a", SAID)
    level = first_level([passage], PLAIN)
    features = level.linear.features
    rows = sparse.csr_matrix(
        matrix(features, passage.sentences, Keys()), shape=(4, len(features.numbers))
    )
    rows.sum_duplicates()
    model = LogisticRegression(C=PLAIN.words_c, solver="liblinear", dual=True, random_state=1)
    model.fit(rows, [True, True, False, False])
    np.testing.assert_allclose(level.linear.weights[:, 0], model.coef_[0], rtol=1e-6)
    found = level.logits(passage.sentences, passage.vectors)
    np.testing.assert_allclose(found[:, 0], model.decision_function(rows), atol=1e-5)


def test_a_theme_without_example_is_never() -> None:
    level = first_level([example("a", SAID)], PLAIN)
    assert level.linear.bias[1] == NEVER
    assert not level.linear.weights[:, 1].any()


@pytest.mark.parametrize("everywhere", [True, False])
def test_what_nobody_judged_teaches_nothing(everywhere: bool) -> None:
    """A sentence that nobody judged may bear any label: the weights stay as they are."""
    more = ("la lune de papier", [everywhere, True])
    silent = example("a", [*SAID, more], known=[[True, True]] * 4 + [[False, False]])
    other = example("a", [*SAID, (more[0], [False, False])], known=silent.known.tolist())
    one, two = first_level([silent], PLAIN), first_level([other], PLAIN)
    assert np.array_equal(one.linear.weights, two.linear.weights)
    assert np.array_equal(one.linear.bias, two.linear.bias)
    moon = [number for name, number in one.linear.features.numbers.items() if name == "lune"]
    assert not one.linear.weights[moon].any()


def test_one_theme_judged_is_not_the_other() -> None:
    known = [[True, False]] * 4
    level = first_level([example("a", [(text, [yes, yes]) for text, (yes, _) in SAID])], PLAIN)
    half = first_level(
        [example("a", [(text, [yes, yes]) for text, (yes, _) in SAID], known=known)], PLAIN
    )
    assert np.array_equal(half.linear.weights[:, 0], level.linear.weights[:, 0])
    assert half.linear.bias[1] == NEVER


def test_learns_from_vectors_too() -> None:
    drawn = np.random.default_rng(0)
    sentences = [(f"mot{number}", [bool(number % 2)]) for number in range(40)]
    vectors = [[1.0 if number % 2 else -1.0, *drawn.normal(size=2)] for number in range(40)]
    passage = example("a", sentences, vectors=vectors)
    level = first_level([passage], Parameters())
    assert level.dense.shape == (3, 1)
    odds = level.logits(passage.sentences, passage.vectors)[:, 0]
    assert ((odds > 0) == passage.given[:, 0]).all()
    other_size = level.logits(passage.sentences, np.ones((40, 5), dtype=np.float32))
    assert np.array_equal(other_size, level.linear.logits(passage.sentences))


def test_nothing_to_learn_from() -> None:
    passage = example("a", [("un", [True]), ("deux", [False])])
    level = first_level([passage], Parameters())  # no feature is frequent enough
    assert level.logits(passage.sentences, passage.vectors).tolist() == [[NEVER], [NEVER]]
