"""A long answer in parts that never cut what is noted: notes stay beside their words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.models import Answer
from app.services.passages import LEAST, Piece, Span


@dataclass(frozen=True)
class Marked:
    """A span with a note, and its number."""

    number: int
    span: Span


@dataclass(frozen=True)
class Annotated:
    """An answer in free words, in pieces whose tags are the spans that cover them."""

    answer: Answer
    pieces: Sequence[Piece]
    notes: Sequence[Marked]

    @property
    def parts(self) -> list["Annotated"]:
        """Return a long answer in parts, that joined give it back.

        A part ends with a line, where no span goes over; a span is never cut.
        """
        kept: list[list[Piece]] = [[]]
        length = 0
        for piece in self.pieces:
            for cut_piece in _cut(piece, LEAST - length):
                kept[-1].append(cut_piece)
                length += len(cut_piece.text)
                if length >= LEAST and not piece.tags and cut_piece.text.endswith("\n"):
                    kept.append([])
                    length = 0
        return [self._part(pieces) for pieces in kept if pieces]

    def _part(self, pieces: Sequence[Piece]) -> "Annotated":
        begun = {span for piece in pieces for span in piece.beginning}
        return Annotated(self.answer, pieces, [note for note in self.notes if note.span in begun])


def _cut(piece: Piece, before: int) -> Iterator[Piece]:
    """Give a piece that nothing covers line by line, those that end in `before` signs together."""
    told = 0
    while not piece.tags and (end := piece.text.find("\n", told + max(before, 1) - 1)) >= 0:
        yield Piece(piece.start + told, piece.text[told : end + 1])
        told, before = end + 1, LEAST
    if told < len(piece.text):
        yield piece._replace(start=piece.start + told, text=piece.text[told:])
