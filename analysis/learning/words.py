"""What the classifier reads of a sentence: its words' keys, pairs of them, and parts of words.

Each word gives its keys (``components.keys``) and, for a typing error or a word never seen, the
strings of a few characters within its folded form, its boundaries marked (Cavnar & Trenkle,
*N-Gram-Based Text Categorization*, 1994). What a word gives never depends on its neighbours, so
that it is computed once and remembered. A doublet (« les élues et les élus ») is read once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from spacy.tokens import Doc, Span

from analysis.components.keys import Keys
from analysis.components.numbers import texts_of
from analysis.components.shadow import JOINTS
from analysis.folding import FUNCTION_WORDS, fold

_LONGEST_WORD = 40  # characters read of a word: nothing sensible is longer
_PART = "#"


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence for the classifier: its words as written, and their keys in order."""

    words: tuple[str, ...]
    keys: tuple[str, ...]

    def pairs(self) -> Iterator[str]:
        """The features that neighbouring keys make."""
        return (f"{one} {other}" for one, other in pairwise(self.keys))


class _Given(NamedTuple):
    """What a token gives: its keys, none for what is no word; and whether it can join a doublet."""

    text: str
    keys: tuple[str, ...] | None
    is_joint: bool
    is_little: bool


class WordReader:
    """Reads sentences as ``Words``; one instance serves one thread at a time."""

    _LIMIT = 20_000  # tokens remembered: a ceiling for a worker that lives for months

    def __init__(self) -> None:
        self._keys = Keys()
        self._known: dict[int, _Given] = {}  # by the number that spaCy gives a text

    def read(self, tokens: Doc | Span) -> Words:
        """The words of *tokens*: what holds a letter or a figure."""
        read: list[_Given] = []
        strings = tokens.vocab.strings
        for orth in texts_of(tokens):
            given = self._known.get(orth) or self._learn(orth, strings[orth])
            may_join = len(read) > 1 and (read[-1].is_joint or read[-1].is_little)
            joint = _length_of_joint(read) if may_join else 0
            if joint and read[-joint - 1].keys == given.keys is not None:
                del read[-joint:]  # a doublet: its second word says nothing new
            else:
                read.append(given)
        words = [given for given in read if given.keys is not None]
        return Words(
            tuple([given.text for given in words]),
            tuple([key for given in words for key in given.keys or ()]),
        )

    def _learn(self, orth: int, text: str) -> _Given:
        if len(self._known) >= self._LIMIT:
            self._known.clear()
        folded = fold(text)
        keys = keys_of(text, self._keys) if any(map(str.isalnum, text)) else None
        given = _Given(text, keys, folded in JOINTS, folded in FUNCTION_WORDS)
        self._known[orth] = given
        return given


def _length_of_joint(read: Sequence[_Given]) -> int:
    """How many tokens at the end of *read* may join the two of a doublet: « et », « et les »."""
    last = read[-1]
    if last.is_joint:
        return 1
    return 2 if last.is_little and len(read) > 2 and read[-2].is_joint else 0


def keys_of(word: str, keys: Keys) -> tuple[str, ...]:
    """The features that the keys of *word* are."""
    return tuple(key[:_LONGEST_WORD] for key in keys.of(word[: 2 * _LONGEST_WORD]))


def parts_of(word: str, shortest: int, longest: int) -> list[str]:
    """The features that the parts of *word* are: *shortest* to *longest* characters, prefixed."""
    marked = f" {fold(word[:_LONGEST_WORD])} "
    return [
        _PART + marked[start : start + length]
        for length in range(shortest, longest + 1)
        for start in range(max(len(marked) - length + 1, 1))
    ]
