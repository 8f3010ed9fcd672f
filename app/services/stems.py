"""French text cut into words, each with its stem: how answers are indexed, and found again.

Own method, over folded words (`analysis.folding`): the accents and capitals that people leave out
do not count. The stem is that of Snowball's French algorithm (Porter, https://snowballstem.org),
after plurals and feminines that it takes with their accents, or not at all, are undone. An
inclusive form is its base: « usager·ères » is read as « usager ».
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from snowballstemmer import stemmer

from analysis.folding import MARKS, fold, inclusive_forms

METHOD = 1  # to be raised with any change here: every answer is then indexed anew
_MARK = MARKS.pattern.removesuffix("+")
_CLUSTER = re.compile(rf"[\s\S]{_MARK}*")
_WORD = re.compile(rf"[^\W_ʼ](?:[^\W_ʼ]|{_MARK})*")
_APOSTROPHES = frozenset("'’ʼ")
ELIDED = frozenset("l d j m t s c n qu jusqu lorsqu puisqu quoiqu".split())  # noqa: SIM905
# Before Snowball: (end, what it becomes, shortest word). After it: the same, of the stem.
_BEFORE = (
    ("s", "", 4),
    ("ee", "e", 4),
    ("ere", "er", 6),
    ("trice", "teur", 7),
    ("ive", "if", 5),
    ("eux", "eu", 4),
)
_AFTER = (("eur", "eu", 6), ("eux", "eu", 6))
_SNOWBALL, _ONE_AT_A_TIME = stemmer("french"), Lock()  # it works on itself


class Token(NamedTuple):
    """A word at `text[start:end]`: as it is written and by its stem, both folded.

    What is elided (« l’ », « qu’ ») has no stem: it changes nothing to what is looked for.
    """

    word: str
    stem: str | None
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the words of a text in their order; they never overlap."""
    return _composed(text) if unicodedata.is_normalized("NFC", text) else _decomposed(text)


def _decomposed(text: str) -> list[Token]:
    """Return the words of a text whose accents are apart from their letters, as some files have."""
    owners: list[tuple[int, int]] = []
    composed = ""
    for cluster in _CLUSTER.finditer(text):
        piece = unicodedata.normalize("NFC", cluster.group())
        composed += piece
        owners.extend([cluster.span()] * len(piece))
    found: list[Token] = []
    reached = 0
    for token in _composed(composed):
        start, end = max(reached, owners[token.start][0]), owners[token.end - 1][1]
        if start < end:
            found.append(token._replace(start=start, end=end))
            reached = end
    return found


def _composed(text: str) -> list[Token]:
    found: list[Token] = []
    reached = 0
    for start, end, base in inclusive_forms(text):
        _add_plain(found, text, reached, start)
        word, its_stem = _read(base)
        found.append(Token(word, its_stem, start, end))
        reached = end
    _add_plain(found, text, reached, len(text))
    return found


def _add_plain(found: list[Token], text: str, start: int, end: int) -> None:
    for each in _WORD.finditer(text, start, end):
        begins, ends = each.span()
        word, its_stem = _read(each.group())
        is_elided = word in ELIDED and text[ends : ends + 1] in _APOSTROPHES
        found.append(Token(word, None if is_elided else its_stem, begins, ends))


@lru_cache(maxsize=65536)
def _read(written: str) -> tuple[str, str]:
    word = fold(written)
    return word, stem(word)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return what the forms of a folded word have in common."""
    for end, instead, shortest in _BEFORE:
        if len(word) >= shortest and word.endswith(end) and not word.endswith("ss"):
            word = word.removesuffix(end) + instead
    with _ONE_AT_A_TIME:
        found: str = _SNOWBALL.stemWord(word)
    for end, instead, shortest in _AFTER:
        if len(found) >= shortest and found.endswith(end):
            found = found.removesuffix(end) + instead
    return found
