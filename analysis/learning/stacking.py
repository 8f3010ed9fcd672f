"""Learning the second level, from what the first says of testimonies kept out of its learning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.linear_model import LogisticRegression

from analysis.learning.asking import Wordings, ways
from analysis.learning.combination import COLUMNS, Combination, best_threshold, columns_of
from analysis.learning.linear import Floats
from analysis.learning.passages import NEVER, Booleans, Example, Parameters, joined
from analysis.learning.setting import Setting

_CONSTANT = 1e-4  # a column that varies less says nothing, and its weight would know no bounds


@dataclass
class _Rows:
    """What a combination learns from: the columns of passages, and their themes."""

    columns: list[Floats] = field(default_factory=list)
    given: list[Booleans] = field(default_factory=list)
    known: list[Booleans] = field(default_factory=list)

    def add(self, columns: Floats, given: Booleans, known: Booleans) -> None:
        self.columns.append(columns)
        self.given.append(given)
        self.known.append(known)

    def fitted(self, parameters: Parameters) -> Combination:
        given, known = np.concatenate(self.given), np.concatenate(self.known)
        return _combination(np.concatenate(self.columns), given, known, parameters)


def combinations(
    examples: Sequence[Example],
    logits: Sequence[Floats],
    setting: Setting,
    wordings: Wordings,
    parameters: Parameters,
) -> tuple[Combination, Combination, Combination]:
    """The combinations: for answers whose question is known, for others, for lone sentences."""
    asked, unasked, alone = _Rows(), _Rows(), _Rows()
    for number, (example, found) in enumerate(zip(examples, logits, strict=True)):
        asking = ways(example.question, wordings)
        plain = setting.logits(None, example.audience)
        told = setting.logits(asking[number % len(asking)], example.audience) if asking else plain
        if asking:
            asked.add(columns_of(found, example.cues, told), example.given, example.known)
        unasked.add(columns_of(found, example.cues, plain), example.given, example.known)
        for each in range(len(found)):
            here = slice(each, each + 1)
            row = told if each % 2 else plain
            columns = columns_of(found[here], example.cues[here], row)
            alone.add(columns, example.given[here], example.known[here])
    for whole, found in _whole(examples, logits):
        row = setting.logits(None, whole.audience)
        unasked.add(columns_of(found, whole.cues, row), whole.given, whole.known)
    plainly = unasked.fitted(parameters)
    return asked.fitted(parameters) if asked.given else plainly, plainly, alone.fitted(parameters)


def _whole(
    examples: Sequence[Example], logits: Sequence[Floats]
) -> Iterable[tuple[Example, Floats]]:
    """Each testimony of several answers as one passage, as some bring them."""
    by_testimony: dict[str, list[int]] = {}
    for index, example in enumerate(examples):
        by_testimony.setdefault(example.testimony, []).append(index)
    for indices in by_testimony.values():
        if len(indices) > 1:
            together = joined([examples[each] for each in indices])
            yield together, np.concatenate([logits[each] for each in indices])


def _combination(
    columns: Floats, given: Booleans, known: Booleans, parameters: Parameters
) -> Combination:
    themes = given.shape[1]
    weights = np.zeros((themes, COLUMNS), dtype=np.float32)
    bias = np.full(themes, NEVER, dtype=np.float32)
    for theme in range(themes):
        judged = known[:, theme]
        answers = given[judged, theme]
        if 1 < np.count_nonzero(answers) < len(answers):
            weights[theme], bias[theme] = _standardised(columns[judged, theme], answers, parameters)
    plain = Combination(weights, bias, np.zeros(themes, dtype=np.float32))
    threshold = best_threshold(given[known], plain.scores(columns)[known])
    return Combination(weights, bias, np.full(themes, threshold, dtype=np.float32))


def _standardised(
    columns: Floats, given: Booleans, parameters: Parameters
) -> tuple[Floats, np.float32]:
    """A regression on columns brought to the same scale, as weights for columns as they are."""
    exact = columns.astype(np.float64)
    mean, scale = exact.mean(axis=0), exact.std(axis=0)
    scale[scale < _CONSTANT] = 1
    model = LogisticRegression(C=parameters.combination_c, max_iter=500)
    model.fit((exact - mean) / scale, given)
    weights = (model.coef_[0] / scale).astype(np.float32)
    return weights, np.float32(model.intercept_[0] - weights @ mean)
