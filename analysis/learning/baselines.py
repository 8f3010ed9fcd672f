"""What the judge is compared with: cues alone, words alone, and the most frequent theme."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from analysis.codebook import Codebook
from analysis.learning.combination import best_threshold, probabilities
from analysis.learning.evaluation import Judged
from analysis.learning.first_level import first_level
from analysis.learning.linear import Floats
from analysis.learning.passages import Example, Parameters
from analysis.learning.validation import Held, folds


def baselines(
    examples: Sequence[Example], themes: Sequence[str], codebook: Codebook, parameters: Parameters
) -> Iterator[tuple[str, list[Judged]]]:
    """Each point of comparison, with what it says of testimonies that it never saw."""
    cues = [Held(each, each.cues, _all(themes, codebook.threshold)) for each in examples]
    yield "Indices de la grille seuls", _judged(cues, themes)
    words: list[Held] = []
    majority: list[Held] = []
    for learn, rest in folds(examples, parameters):
        learnt = [examples[each] for each in learn]
        linear, least = _words_alone(learnt, parameters)
        frequent = np.argmax(np.concatenate([each.given for each in learnt]).sum(axis=0))
        for each in rest:
            example = examples[each]
            words.append(Held(example, linear(example), _all(themes, least)))
            row = (np.arange(len(themes)) == frequent).astype(np.float32)
            always: Floats = np.tile(row, (len(example.given), 1))
            majority.append(Held(example, always, _all(themes, 0.5)))
    yield "TF-IDF et régression logistique", _judged(words, themes)
    yield "Toujours le thème le plus fréquent", _judged(majority, themes)


def _words_alone(
    examples: Sequence[Example], parameters: Parameters
) -> tuple[Callable[[Example], Floats], float]:
    """The first level learnt on four fifths, its threshold chosen on the last fifth."""
    learn, rest = next(iter(folds(examples, parameters)))
    level = first_level([examples[each] for each in learn], parameters)

    def scores(example: Example) -> Floats:
        return probabilities(level.logits(example.sentences, example.vectors))

    apart = [examples[each] for each in rest]
    given = np.concatenate([each.given for each in apart])
    return scores, best_threshold(given, np.concatenate([scores(each) for each in apart]))


def _all(themes: Sequence[str], threshold: float) -> Floats:
    return np.full(len(themes), threshold, dtype=np.float32)


def _judged(passages: Sequence[Held], themes: Sequence[str]) -> list[Judged]:
    return [judged for held in passages for judged in held.judged(themes)]
