"""Leaving words out of a quotation, and nothing else: « […] » says where.

Spans are in code points of one text, the end left out. `pieces` joined give the quoted words back,
with what is left out; `quoted` shows them. No other change can be written down.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]

MARK = "[…]"
WORD = re.compile(r"\S+\s*")
# A phrase ends where a voice would rest.
REST = re.compile(r"[.!?…;:,][»\")\]]*\s+$|\n\s*$")
SENTENCE = re.compile(r"[.!?…][»\")\]]*\s+|\n+")
TIGHT = (",", ".", ")", "]", "…")  # no space before these


class NothingLeftError(ValueError):
    """All of a passage was left out."""


def normal(cuts: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """Give the *cuts* inside start:end in order, those that touch or overlap made one."""
    inside = sorted((max(a, start), min(b, end)) for a, b in cuts)
    kept: list[Span] = []
    for a, b in inside:
        if a >= b:
            continue
        if kept and a <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(b, kept[-1][1]))
        else:
            kept.append((a, b))
    return tuple(kept)


def pieces(text: str, start: int, end: int, cuts: Iterable[Span]) -> list[tuple[str, bool]]:
    """Give text[start:end] in pieces, each with whether it is left out; none is empty."""
    left = normal(cuts, start, end)
    bounds = sorted({start, end}.union(*left)) if left else [start, end]
    return [
        (text[a:b], any(c <= a and b <= d for c, d in left)) for a, b in pairwise(bounds) if a < b
    ]


def quoted(text: str, start: int, end: int, cuts: Iterable[Span]) -> str:
    """Give text[start:end] as it is quoted. Raises NothingLeftError.

    The white space beside what is left out, and around the whole, is one space, or none.
    """
    shown, has_words = "", False
    for words, is_cut in _seen(pieces(text, start, end, cuts)):
        if is_cut:
            shown = f"{shown.rstrip()} {MARK}" if shown else MARK
            continue
        has_words = True
        if not shown:
            shown = words.lstrip()
        else:
            tail = words.lstrip()
            shown += tail if tail.startswith(TIGHT) else f" {tail}"
    if not has_words:
        raise NothingLeftError
    return shown.rstrip()


def _seen(told: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Give the pieces as they show: blank ones are nobody's, cuts that only they part are one."""
    seen: list[tuple[str, bool]] = []
    for words, is_cut in told:
        if not words.strip():
            continue
        if is_cut and seen and seen[-1][1]:
            continue
        seen.append((words, is_cut))
    return seen


def words(text: str, start: int, end: int, whole: Iterable[Span] = ()) -> list[Span]:
    """Give the words of text[start:end], each with the white space after it: joined, all of it.

    A span of *whole* (what a pseudonym stands for) is never cut: the words that share one are one.
    """
    found: list[Span] = []
    kept_whole = sorted(whole)
    for match in WORD.finditer(text, start, end):
        a, b = match.span()
        if found and any(c < a < d for c, d in kept_whole):
            found[-1] = (found[-1][0], b)
        else:
            found.append((a if found else start, b))
    return found


def phrases(text: str, found: Sequence[Span]) -> list[list[Span]]:
    """Give these words by phrase: up to where a voice would rest."""
    told: list[list[Span]] = [[]]
    for a, b in found:
        told[-1].append((a, b))
        if REST.search(text[a:b]):
            told.append([])
    return [phrase for phrase in told if phrase]


def earlier(text: str, start: int) -> int:
    """Give where the sentence before *start* begins."""
    ends = [found.end() for found in SENTENCE.finditer(text, 0, start)]
    return max((end for end in ends if end < start), default=0)


def later(text: str, end: int) -> int:
    """Give where the sentence after *end* ends, the white space after it left out."""
    begun = end + len(text[end:]) - len(text[end:].lstrip())
    found = SENTENCE.search(text, begun)
    stop = found.end() if found else len(text)
    return max(end, begun + len(text[begun:stop].rstrip()))
