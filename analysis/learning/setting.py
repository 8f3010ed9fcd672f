"""What an answer may speak of before one has read it: by what was asked, and of whom.

A logistic regression a theme over the words of the question (its key as well as its wordings) and
the profile of who answers.
"""

import re
from collections.abc import Iterator

import numpy as np

from analysis.components.keys import Keys
from analysis.learning.linear import Floats

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 2_000  # characters of a question that are read


def features_of(question: str | None, audience: str | None, keys: Keys) -> list[str]:
    """The features of a setting, each once, in order; none when nothing is known."""
    return list(dict.fromkeys(_features(question, audience, keys)))


def _features(question: str | None, audience: str | None, keys: Keys) -> Iterator[str]:
    profile = " ".join((audience or "").lower().split())[:40]
    who = f"@{profile}" if profile else ""
    if who:
        yield who
    for word in _WORD.findall((question or "")[:_LONGEST]):
        for key in keys.of(word[:40]):
            yield key
            if who:
                yield f"{who} {key}"


class Setting:
    """Says for a question and a profile the log-odds of each theme."""

    def __init__(self, numbers: dict[str, int], weights: Floats, bias: Floats) -> None:
        self.numbers, self.weights, self.bias = numbers, weights, bias
        self._keys = Keys()
        self._remembered: dict[tuple[str | None, str | None], Floats] = {}

    def knows(self, question: str | None) -> bool:
        """Whether any word of *question* was met in training."""
        return any(each in self.numbers for each in features_of(question, None, self._keys))

    def logits(self, question: str | None, audience: str | None) -> Floats:
        """The log-odds of each theme, one row."""
        known = self._remembered.get((question, audience))
        if known is None:
            if len(self._remembered) > 1_000:  # a call has dozens of questions
                self._remembered.clear()
            known = self._remembered[question, audience] = self._computed(question, audience)
        return known

    def _computed(self, question: str | None, audience: str | None) -> Floats:
        features = features_of(question, audience, self._keys)
        rows = [self.numbers[each] for each in features if each in self.numbers]
        if not rows:
            return self.bias
        logits: Floats = self.bias + self.weights[rows].sum(axis=0) / np.float32(len(rows) ** 0.5)
        return logits
