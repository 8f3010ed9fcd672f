"""A testimony as it is read: each answer in pieces, its notes numbered through the whole of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.models import Answer, Coding, Testimony
from app.services.passages import Piece, Span, split
from app.services.words import cut, one_line

QUOTE_LENGTH = 80


@dataclass(frozen=True)
class Reason:
    """Why the pipeline proposed a theme: the words of the answer, and what they are to it."""

    words: Sequence[str]
    text: str


@dataclass(frozen=True)
class Note:
    """A theme laid on a span of an answer."""

    number: int
    coding: Coding
    reasons: Sequence[Reason]

    @property
    def span(self) -> Span:
        return self.coding.start, self.coding.end

    @property
    def theme(self) -> str:
        """The theme as it stands: the one held instead, where somebody corrected it."""
        decision = self.coding.decision
        return (decision.theme if decision else None) or self.coding.theme


@dataclass(frozen=True)
class Reading:
    """One answer in free words, cut where its excerpts begin and end."""

    answer: Answer
    pieces: Sequence[Piece]
    notes: Sequence[Note]

    def on(self, span: Span) -> list[Note]:
        """Return the notes of exactly this span."""
        return [note for note in self.notes if note.span == span]

    def over(self, piece: Piece) -> list[Note]:
        """Return the notes of every span that covers this piece."""
        return [note for note in self.notes if note.span in piece.spans]


def of(testimony: Testimony, codings: Iterable[Coding]) -> list[Reading]:
    """Return the readings of a testimony's answers in free words; `codings` in reading order."""
    by_answer: dict[int, list[Note]] = defaultdict(list)
    texts = {answer.id: answer.text for answer in testimony.answers if answer.text}
    for number, coding in enumerate(codings, start=1):
        text = texts.get(coding.answer_id, "")
        by_answer[coding.answer_id].append(Note(number, coding, _reasons(text, coding)))
    return [
        Reading(
            answer=answer,
            pieces=split(answer.text, (note.span for note in by_answer[answer.id])),
            notes=by_answer[answer.id],
        )
        for answer in testimony.answers
        if answer.text
    ]


def _reasons(text: str, coding: Coding) -> list[Reason]:
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for evidence in coding.evidence:
        quote = cut(one_line(text[evidence["start"] : evidence["end"]]), QUOTE_LENGTH)
        words[evidence["reason"]][quote] = None
    return [Reason(list(quotes), reason) for reason, quotes in words.items()]
