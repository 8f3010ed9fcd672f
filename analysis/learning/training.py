"""Learning a judge from labelled answers, with scikit-learn; every parameter is in a config.

Two levels (``linear``, ``combination``). The second learns from what the first says of testimonies
kept out of its learning, fold by fold; then the first learns from all.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from sklearn.model_selection import GroupKFold

from analysis.components.keys import Keys
from analysis.corpus import CorpusError
from analysis.learning.asking import Wordings, setting_of
from analysis.learning.first_level import first_level
from analysis.learning.judge import Judge
from analysis.learning.linear import Floats
from analysis.learning.passages import Example, Parameters
from analysis.learning.stacking import combinations

Progress = Callable[[float], None]  # is told the share that is done, from 0 to 1


def train(
    examples: Sequence[Example],
    themes: Sequence[str],
    wordings: Wordings,
    parameters: Parameters,
    version: str,
    progress: Progress = lambda share: None,
) -> Judge:
    """A judge of *themes* that has learnt from *examples*.

    *wordings*: other ways to ask each question, by its key. Raises ``CorpusError`` when there
    are fewer testimonies than folds.
    """
    keys = Keys()
    folds = list(folds_of(examples, parameters, parameters.seed))
    setting = setting_of(examples, wordings, parameters, keys)
    logits: list[Floats] = [np.zeros(example.given.shape, np.float32) for example in examples]
    for step, (learn, rest) in enumerate(folds, 1):
        level = first_level([examples[each] for each in learn], parameters, keys)
        for each in rest:
            logits[each] = level.logits(examples[each].sentences, examples[each].vectors)
        progress(step / (len(folds) + 2))
    asked, unasked, alone = combinations(examples, logits, setting, wordings, parameters)
    progress((len(folds) + 1) / (len(folds) + 2))
    level = first_level(examples, parameters, keys)
    progress(1.0)
    return Judge(tuple(themes), version, level, setting, asked, unasked, alone)


def folds_of(
    examples: Sequence[Example], parameters: Parameters, seed: int
) -> Iterable[tuple[list[int], list[int]]]:
    """The passages to learn from and those kept apart, fold by fold; none parts a testimony.

    Raises ``CorpusError`` when there are fewer testimonies than folds.
    """
    testimonies = [example.testimony for example in examples]
    if len(set(testimonies)) < parameters.folds:
        raise CorpusError(f"il faut au moins {parameters.folds} témoignages pour apprendre.")
    splitter = GroupKFold(parameters.folds, shuffle=True, random_state=seed)
    for learn, rest in splitter.split(testimonies, groups=testimonies):
        yield learn.tolist(), rest.tolist()
