"""Learning a judge from labelled answers, with scikit-learn; every parameter is in a config.

Two levels (``linear``, ``combination``). The second learns from what the first says of testimonies
kept out of its learning, fold by fold; then the first learns from all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from analysis.components.keys import Keys
from analysis.learning.combination import COLUMNS, Combination, best_threshold, columns_of
from analysis.learning.judge import FirstLevel, Judge
from analysis.learning.linear import Features, Floats, Linear, Reading, known_features, matrix
from analysis.learning.setting import Setting, features_of
from analysis.learning.words import Words

Booleans = NDArray[np.bool_]
Progress = Callable[[float], None]  # is told the share that is done, from 0 to 1

_NEVER = -9.0  # log-odds of a theme of which there is no example


@dataclass(frozen=True, slots=True)
class Example:
    """A passage to learn from: a row a sentence in the tables, a column a theme.

    ``known``: where somebody said yes or no; what nobody judged teaches nothing either way.
    ``vectors``: a trained model's, without any column when there is none.
    """

    testimony: str
    question: str | None
    audience: str | None
    sentences: tuple[Words, ...]
    cues: Floats
    given: Booleans
    known: Booleans
    vectors: Floats


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the learning may be told. Regularisation is scikit-learn's C: small is strong."""

    reading: Reading = field(default_factory=Reading)
    words_c: float = 3.0
    setting_c: float = 1.0
    combination_c: float = 0.3
    folds: int = 5
    seed: int = 1


def train(
    examples: Sequence[Example],
    themes: Sequence[str],
    wordings: dict[str, list[str]],
    parameters: Parameters,
    version: str,
    progress: Progress = lambda share: None,
) -> Judge:
    """A judge of *themes* that has learnt from *examples*.

    *wordings*: other ways to ask each question, by its key. Raises ``ValueError`` when there are
    fewer testimonies than folds.
    """
    keys = Keys()
    folds = list(_folds(examples, parameters))
    setting = _setting(examples, wordings, parameters, keys)
    logits: list[Floats] = [np.zeros(example.given.shape, np.float32) for example in examples]
    for step, (learn, rest) in enumerate(folds, 1):
        level = _first_level([examples[each] for each in learn], parameters, keys)
        for each in rest:
            logits[each] = level.logits(examples[each].sentences, examples[each].vectors)
        progress(step / (len(folds) + 2))
    asked, unasked, alone = _combinations(examples, logits, setting, wordings, parameters)
    progress((len(folds) + 1) / (len(folds) + 2))
    level = _first_level(examples, parameters, keys)
    progress(1.0)
    return Judge(tuple(themes), version, level, setting, asked, unasked, alone)


def _folds(
    examples: Sequence[Example], parameters: Parameters
) -> Iterable[tuple[list[int], list[int]]]:
    testimonies = [example.testimony for example in examples]
    if len(set(testimonies)) < parameters.folds:
        raise ValueError(f"il faut au moins {parameters.folds} témoignages pour apprendre.")
    splitter = GroupKFold(parameters.folds, shuffle=True, random_state=parameters.seed)
    for learn, rest in splitter.split(testimonies, groups=testimonies):
        yield learn.tolist(), rest.tolist()


def first_level(examples: Sequence[Example], parameters: Parameters) -> FirstLevel:
    """What sentences' own words say: the first of the two levels."""
    return _first_level(examples, parameters, Keys())


def _first_level(examples: Sequence[Example], parameters: Parameters, keys: Keys) -> FirstLevel:
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
    bias = np.full(given.shape[1], _NEVER, dtype=np.float32)
    for theme in range(given.shape[1]):
        judged = np.flatnonzero(known[:, theme])
        answers = given[judged, theme]
        if 0 < np.count_nonzero(answers) < len(answers):
            # its dual form, ten times as fast where there are more features than sentences
            model = LogisticRegression(
                C=parameters.words_c, solver="liblinear", dual=True, random_state=parameters.seed
            )
            model.fit(rows[judged], answers)
            weights[:, theme], bias[theme] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _setting(
    examples: Sequence[Example],
    wordings: dict[str, list[str]],
    parameters: Parameters,
    keys: Keys,
) -> Setting:
    """Learns from each sentence under each of the ways to ask and to say who answers."""
    settings: dict[tuple[str | None, str | None], Floats] = {}
    for example in examples:
        yes = example.given & example.known
        no = example.known & ~example.given
        share = np.array([yes.sum(axis=0), no.sum(axis=0)], dtype=np.float32)
        for question in (None, *_ways(example.question, wordings)):
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
    bias = np.full(themes, _NEVER, dtype=np.float32)
    doubled = sparse.vstack([rows, rows]).tocsr()
    answers = np.repeat([True, False], rows.shape[0])
    for theme in range(themes):
        yes, no = counts[:, 0, theme], counts[:, 1, theme]
        if yes.sum():
            model = LogisticRegression(
                C=parameters.setting_c, solver="liblinear", random_state=parameters.seed
            )
            model.fit(doubled, answers, sample_weight=np.concatenate([yes, no]) / 10)
            weights[:, theme], bias[theme] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _ways(question: str | None, wordings: dict[str, list[str]]) -> list[str]:
    return [question, *wordings.get(question, [])] if question else []


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


def _combinations(
    examples: Sequence[Example],
    logits: Sequence[Floats],
    setting: Setting,
    wordings: dict[str, list[str]],
    parameters: Parameters,
) -> tuple[Combination, Combination, Combination]:
    """The combinations: for answers whose question is known, for others, for lone sentences."""
    asked, unasked, alone = _Rows(), _Rows(), _Rows()
    for number, (example, found) in enumerate(zip(examples, logits, strict=True)):
        ways = _ways(example.question, wordings)
        plain = setting.logits(None, example.audience)
        told = setting.logits(ways[number % len(ways)], example.audience) if ways else plain
        if ways:
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


def joined(examples: Sequence[Example]) -> Example:
    """The answers of one testimony as one passage, of which nobody says what was asked."""
    return Example(
        examples[0].testimony,
        None,
        examples[0].audience,
        tuple(sentence for example in examples for sentence in example.sentences),
        np.concatenate([example.cues for example in examples]),
        np.concatenate([example.given for example in examples]),
        np.concatenate([example.known for example in examples]),
        np.concatenate([example.vectors for example in examples]),
    )


def _combination(
    columns: Floats, given: Booleans, known: Booleans, parameters: Parameters
) -> Combination:
    themes = given.shape[1]
    weights = np.zeros((themes, COLUMNS), dtype=np.float32)
    bias = np.full(themes, _NEVER, dtype=np.float32)
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
    mean, scale = columns.mean(axis=0), columns.std(axis=0)
    scale[scale == 0] = 1
    model = LogisticRegression(C=parameters.combination_c, max_iter=500)
    model.fit((columns - mean) / scale, given)
    weights = (model.coef_[0] / scale).astype(np.float32)
    return weights, np.float32(model.intercept_[0] - weights @ mean)
