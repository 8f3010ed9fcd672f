"""How far suggestions agree with what people labelled: per theme, over all, with intervals.

Precision, recall and F1 as usual (van Rijsbergen, *Information Retrieval*, 1979), counted over
pairs of a sentence and a theme. Intervals: percentile bootstrap over testimonies, which are what
was drawn (Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 13).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.labelled import Answer
from analysis.suggestions import Suggestion

_DRAWS, _SEED = 1000, 20
_BINS = 10

Themes = frozenset[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence: what a person gave, what was suggested and how strongly, of which testimony."""

    testimony: str
    given: Themes
    suggested: Themes
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and F1, shares between 0 and 1, and how often the theme was given."""

    precision: float
    recall: float
    f1: float
    given: int
    suggested: int


def judged(answer: Answer, suggestions: Iterable[Suggestion]) -> Iterator[Judged]:
    """Each labelled sentence of *answer*, with the suggestions that fall on it.

    A suggestion falls on each sentence of which it covers half; if there is none, on the one of
    which it covers most: the pipeline may end a sentence elsewhere than the person who labelled.
    What nobody judged is no mistake: it is left out.
    """
    on: list[dict[str, float]] = [{} for _ in answer.sentences]
    for suggestion in suggestions:
        shares = [
            (min(suggestion.end, each.end) - max(suggestion.start, each.start))
            / (each.end - each.start)
            for each in answer.sentences
        ]
        best = max(range(len(shares)), key=shares.__getitem__, default=None)
        for index, share in enumerate(shares):
            if share >= 0.5 or (index == best and share > 0):
                here = on[index]
                here[suggestion.theme] = max(here.get(suggestion.theme, 0.0), suggestion.score)
    for sentence, scores in zip(answer.sentences, on, strict=True):
        if sentence.judged is not None:
            scores = {theme: scores[theme] for theme in scores if theme in sentence.judged}
        yield Judged(answer.testimony, sentence.themes, frozenset(scores), scores)


def per_theme(sentences: Sequence[Judged], themes: Sequence[str]) -> dict[str, Figures]:
    """The figures of each of *themes*."""
    return {
        theme: _figures(
            sum(theme in each.given and theme in each.suggested for each in sentences),
            sum(theme in each.suggested for each in sentences),
            sum(theme in each.given for each in sentences),
        )
        for theme in themes
    }


def micro(sentences: Sequence[Judged]) -> Figures:
    """The figures over all pairs of a sentence and a theme."""
    return _figures(
        sum(len(each.given & each.suggested) for each in sentences),
        sum(len(each.suggested) for each in sentences),
        sum(len(each.given) for each in sentences),
    )


def macro_f1(figures: Mapping[str, Figures]) -> float:
    """The mean of the themes' F1, themes that nobody gave left out."""
    known = [each.f1 for each in figures.values() if each.given]
    return sum(known) / len(known) if known else 0.0


def _figures(right: int, suggested: int, given: int) -> Figures:
    precision = right / suggested if suggested else 0.0
    recall = right / given if given else 0.0
    f1 = 2 * right / (suggested + given) if suggested + given else 0.0
    return Figures(precision, recall, f1, given, suggested)


def interval(sentences: Sequence[Judged], share: float = 0.95) -> tuple[float, float]:
    """The bootstrap interval of micro-F1 over testimonies, which holds it with this *share*."""
    counts: dict[str, list[int]] = {}
    for each in sentences:
        row = counts.setdefault(each.testimony, [0, 0])
        row[0] += len(each.given & each.suggested)
        row[1] += len(each.given) + len(each.suggested)
    table = np.array(list(counts.values()), dtype=float).reshape(-1, 2)
    draws = np.random.default_rng(_SEED).integers(0, len(table), (_DRAWS, len(table)))
    sums = table[draws].sum(axis=1)
    values = 2 * sums[:, 0] / np.maximum(sums[:, 1], 1)
    low, high = np.quantile(values, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def calibration(
    given: NDArray[np.bool_], scores: NDArray[np.float64]
) -> list[tuple[float, float, int]]:
    """The mean score, the share of right ones and the count of each tenth of the scale."""
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    return [
        (float(scores[bins == each].mean()), float(given[bins == each].mean()), int(held))
        for each in range(_BINS)
        if (held := np.count_nonzero(bins == each))
    ]


def confusions(sentences: Iterable[Judged], most: int = 10) -> list[tuple[str, str, int]]:
    """The pairs most often taken one for the other: given, suggested in its place, how often."""
    pairs = Counter(
        (given, suggested)
        for each in sentences
        for given in each.given - each.suggested
        for suggested in each.suggested - each.given
    )
    ordered = sorted(pairs.items(), key=lambda one: (-one[1], one[0]))
    return [(given, suggested, count) for (given, suggested), count in ordered[:most]]
