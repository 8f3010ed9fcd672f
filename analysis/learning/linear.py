"""One logistic regression a theme over what sentences' words give, TF-IDF weighted.

Weights: Salton & Buckley, *Term-weighting approaches in automatic text retrieval*, 1988, with the
smoothed idf of scikit-learn; each block (keys and their pairs; parts of words) has the length 1. A
sentence's distinct words count once, and a block's length is reckoned word by word, so that both a
sentence's features and its length are sums over its words: what a word adds to each theme is
computed once and remembered, and says which words weighed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.components.keys import Keys
from analysis.learning.words import Words, keys_of, parts_of

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of words: sizes of their parts, and in how many sentences a feature must be."""

    shortest_part: int = 3
    longest_part: int = 5
    least_keys: int = 2
    least_parts: int = 3


@dataclass(frozen=True, slots=True)
class Features:
    """The features that a training knew: their numbers, and their idf."""

    reading: Reading
    numbers: dict[str, int]
    idf: Floats

    def of_word(self, word: str, keys: Keys) -> tuple[list[int], list[int]]:
        """The numbers of what *word* gives: of its keys, and of its parts."""
        reading, numbers = self.reading, self.numbers
        parts = parts_of(word, reading.shortest_part, reading.longest_part)
        return (
            [numbers[each] for each in keys_of(word, keys) if each in numbers],
            [numbers[each] for each in parts if each in numbers],
        )

    def of_pairs(self, sentence: Words) -> list[int]:
        """The numbers of the pairs of *sentence*, each once."""
        found = dict.fromkeys(sentence.pairs())
        return [self.numbers[each] for each in found if each in self.numbers]


def known_features(sentences: Sequence[Words], keys: Keys, reading: Reading) -> Features:
    """The features that are in enough of *sentences*, in alphabetical order."""
    of_keys: Counter[str] = Counter()
    of_parts: Counter[str] = Counter()
    for sentence in sentences:
        of_keys.update({*sentence.keys, *sentence.pairs()})
        of_parts.update(
            {
                part
                for word in sentence.words
                for part in parts_of(word, reading.shortest_part, reading.longest_part)
            }
        )
    kept = {each: n for each, n in of_keys.items() if n >= reading.least_keys}
    kept |= {each: n for each, n in of_parts.items() if n >= reading.least_parts}
    names = sorted(kept)
    counts = np.array([kept[name] for name in names], dtype=np.float64)
    idf = np.log((1 + len(sentences)) / (1 + counts)) + 1
    return Features(
        reading, {name: number for number, name in enumerate(names)}, idf.astype(np.float32)
    )


def matrix(
    features: Features, sentences: Iterable[Words], keys: Keys
) -> tuple[list[float], list[int], list[int]]:
    """The sentences as rows of a sparse matrix: values, columns, and where each row begins."""
    remembered: dict[str, tuple[list[int], list[int]]] = {}
    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for sentence in sentences:
        blocks: tuple[list[int], list[int]] = (features.of_pairs(sentence), [])
        for word in dict.fromkeys(sentence.words):
            if word not in remembered:
                remembered[word] = features.of_word(word, keys)
            for block, numbers in zip(blocks, remembered[word], strict=True):
                block.extend(numbers)
        for block in blocks:
            weights = features.idf[block]
            length = float(np.sqrt((weights**2).sum())) or 1.0
            values.extend((weights / length).tolist())
            columns.extend(block)
        starts.append(len(columns))
    return values, columns, starts


class Linear:
    """Says for each sentence, theme by theme, the log-odds that it speaks of it.

    ``weights``: a row a feature, a column a theme.
    """

    _LIMIT = 20_000  # words remembered: a ceiling for a worker that lives for months

    def __init__(self, features: Features, weights: Floats, bias: Floats) -> None:
        self.features, self.weights, self.bias = features, weights, bias
        self._keys = Keys()
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[str, int] = {}
        themes = len(self.bias)
        self._table = np.zeros((256, 2 * themes + 2), dtype=np.float32)

    def logits(self, sentences: Sequence[Words]) -> Floats:
        """The log-odds: a row a sentence, a column a theme.

        Reckoned for all the sentences together: what is added up in one of them, and in which
        order, does not depend on the others.
        """
        themes = len(self.bias)
        words = [list(dict.fromkeys(sentence.words)) for sentence in sentences]
        rows = self._rows_of(words)
        summed = _summed(self._table, rows)
        pairs = [self.features.of_pairs(sentence) for sentence in sentences]
        if any(pairs):
            flat = [number for numbers in pairs for number in numbers]
            idf = self.features.idf[flat][:, np.newaxis]
            weighted = np.concatenate([idf * self.weights[flat], idf**2], axis=1)
            places = iter(range(len(flat)))
            added = _summed(weighted, [[next(places) for _ in numbers] for numbers in pairs])
            summed[:, :themes] += added[:, :-1]
            summed[:, -2] += added[:, -1]
        lengths: Floats = np.sqrt(summed[:, -2:])
        lengths[lengths == 0] = 1
        by_keys, by_parts = summed[:, :themes], summed[:, themes:-2]
        odds: Floats = self.bias + by_keys / lengths[:, :1] + by_parts / lengths[:, 1:]
        return odds

    def contributions(self, sentence: Words, theme: int) -> Iterator[tuple[str, float]]:
        """What each distinct word of *sentence* adds to the log-odds of *theme*, pairs left out."""
        words, added = self.shares(sentence)
        return zip(words, added[:, theme].tolist(), strict=True)

    def shares(self, sentence: Words) -> tuple[list[str], Floats]:
        """The distinct words of *sentence*, and what each adds to the log-odds of each theme, pairs
        left out: a row a word, a column a theme.
        """
        themes = len(self.bias)
        words = list(dict.fromkeys(sentence.words))
        (rows,) = self._rows_of([words])
        table = self._table[rows]
        pairs = self.features.of_pairs(sentence)
        squares = table[:, -2:].sum(axis=0)
        squares[0] += (self.features.idf[pairs] ** 2).sum()
        lengths = np.sqrt(squares)
        lengths[lengths == 0] = 1
        added: Floats = table[:, :themes] / lengths[0] + table[:, themes:-2] / lengths[1]
        return words, added

    def _rows_of(self, sentences: Sequence[Sequence[str]]) -> list[list[int]]:
        """The rows of the table that the words of each sentence have."""
        if len(self._rows) + sum(map(len, sentences)) > self._LIMIT:
            self._forget()
        known = self._rows
        return [
            [known[word] if word in known else self._learn(word) for word in words]
            for words in sentences
        ]

    def _learn(self, word: str) -> int:
        row = self._rows[word] = len(self._rows)
        if row == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[row] = self._computed(word)
        return row

    def _computed(self, word: str) -> Floats:
        blocks = self.features.of_word(word, self._keys)
        added = [self.features.idf[block] @ self.weights[block] for block in blocks]
        squares = [(self.features.idf[block] ** 2).sum(keepdims=True) for block in blocks]
        return np.concatenate([*added, *squares])


def _summed(table: Floats, rows: Sequence[Sequence[int]]) -> Floats:
    """For each list of *rows*, the sum of these rows of *table*; zeros for an empty one."""
    sums = np.zeros((len(rows), table.shape[1]), dtype=np.float32)
    full = [index for index, some in enumerate(rows) if some]
    if full:
        flat = [row for some in rows for row in some]
        starts = np.cumsum([0, *(len(rows[index]) for index in full[:-1])])
        sums[full] = np.add.reduceat(table[flat], starts, axis=0)
    return sums
