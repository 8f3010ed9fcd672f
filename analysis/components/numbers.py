"""What spaCy knows of tokens as plain numbers, read all at once: each token that it hands out costs
more than what is done with it. The number of a text is always the same, in any vocabulary.
"""

from typing import Any

from spacy.attrs import LEMMA, ORTH
from spacy.tokens import Doc, Span


def texts_of(tokens: Doc | Span) -> list[int]:
    """The number of each token's text."""
    array: Any = tokens
    numbers: list[int] = array.to_array([ORTH]).ravel().tolist()
    return numbers


def texts_and_lemmas_of(tokens: Doc | Span) -> list[tuple[int, int]]:
    """The number of each token's text, and that of its lemma: 0 where it has none."""
    array: Any = tokens
    numbers: list[tuple[int, int]] = array.to_array([ORTH, LEMMA]).tolist()
    return numbers
