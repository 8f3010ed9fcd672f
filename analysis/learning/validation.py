"""Cross-validation by testimony: what a pipeline would say of testimonies it never saw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold

from analysis.learning.evaluation import Judged
from analysis.learning.judge import Judge
from analysis.learning.linear import Floats
from analysis.learning.training import Example, Parameters


@dataclass(frozen=True, slots=True)
class Held:
    """A passage of a fold kept apart, with the scores and thresholds it was judged by."""

    example: Example
    scores: Floats
    thresholds: Floats

    def judged(self, themes: Sequence[str]) -> Iterator[Judged]:
        """Its sentences, as ``evaluation`` counts them."""
        for given, scores in zip(self.example.given, self.scores, strict=True):
            yield Judged(
                self.example.testimony,
                frozenset(theme for theme, here in zip(themes, given, strict=True) if here),
                frozenset(
                    theme
                    for theme, score, least in zip(themes, scores, self.thresholds, strict=True)
                    if score >= least
                ),
                dict(zip(themes, map(float, scores), strict=True)),
            )


def judged_by(judge: Judge, example: Example, question: str | None, audience: str | None) -> Held:
    """*example* judged by *judge*, which is told this question and this profile."""
    logits = judge.level.logits(example.sentences, example.vectors)
    verdict = judge.weigh(logits, example.cues, question, audience)
    return Held(example, verdict.scores, verdict.thresholds)


def folds(
    examples: Sequence[Example], parameters: Parameters
) -> Iterator[tuple[list[int], list[int]]]:
    """The passages to learn from and those to judge, by testimony, other folds than learning's."""
    testimonies = [example.testimony for example in examples]
    splitter = GroupKFold(parameters.folds, shuffle=True, random_state=parameters.seed + 100)
    for learn, rest in splitter.split(testimonies, groups=testimonies):
        yield learn.tolist(), rest.tolist()


def part(examples: list[Example], share: float, seed: int) -> list[Example]:
    """The answers of a *share* of the testimonies, drawn by *seed*."""
    testimonies = sorted({example.testimony for example in examples})
    order = np.random.default_rng(seed).permutation(len(testimonies))
    kept = {testimonies[each] for each in order[: round(len(testimonies) * share)]}
    return [example for example in examples if example.testimony in kept]
