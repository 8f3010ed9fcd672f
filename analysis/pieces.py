"""Texts made fit for a pipeline: nothing that it cannot store, and no more than it can hold."""

import re
from collections.abc import Iterator

_LIMIT = 50_000  # a trained parser wants about 1 GB for 100,000 characters
_BREAKS = tuple(map(re.compile, (r"(?s:.*)\n", r"(?s:.*)[.!?…]\s", r"(?s:.*)\s")))  # the best first
_SURROGATE = re.compile("[\ud800-\udfff]")  # half characters, which spaCy cannot store
_RUN = re.compile(
    r"(\S{400})\S"
)  # no word is so long, and the tokenizer's time grows with its square


def legible(text: str) -> str:
    """*text*, of the same length, without half characters and with a space in endless words."""
    return _RUN.sub(r"\1 ", _SURROGATE.sub("\ufffd", text))


def pieces(text: str, limit: int = _LIMIT) -> Iterator[tuple[int, str]]:
    """*text* in pieces of at most *limit* characters, each with its offset.

    Cut at the end of a line, else of a sentence, else of a word.
    """
    start = 0
    while len(text) - start > limit:
        window = text[start : start + limit]
        found = next(filter(None, (pattern.match(window) for pattern in _BREAKS)), None)
        length = found.end() if found else limit
        yield start, window[:length]
        start += length
    yield start, text[start:]
