"""An answer cut where its excerpts begin and end, so that any overlap can be shown and undone."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

Span = tuple[int, int]  # in Unicode code points, the end left out
Laid: TypeAlias = tuple[int, int, Hashable]  # a span, and what it is shown by

LEAST, MOST = 1200, 2400  # characters of a part: some twenty lines, as many as its notes take


class Piece(NamedTuple):
    """A run of text under the same spans: what they are shown by; those that begin or end it."""

    start: int
    text: str
    tags: frozenset[Hashable] = frozenset()
    beginning: tuple[Span, ...] = ()
    ending: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a long text, that depends on nothing but the text.

    `ends_line` where it ends with a line, or with the text: what follows may stand elsewhere.
    """

    start: int
    end: int
    ends_line: bool


def split(text: str, laid: Iterable[Laid], cuts: Iterable[int] = ()) -> Iterator[Piece]:
    """Give `text` in pieces, in order, that joined give it back; no piece is empty.

    One pass, whatever the number of spans and however they overlap. A span given twice begins and
    ends once. What lies outside the text is left out of it: a span that covers nothing has no
    piece. `cuts` are places where a piece ends in any case.
    """
    begun: dict[int, list[Laid]] = defaultdict(list)
    ended: dict[int, list[Laid]] = defaultdict(list)
    length = len(text)
    for each in laid:
        start, end, _ = each
        if start < 0 or end > length:
            start, end = max(start, 0), min(end, length)
            each = (start, end, each[2])  # what lies outside is left out
        if start < end:
            begun[start].append(each)
            ended[end].append(each)
    bounds = sorted({0, length, *begun, *ended, *(cut for cut in cuts if 0 < cut < length)})
    active: dict[Hashable, int] = {}
    tags: frozenset[Hashable] = frozenset()
    for at, following in pairwise(bounds):
        begins = begun.get(at, _NOTHING)
        if _count(active, begins, ended.get(at, _NOTHING)):
            tags = frozenset(active)
        ends = ended.get(following, _NOTHING)
        yield Piece(at, text[at:following], tags, _spans(begins), _spans(ends))


_NOTHING: list[Laid] = []


def _count(active: dict[Hashable, int], begins: list[Laid], ends: list[Laid]) -> bool:
    """Count the tags that begin and end; say whether others are active than before."""
    has_changed = False
    for _, _, tag in begins:
        number = active.get(tag, 0)
        active[tag] = number + 1
        has_changed = has_changed or not number
    for _, _, tag in ends:
        if active[tag] == 1:
            del active[tag]
            has_changed = True
        else:
            active[tag] -= 1
    return has_changed


def _spans(laid: list[Laid]) -> tuple[Span, ...]:
    if len(laid) < 2:
        return tuple(each[:2] for each in laid)
    return tuple(sorted({each[:2] for each in laid}))


def parts(text: str) -> Iterator[Part]:
    """Give the parts of a text, of about LEAST characters; each ends with a line where it can."""
    start = 0
    while start < len(text):
        line = text.find("\n", start + LEAST - 1, start + MOST) + 1
        end = line or text.find(" ", start + LEAST - 1, start + MOST) + 1 or start + MOST
        if end >= len(text):
            end = len(text)
        yield Part(start, end, end == len(text) or text[end - 1] == "\n")
        start = end
