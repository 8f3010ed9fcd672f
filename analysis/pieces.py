"""Long texts cut into pieces that a pipeline can read without filling the memory."""

import re
from collections.abc import Iterator

_LIMIT = 50_000  # a trained parser wants about 1 GB for 100,000 characters
_BREAKS = tuple(map(re.compile, (r"(?s:.*)\n", r"(?s:.*)[.!?…]\s", r"(?s:.*)\s")))  # the best first


def pieces(text: str, limit: int = _LIMIT) -> Iterator[tuple[int, str]]:
    """*text* in pieces of at most *limit* characters, each with its offset; cut at a line's, a sentence's or a word's end."""
    start = 0
    while len(text) - start > limit:
        window = text[start : start + limit]
        found = next(filter(None, (pattern.match(window) for pattern in _BREAKS)), None)
        length = found.end() if found else limit
        yield start, window[:length]
        start += length
    yield start, text[start:]
