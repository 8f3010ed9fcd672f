"""Learning what a question and a profile tell, over every way in which they may be said."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from analysis.components.keys import Keys
from analysis.learning.linear import Floats
from analysis.learning.passages import NEVER, Example, Parameters
from analysis.learning.setting import Setting, features_of

Wordings = Mapping[str, Sequence[str]]  # by question, other ways to ask it


def setting_of(
    examples: Sequence[Example], wordings: Wordings, parameters: Parameters, keys: Keys
) -> Setting:
    """Learns from each sentence under each of the ways to ask and to say who answers."""
    settings: dict[tuple[str | None, str | None], Floats] = {}
    for example in examples:
        yes = example.given & example.known
        no = example.known & ~example.given
        share = np.array([yes.sum(axis=0), no.sum(axis=0)], dtype=np.float32)
        for question in (None, *ways(example.question, wordings)):
            for audience in dict.fromkeys((example.audience, None)):
                settings[question, audience] = settings.get((question, audience), 0) + share
    found = [(features_of(*setting, keys), share) for setting, share in settings.items()]
    numbers = {
        name: number
        for number, name in enumerate(sorted({each for names, _ in found for each in names}))
    }
    columns = [[numbers[each] for each in names] for names, _ in found]
    values = [
        value for names in columns for value in [1 / np.sqrt(max(len(names), 1))] * len(names)
    ]
    starts = np.cumsum([0, *map(len, columns)])
    flat = [column for names in columns for column in names]
    rows = sparse.csr_matrix((values, flat, starts), shape=(len(found), len(numbers)))
    counts = np.array([share for _, share in found])
    weights, bias = _shares(rows, counts, parameters)
    return Setting(numbers, weights, bias)


def _shares(rows: Any, counts: Floats, parameters: Parameters) -> tuple[Floats, Floats]:
    """Regressions on shares: each row counts as so many sentences with the theme, so many not.

    *counts*: settings × (yes, no) × themes.
    """
    themes = counts.shape[2]
    weights = np.zeros((rows.shape[1], themes), dtype=np.float32)
    bias = np.full(themes, NEVER, dtype=np.float32)
    doubled = sparse.vstack([rows, rows]).tocsr()
    answers = np.repeat([True, False], rows.shape[0])
    for theme in range(themes):
        yes, no = counts[:, 0, theme], counts[:, 1, theme]
        if rows.shape[1] and yes.sum():
            model = LogisticRegression(
                C=parameters.setting_c, solver="liblinear", random_state=parameters.seed
            )
            model.fit(doubled, answers, sample_weight=np.concatenate([yes, no]) / 10)
            weights[:, theme], bias[theme] = model.coef_[0], model.intercept_[0]
    return weights, bias


def ways(question: str | None, wordings: Wordings) -> list[str]:
    """The ways in which *question* may be asked, its key first; none when it is unknown."""
    return [question, *wordings.get(question, [])] if question else []
