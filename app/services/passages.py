"""An answer cut where its excerpts begin and end, so that any overlap can be shown and undone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]  # in Unicode code points, the end left out


@dataclass(frozen=True)
class Piece:
    """A run of text under the same spans: all those that cover it, which begin and end with it."""

    text: str
    spans: tuple[Span, ...] = ()
    beginning: tuple[Span, ...] = ()
    ending: tuple[Span, ...] = ()


def split(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Return `text` in pieces, in order, that joined give it back; no piece is empty.

    A span given twice counts once. What lies outside the text is left out of it: a span that
    covers nothing has no piece.
    """
    inside = {(max(start, 0), min(end, len(text))) for start, end in spans}
    kept = sorted(span for span in inside if span[0] < span[1])
    bounds = sorted({0, len(text)}.union(*kept))
    return [_piece(text, start, end, kept) for start, end in pairwise(bounds)]


def _piece(text: str, start: int, end: int, spans: Sequence[Span]) -> Piece:
    covering = tuple(span for span in spans if span[0] <= start and end <= span[1])
    return Piece(
        text=text[start:end],
        spans=covering,
        beginning=tuple(span for span in covering if span[0] == start),
        ending=tuple(span for span in covering if span[1] == end),
    )
