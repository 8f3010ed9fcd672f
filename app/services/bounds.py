"""The bounds of an excerpt: found by its words, moved a word at a time, kept inside the answer."""

import re
import unicodedata
from collections.abc import Sequence

from app.services.passages import Span

MOST_PLACES = 10
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc]")
_WORD = re.compile(r"\S+")
_LONGEST_WORD = 200  # characters looked through for the word beside


class BadBoundsError(ValueError):
    """These bounds hold no word of the answer."""


def checked(text: str, span: Span) -> Span:
    """Return `span` without the white space at its ends. Raises BadBoundsError."""
    start, end = span
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        raise BadBoundsError(span)
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def places(text: str, words: str) -> Sequence[Span]:
    """Return where `words` stand in `text`, in order; at most MOST_PLACES of them.

    White space, the kind of apostrophe, and how accents are composed are indifferent, for what was
    copied from a screen; capitals first as they are, then indifferent too.
    """
    parts = [re.escape(_plain(word)) for word in words.split()]
    if not parts:
        return []
    plain, origins = _with_origins(text)
    pattern = r"\s+".join(parts)
    for flags in (re.NOFLAG, re.IGNORECASE):
        found = [
            (origins[each.start()], origins[each.end()])
            for _, each in zip(range(MOST_PLACES), re.finditer(pattern, plain, flags), strict=False)
        ]
        if found:
            return found
    return []


def nearest(found: Sequence[Span], start: int) -> Span:
    """Return the place that begins nearest to `start`."""
    return min(found, key=lambda span: abs(span[0] - start))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", _APOSTROPHES.sub("'", text))


def _with_origins(text: str) -> tuple[str, Sequence[int]]:
    """Return `text` as `_plain` has it, and for each place in it the one in `text`."""
    plain = _APOSTROPHES.sub("'", text)
    if unicodedata.is_normalized("NFC", plain):
        return plain, range(len(text) + 1)
    pieces, origins = [], []
    at = 0
    for cluster in re.finditer(r"[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", plain):
        composed = unicodedata.normalize("NFC", cluster[0])
        pieces.append(composed)
        origins += [cluster.start()] * len(composed)
        at = cluster.end()
    return "".join(pieces), [*origins, at]


def move(text: str, span: Span, gesture: str) -> Span:
    """Return `span` with a word more or less: `debut-plus`, `debut-moins`, `fin-plus`, `fin-moins`.

    As it was where there is no word to add, or only one left.
    """
    start, end = span
    if gesture == "debut-plus":
        low = max(0, start - _LONGEST_WORD)
        before = [low + word.start() for word in _WORD.finditer(text[low:start])]
        return (before[-1] if before else start, end)
    if gesture == "fin-plus":
        after = _WORD.search(text[end : end + _LONGEST_WORD])
        return (start, end + after.end() if after else end)
    words = [word.span() for word in _WORD.finditer(text[start:end])]
    if len(words) > 1 and gesture == "debut-moins":
        return (start + words[1][0], end)
    if len(words) > 1 and gesture == "fin-moins":
        return (start, start + words[-2][1])
    return span
