"""One score from all that speaks for a theme: stacked generalisation (Wolpert, 1992).

What is weighed for each sentence and theme: its own words (``linear``), the codebook's cues in it,
the same of the sentences around it and of the whole passage, and what was asked of whom
(``setting``). The weights of each theme are a logistic regression, fitted on what the first level
said of testimonies that it had not learnt from, so that its output is a probability.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.learning.linear import Floats

NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_CLOSE = (-1, 1)
_ABSENT = np.float32(-4.0)  # log-odds of a sentence that is not there
WORDS, CUES = 0, 1  # the columns that a sentence owes to itself
COLUMNS = 2 + len(NEIGHBOURS) + len(_CLOSE) + 4


@dataclass(frozen=True, slots=True)
class Combination:
    """Weights for an answer whose question is known, or not.

    ``weights``: a row a theme, ``COLUMNS`` columns; ``bias``: one a theme; ``thresholds``: the
    least probability at which each theme is suggested.
    """

    weights: Floats
    bias: Floats
    thresholds: Floats

    def terms(self, columns: Floats) -> Floats:
        """What each column adds to the log-odds: sentences × themes × columns."""
        return columns * self.weights

    def scores(self, columns: Floats) -> Floats:
        """The probabilities, a row a sentence, a column a theme."""
        return self.scores_of(self.terms(columns))

    def scores_of(self, terms: Floats) -> Floats:
        """The probabilities that *terms* add up to."""
        return probabilities(self.bias + terms.sum(axis=2))


def probabilities(odds: Floats) -> Floats:
    """Log-odds as probabilities; those beyond what a float can hold are nearly 0 or 1."""
    bounded = np.clip(odds, -80, 80)
    return (1 / (1 + np.exp(-bounded))).astype(np.float32)


def columns_of(logits: Floats, cues: Floats, setting: Floats) -> Floats:
    """What is weighed in a passage: sentences × themes × ``COLUMNS``.

    *logits*, *cues*: a row a sentence, a column a theme. *setting*: one row.
    """
    if not len(logits):
        return np.zeros((*logits.shape, COLUMNS), dtype=np.float32)
    # column by column into their place: most passages are so short that every call counts
    columns = np.empty((COLUMNS, *logits.shape), dtype=np.float32)
    columns[WORDS], columns[CUES] = logits, cues
    neighbours = columns[2 : 2 + len(NEIGHBOURS)]
    close = columns[2 + len(NEIGHBOURS) :]
    neighbours[:] = _ABSENT
    for place, by in enumerate(NEIGHBOURS):
        _shift(logits, by, neighbours[place])
    close[: len(_CLOSE)] = 0
    for place, by in enumerate(_CLOSE):
        _shift(cues, by, close[place])
    columns[-4] = logits.mean(axis=0)
    columns[-3] = logits.max(axis=0)
    columns[-2] = cues.mean(axis=0)
    columns[-1] = setting
    return columns.transpose(1, 2, 0)


def _shift(rows: Floats, by: int, shifted: Floats) -> None:
    """Write into *shifted* the row *by* places after each of *rows*, where there is one."""
    if by > 0:
        shifted[:-by] = rows[by:]
    else:
        shifted[-by:] = rows[:by]


def best_threshold(given: NDArray[np.bool_], scores: Floats) -> float:
    """The threshold, a multiple of 0.01, that gives the best micro-F1: of equals, the middle."""
    qualities = {each / 100: _f1(given, scores >= each / 100) for each in range(5, 65)}
    highest = max(qualities.values())
    best = [least for least, f1 in qualities.items() if f1 == highest]
    return best[len(best) // 2]


def _f1(given: NDArray[np.bool_], suggested: NDArray[np.bool_]) -> float:
    both, either = int((given & suggested).sum()), int(given.sum()) + int(suggested.sum())
    return 2 * both / max(either, 1)
