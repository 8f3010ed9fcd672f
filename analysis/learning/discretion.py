"""What may be remembered of people's own words: only what several of them wrote.

A pipeline that learnt from testimonies keeps words, pairs and parts of words. One that a single
person wrote could tell of them, and would stay after they took their testimony back.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from analysis.folding import fold
from analysis.learning.passages import Example
from analysis.learning.words import Words

LEAST = 3  # testimonies in which a word must be


def discreet(examples: Sequence[Example], testimonies: Collection[str]) -> list[Example]:
    """*examples*, those of *testimonies* without the words that fewer than LEAST of all have."""
    words: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    read: dict[str, tuple[set[str], set[str]]] = {}
    for example in examples:
        of_words, of_keys = read.setdefault(example.testimony, (set(), set()))
        for sentence in example.sentences:
            of_words.update(map(fold, sentence.words))
            of_keys.update(sentence.keys)
    for of_words, of_keys in read.values():
        words.update(of_words)
        keys.update(of_keys)
    return [
        replace(
            example,
            sentences=tuple(_common(sentence, words, keys) for sentence in example.sentences),
        )
        if example.testimony in testimonies
        else example
        for example in examples
    ]


def _common(sentence: Words, words: Counter[str], keys: Counter[str]) -> Words:
    return Words(
        tuple(word for word in sentence.words if words[fold(word)] >= LEAST),
        tuple(key for key in sentence.keys if keys[key] >= LEAST),
    )
