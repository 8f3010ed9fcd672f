"""Words typed wrong by one letter, brought back to a word of the field.

A precomputed index of deletions (the idea of SymSpell: Garbe, *1000x faster spelling correction
algorithm*, 2012): two words that differ by one letter left out, added, changed or put before its
neighbour (Damerau, 1964) are equal once at most one letter is left out of each. One look-up for
each letter of the word, whatever the number of words known. Only long words are corrected, towards
words of the field only (``field.txt``), and not when two of them would do.
"""

from collections.abc import Callable, Iterable, Iterator

SHORTEST = 7  # letters: shorter words have too many neighbours
_LONGEST = 25


class Mistyping:
    """Corrects words, all of them folded; *key* says what makes two words the same."""

    def __init__(self, words: Iterable[str], key: Callable[[str], str]) -> None:
        self._key = key
        self._index: dict[str, tuple[str, ...]] = {}
        for word in words:
            if SHORTEST <= len(word) <= _LONGEST:
                for short in {word, *_shorter(word)}:
                    self._index[short] = (*self._index.get(short, ()), word)

    def corrected(self, word: str) -> str | None:
        """The one word of the field that *word* may have been; None if there is none, or several
        that are not forms of one.
        """
        if not (SHORTEST <= len(word) <= _LONGEST and word.isalpha()):
            return None
        near = {
            other
            for short in (word, *_shorter(word))
            for other in self._index.get(short, ())
            if other[0] == word[0] and is_one_letter_off(word, other)
        }
        return min(near) if len(set(map(self._key, near))) == 1 else None


def is_one_letter_off(one: str, other: str) -> bool:
    """Whether one letter left out, added, changed or swapped with its neighbour parts two words."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, others = one[start:], other[start:]
    if len(rest) != len(others):
        return rest[1:] == others or rest == others[1:]
    return rest[1:] == others[1:] or (rest[:2] == others[1::-1] and rest[2:] == others[2:])


def _shorter(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))
