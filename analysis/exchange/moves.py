"""Places of a text in another that was made of it: forth, and back."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Piece: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Moves:
    """``pieces``: each replaced span (start, end) and the span that took its place, in order.

    None of either is empty. Offsets count code points, ends are left out.
    """

    pieces: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> "Moves":
        return cls(tuple(pieces))

    def start(self, offset: int) -> int:
        """Where what begins at *offset* begins now: a replaced span is taken whole."""
        place = bisect_right(self.pieces, (offset, float("inf"), 0, 0)) - 1
        if place < 0:
            return offset
        _, end, new_start, new_end = self.pieces[place]
        return new_start if offset < end else new_end + offset - end

    def end(self, offset: int) -> int:
        """Where what ends at *offset* ends now: a replaced span is taken whole."""
        place = bisect_left(self.pieces, (offset, -1, 0, 0)) - 1
        if place < 0:
            return offset
        _, end, _, new_end = self.pieces[place]
        return new_end if offset < end else new_end + offset - end

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the span is now; one that is not empty never becomes empty."""
        return self.start(start), self.end(end)

    @property
    def back(self) -> "Moves":
        """The way back."""
        return Moves(tuple((c, d, a, b) for a, b, c, d in self.pieces))
