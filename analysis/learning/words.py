"""What the classifier reads of a sentence: its words' keys, pairs of them, and parts of words.

Each word gives its keys (``components.keys``) and, for a typing error or a word never seen, the
strings of a few characters within its folded form, its boundaries marked (Cavnar & Trenkle,
*N-Gram-Based Text Categorization*, 1994). What a word gives never depends on its neighbours, so
that it is computed once and remembered. A doublet (« les élues et les élus ») is read once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Token

from analysis.components.keys import Keys
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


class WordReader:
    """Reads sentences as ``Words``; one instance serves one thread at a time."""

    _LIMIT = 20_000  # tokens remembered: a ceiling for a worker that lives for months

    def __init__(self) -> None:
        self._keys = Keys()
        self._known: dict[str, tuple[str, ...] | None] = {}

    def read(self, tokens: Iterable[Token]) -> Words:
        """The words of *tokens*: what holds a letter or a figure."""
        read: list[tuple[str, tuple[str, ...] | None]] = []
        for token in tokens:
            text = token.text
            given = self._known[text] if text in self._known else self._learn(text)
            joined = _length_of_joint(read)
            if joined and read[-joined - 1][1] == given:
                del read[-joined:]  # a doublet: its second word says nothing new
            else:
                read.append((text, given))
        words = [(text, given) for text, given in read if given is not None]
        return Words(
            tuple(text for text, _ in words), tuple(key for _, given in words for key in given)
        )

    def _learn(self, text: str) -> tuple[str, ...] | None:
        if len(self._known) >= self._LIMIT:
            self._known.clear()
        is_word = any(map(str.isalnum, text))
        given = self._known[text] = keys_of(text, self._keys) if is_word else None
        return given


def _length_of_joint(read: Sequence[tuple[str, object]]) -> int:
    """How many words at the end of *read* may join the two of a doublet: « et », « et les »."""
    if len(read) > 1 and read[-1][0] in JOINTS and read[-2][1] is not None:
        return 1
    if len(read) > 2 and read[-2][0] in JOINTS and read[-3][1] is not None:
        return 2 if fold(read[-1][0]) in FUNCTION_WORDS else 0
    return 0


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
