"""Learning the first level: a regression a theme over sentences' own words, and vectors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from analysis.components.keys import Keys
from analysis.learning.judge import FirstLevel
from analysis.learning.linear import Features, Floats, Linear, known_features, matrix
from analysis.learning.passages import NEVER, Booleans, Example, Parameters
from analysis.learning.words import Words


def first_level(
    examples: Sequence[Example], parameters: Parameters, keys: Keys | None = None
) -> FirstLevel:
    """What sentences' own words say: the first of the two levels."""
    keys = keys or Keys()
    sentences = [sentence for example in examples for sentence in example.sentences]
    given = np.concatenate([example.given for example in examples])
    known = np.concatenate([example.known for example in examples])
    features = known_features(sentences, keys, parameters.reading)
    vectors = np.concatenate([example.vectors for example in examples])
    rows = sparse.hstack([_sparse(features, sentences, keys), vectors], format="csr")
    weights, bias = _regressions(rows, given, known, parameters)
    count = len(features.numbers)
    return FirstLevel(Linear(features, weights[:count], bias), weights[count:])


def _sparse(features: Features, sentences: Sequence[Words], keys: Keys) -> sparse.csr_matrix:
    values, columns, starts = matrix(features, sentences, keys)
    shape = (len(sentences), len(features.numbers))
    rows = sparse.csr_matrix((np.array(values), columns, starts), shape=shape)
    rows.sum_duplicates()
    return rows


def _regressions(
    rows: Any, given: Booleans, known: Booleans, parameters: Parameters
) -> tuple[Floats, Floats]:
    """A regression a theme: weights (a row a feature) and bias."""
    weights = np.zeros((rows.shape[1], given.shape[1]), dtype=np.float32)
    bias = np.full(given.shape[1], NEVER, dtype=np.float32)
    for theme in range(given.shape[1]):
        judged = np.flatnonzero(known[:, theme])
        answers = given[judged, theme]
        if rows.shape[1] and 0 < np.count_nonzero(answers) < len(answers):
            # its dual form, ten times as fast where there are more features than sentences
            model = LogisticRegression(
                C=parameters.words_c, solver="liblinear", dual=True, random_state=parameters.seed
            )
            model.fit(rows[judged], answers)
            weights[:, theme], bias[theme] = model.coef_[0], model.intercept_[0]
    return weights, bias
