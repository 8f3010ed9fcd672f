"""A testimony as it is read: each answer in pieces, its excerpts numbered throughout."""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.models import Answer, Coding, Testimony
from app.services.passages import Piece, Span, split
from app.services.words import cut, fold, one_line

QUOTE_LENGTH = 80
PART_LENGTH = 1200  # some twenty lines: about what the notes beside them take
QUOTED = re.compile("«\u00a0(.+?)\u00a0»")


@dataclass(frozen=True)
class Reason:
    """Why the pipeline proposed a theme, in French; the words of the answer stand at `found`."""

    text: str
    found: tuple[Span, ...]


@dataclass(frozen=True)
class Proposal:
    """A theme laid on a span."""

    coding: Coding
    reasons: Sequence[Reason]

    @property
    def theme(self) -> str:
        """The theme as it stands: the one held instead, where somebody corrected it."""
        decision = self.coding.decision
        return (decision.theme if decision else None) or self.coding.theme


@dataclass(frozen=True)
class Note:
    """A span of an answer and all the themes laid on exactly it."""

    number: int
    span: Span
    proposals: Sequence[Proposal]


@dataclass(frozen=True)
class Reading:
    """One answer in free words, cut where its excerpts begin and end."""

    answer: Answer
    pieces: Sequence[Piece]
    notes: Sequence[Note]

    @property
    def proposals(self) -> list[Proposal]:
        return [proposal for note in self.notes for proposal in note.proposals]

    @property
    def parts(self) -> list["Reading"]:
        """Return a long answer in parts, that joined give it back: notes stay beside their words.

        A part ends with a line, where no excerpt goes over; one excerpt is never cut.
        """
        kept: list[list[Piece]] = [[]]
        length = 0
        for piece in self.pieces:
            for cut_piece in _cut(piece, PART_LENGTH - length):
                kept[-1].append(cut_piece)
                length += len(cut_piece.text)
                if length >= PART_LENGTH and not piece.spans and cut_piece.text.endswith("\n"):
                    kept.append([])
                    length = 0
        return [self._part(pieces) for pieces in kept if pieces]

    def _part(self, pieces: Sequence[Piece]) -> "Reading":
        begun = {span for piece in pieces for span in piece.beginning}
        return Reading(self.answer, pieces, [note for note in self.notes if note.span in begun])

    def number(self, span: Span) -> int:
        """Return the number of the note of this span."""
        return next(note.number for note in self.notes if note.span == span)

    def over(self, piece: Piece) -> list[Proposal]:
        """Return the themes laid on every span that covers this piece."""
        return [
            proposal
            for note in self.notes
            if note.span in piece.spans
            for proposal in note.proposals
        ]


def _cut(piece: Piece, before: int) -> Iterator[Piece]:
    """Give a piece that nothing covers line by line, those that end in `before` signs together."""
    told = 0
    while not piece.spans and (end := piece.text.find("\n", told + max(before, 1) - 1)) >= 0:
        yield Piece(piece.text[told : end + 1])
        told, before = end + 1, PART_LENGTH
    if told < len(piece.text):
        yield Piece(piece.text[told:], piece.spans, piece.beginning, piece.ending)


def of(testimony: Testimony, codings: Iterable[Coding]) -> list[Reading]:
    """Return the readings of a testimony's answers in free words, in the order asked."""
    spans: dict[uuid.UUID, dict[Span, list[Coding]]] = defaultdict(dict)
    for coding in codings:
        spans[coding.answer_id].setdefault((coding.start, coding.end), []).append(coding)
    readings, numbered = [], 0
    for answer in testimony.answers:
        if answer.text:
            notes = _notes(answer.text, spans[answer.id], first=numbered + 1)
            numbered += len(notes)
            readings.append(Reading(answer, split(answer.text, spans[answer.id]), notes))
    return readings


def _notes(text: str, spans: dict[Span, list[Coding]], *, first: int) -> list[Note]:
    return [
        Note(number, span, [Proposal(coding, _reasons(text, coding)) for coding in spans[span]])
        for number, span in enumerate(sorted(spans), start=first)
    ]


def _reasons(text: str, coding: Coding) -> list[Reason]:
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for evidence in coding.evidence:
        quote = cut(one_line(text[evidence["start"] : evidence["end"]]), QUOTE_LENGTH)
        words[evidence["reason"]][quote] = None
    return [_reason(reason, list(quotes)) for reason, quotes in words.items()]


def _reason(reason: str, quotes: list[str]) -> Reason:
    """Return a reason with its words: most reasons quote them, the others are given them."""
    is_complete = all(fold(quote) in fold(reason) for quote in quotes)
    listed = ", ".join(f"« {quote} »" for quote in quotes)
    told = reason if is_complete else f"{listed} ({reason})"
    told = told.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return Reason(told, tuple(quoted.span(1) for quoted in QUOTED.finditer(told)))
