"""A text made easy to search, without losing where each character comes from.

Full-width letters, odd spaces, hyphens and apostrophes become plain ones; accents once parted from
their letters join them again; invisible characters vanish.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from analysis.folding import fold

_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u202f\u205f\u3000\t"
)
_PLAIN = {
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "’‘ʼ‛＇´`"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒﹣－⁃"), "-"),
    **dict.fromkeys(map(ord, "“”„‟"), '"'),
    **{code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B)},  # ０ … ｚ
    **dict.fromkeys(map(ord, "＠﹫"), "@"),
    **dict.fromkeys(map(ord, "．。"), "."),
    0xFF0B: "+",
    0xFF3F: "_",
}
_MARK = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_HIDDEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
_CLUSTER = re.compile(rf"[^{_MARK}{_HIDDEN}][{_MARK}]+|[{_MARK}{_HIDDEN}]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_STOPS = re.compile(r"[.!?…:;\n\r\v\f\u0085\u2028\u2029«»\"(\[•*>]|^\s*[-–—]\s")


@dataclass(slots=True)
class Word:
    """A word: letters, hyphens inside. *gap* is what stands between it and the word before."""

    text: str
    start: int
    end: int
    gap: str
    folded: str
    starts: bool  # a sentence, a line or a quotation starts here, so that a capital says nothing

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_upper(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


@dataclass
class Reading:
    """*text*: what the rules search. ``place`` leads back to the original."""

    text: str
    origins: list[int] | None = field(default=None, repr=False)  # None: each at its own place

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the span of ``text`` stands for."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end]

    @cached_property
    def words(self) -> list[Word]:
        """The words, in order."""
        words: list[Word] = []
        end = 0
        for found in _WORD.finditer(self.text):
            gap = self.text[end : found.start()]
            starts = not words or _STOPS.search(gap) is not None
            text = found.group()
            words.append(Word(text, found.start(), found.end(), gap, fold(text), starts))
            end = found.end()
        return words

    @cached_property
    def shouts(self) -> list[bool]:
        """For each word, whether the lines around are all in capitals."""
        return _by_line(self.words, least=3)


def read(text: str) -> Reading:
    """The reading of *text*, whatever is in it."""
    plain = text.translate(_PLAIN)
    if _CLUSTER.search(plain) is None:
        return Reading(plain)
    pieces: list[str] = []
    origins: list[int] = []
    end = 0
    for found in _CLUSTER.finditer(plain):
        pieces.append(plain[end : found.start()])
        origins.extend(range(end, found.start()))
        joined = _joined(found.group())
        pieces.append(joined)
        origins.extend([found.start()] * len(joined))
        end = found.end()
    pieces.append(plain[end:])
    origins.extend(range(end, len(plain) + 1))
    return Reading("".join(pieces), origins)


def _joined(cluster: str) -> str:
    """A letter and its accents as one character; nothing for what is only marks."""
    if re.match(rf"[{_MARK}{_HIDDEN}]", cluster):
        return ""
    return unicodedata.normalize("NFC", cluster)[0]


def _by_line(words: list[Word], *, least: int) -> list[bool]:
    """For each word, whether its line has *least* words or more of two letters, all but one in ten
    capital.
    """
    answers: list[bool] = []
    line: list[Word] = []
    for word in [*words, None]:
        if word is None or (line and "\n" in word.gap):
            told = [one for one in line if len(one.text) > 1]
            upper = sum(one.is_upper for one in told)
            answers.extend([len(told) >= least and upper * 10 >= len(told) * 9] * len(line))
            line = []
        if word is not None:
            line.append(word)
    return answers
