"""Web addresses and the handles of social networks."""

import re
from collections.abc import Iterator

from analysis.personal.emails import TLD
from analysis.personal.proposals import Claim
from analysis.personal.reading import Reading

_WEIGHT = 96
_END = r"[^\s<>«»\"'()\[\]{}]{1,2000}"
_WHOLE = re.compile(rf"(?:https?://|ftp://|\bwww\.){_END}", re.IGNORECASE)
_NAKED = re.compile(
    rf"(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,4}}{TLD}(?:/{_END}|(?![\w@-]))(?!\.[a-z])"
)
_HANDLE = re.compile(r"(?<![\w@.])@[^\W\d_][\w.]{1,29}(?<!\.)")
_TAIL = ".,;:!?…*"


def links(reading: Reading) -> Iterator[Claim]:
    """The addresses and handles of *reading*."""
    for found in _WHOLE.finditer(reading.text):
        yield _claim(found, "adresse d’un site")
    for found in _NAKED.finditer(reading.text):
        yield _claim(found, "adresse d’un site")
    for found in _HANDLE.finditer(reading.text):
        yield Claim(*found.span(), "URL", "compte d’un réseau social", _WEIGHT - 2)


def _claim(found: re.Match[str], reason: str) -> Claim:
    end = found.start() + len(found.group().rstrip(_TAIL))
    return Claim(found.start(), end, "URL", reason, _WEIGHT)
