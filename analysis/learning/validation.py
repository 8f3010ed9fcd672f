"""Cross-validation by testimony: what a pipeline would say of testimonies it never saw."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.learning.evaluation import Judged
from analysis.learning.judge import Judge
from analysis.learning.linear import Floats
from analysis.learning.passages import Example, Parameters
from analysis.learning.training import folds_of


@dataclass(frozen=True, slots=True)
class Held:
    """A passage of a fold kept apart, with the scores and thresholds it was judged by."""

    example: Example
    scores: Floats
    thresholds: Floats

    def judged(self, themes: Sequence[str]) -> Iterator[Judged]:
        """Its sentences, as ``evaluation`` counts them: what nobody judged is left out."""
        example = self.example
        for given, known, scores in zip(example.given, example.known, self.scores, strict=True):
            yield Judged(
                example.testimony,
                _chosen(themes, given & known),
                _chosen(themes, (scores >= self.thresholds) & known),
                {
                    theme: float(score)
                    for theme, score, told in zip(themes, scores, known, strict=True)
                    if told
                },
            )


def _chosen(themes: Sequence[str], chosen: Iterable[np.bool_]) -> frozenset[str]:
    return frozenset(theme for theme, here in zip(themes, chosen, strict=True) if here)


def judged_by(judge: Judge, example: Example, question: str | None, audience: str | None) -> Held:
    """*example* judged by *judge*, which is told this question and this profile."""
    logits = judge.level.logits(example.sentences, example.vectors)
    verdict = judge.weigh(logits, example.cues, question, audience)
    return Held(example, verdict.scores, verdict.thresholds)


def folds(
    examples: Sequence[Example], parameters: Parameters
) -> Iterable[tuple[list[int], list[int]]]:
    """The passages to learn from and those to judge, by testimony, other folds than learning's."""
    return folds_of(examples, parameters, parameters.seed + 100)


def part(examples: list[Example], share: float, seed: int) -> list[Example]:
    """The answers of a *share* of the testimonies, drawn by *seed*."""
    testimonies = sorted({example.testimony for example in examples})
    order = np.random.default_rng(seed).permutation(len(testimonies))
    kept = {testimonies[each] for each in order[: round(len(testimonies) * share)]}
    return [example for example in examples if example.testimony in kept]
