"""The page by which a passage is chosen: where it goes, which words are left out, nothing else."""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import Length

from app.models import Answer, Quotation
from app.services.quotable import Desk, outward, team_spans
from app.services.quotations import LONGEST_NOTE, Choice
from forms.answers import clean
from guides import ellipsis
from guides.ellipsis import Span
from guides.schema import KINDS, Kind, Library

KEEP, LOOK, EARLIER, LATER = "retenir", "voir", "avant", "apres"
PHRASE, WORD = "phrase", "mot"
ANCHOR = re.compile(r"extrait-(\d{1,6})-(\d{1,9})-(\d{1,9})", re.ASCII)
SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


class ImpossibleError(ValueError):
    """No page of ours sends this."""


class ChoiceForm(FlaskForm):
    """Where a passage goes; what is left out of it is read by `cuts`."""

    answer = HiddenField()
    start = HiddenField()
    end = HiddenField()
    where = SelectField("Guide et chapitre", validate_choice=True)
    kind = RadioField(
        "Ce que montre ce passage",
        choices=[SelectChoice(kind.value, words.one.capitalize()) for kind, words in KINDS.items()],
        default=Kind.QUOTATION.value,
    )
    is_unplaced = BooleanField("Signer du profil seul, sans le territoire")
    note = TextAreaField(
        "Note pour l’équipe",
        description="Facultative. Elle n’est jamais dans le guide.",
        validators=[Length(max=LONGEST_NOTE, message="Cette note est trop longue.")],
    )

    @classmethod
    def of(cls, library: Library, **data: object) -> "ChoiceForm":
        """Return the form, its chapters grouped by guide."""
        form = cls(data=data)
        form.where.choices = [
            SelectChoice(f"{guide.slug}/{each.id}", each.title, optgroup=guide.title)
            for guide, each in library.chapters()
        ]
        return form

    def choice(self, cuts: Sequence[Span]) -> Choice:
        """Return what was chosen. Raises ImpossibleError."""
        guide, _, chapter = (self.where.data or "").partition("/")
        start, end = self.span()
        return Choice(
            guide=guide,
            chapter=chapter,
            kind=Kind(self.kind.data),
            start=start,
            end=end,
            cuts=tuple(cuts),
            is_unplaced=bool(self.is_unplaced.data),
            note=clean(self.note.data or "").strip() or None,
        )

    def span(self) -> Span:
        """Return the bounds of the passage. Raises ImpossibleError."""
        return _span(f"{self.start.data}-{self.end.data}")

    def answer_id(self) -> uuid.UUID:
        """Return the answer that the passage is in. Raises ImpossibleError."""
        try:
            return uuid.UUID(self.answer.data or "")
        except ValueError:
            raise ImpossibleError from None

    def set_span(self, start: int, end: int) -> None:
        """Have the page speak of these bounds."""
        self.start.data, self.end.data = str(start), str(end)
        self.start.raw_data = self.end.raw_data = None


def anchored(written: str) -> tuple[int, Span]:
    """Return the place of the answer and the bounds that an excerpt's anchor names.

    Raises ImpossibleError.
    """
    found = ANCHOR.fullmatch(written)
    if found is None:
        raise ImpossibleError
    position, start, end = map(int, found.groups())
    return position, (start, end)


def cuts(sent: MultiDict[str, str]) -> tuple[Span, ...]:
    """Return the spans that are ticked, phrases and words alike. Raises ImpossibleError."""
    ticked = [_span(each) for name in (PHRASE, WORD) for each in sent.getlist(name)]
    return ellipsis.normal(ticked, 0, max((end for _, end in ticked), default=0))


def _span(written: str) -> Span:
    found = SPAN.fullmatch(written)
    if found is None or int(found[1]) >= int(found[2]):
        raise ImpossibleError
    return int(found[1]), int(found[2])


def of_quotation(quotation: Quotation) -> dict[str, object]:
    """Return what the form of a chosen passage is filled with."""
    return {
        "answer": str(quotation.answer_id),
        "start": str(quotation.start),
        "end": str(quotation.end),
        "where": f"{quotation.guide}/{quotation.chapter}",
        "kind": quotation.kind.value,
        "is_unplaced": quotation.is_unplaced,
        "note": quotation.note or "",
    }


@dataclass(frozen=True)
class Word:
    """A word as it is shown, that may be left out; the team's own always is."""

    span: Span
    text: str
    is_out: bool
    is_team: bool

    @property
    def value(self) -> str:
        return f"{self.span[0]}-{self.span[1]}"


@dataclass(frozen=True)
class Phrase:
    """Words up to where a voice would rest."""

    words: Sequence[Word]

    @property
    def own(self) -> list[Word]:
        return [word for word in self.words if not word.is_team]

    @property
    def value(self) -> str:
        return f"{self.words[0].span[0]}-{self.words[-1].span[1]}"

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def is_team(self) -> bool:
        return not self.own

    @property
    def is_out(self) -> bool:
        return bool(self.own) and all(word.is_out for word in self.own)

    @property
    def is_open(self) -> bool:
        """Whether its words are to be shown one by one."""
        return not self.is_out and any(word.is_out for word in self.own)


def phrases(desk: Desk, answer: Answer, span: Span, left: Iterable[Span]) -> list[Phrase]:
    """Return a passage in phrases and words, those of `left` ticked, pseudonyms in their places."""
    text, out, team = answer.text or "", list(left), team_spans(answer)
    rewritten = desk.told(answer.testimony).answers[answer.question_id]
    whole = [(start, end) for start, end, _, _ in rewritten.pieces]
    words = ellipsis.words(text, *span, whole)

    def word(each: Span) -> Word:
        start, end = outward(rewritten, each)
        bare = (each[0], each[0] + len(text[slice(*each)].rstrip()))
        return Word(
            each,
            " ".join(rewritten.text[start:end].split()),
            any(a <= bare[0] and bare[1] <= b for a, b in out),
            any(a <= bare[0] and bare[1] <= b for a, b in team),
        )

    return [Phrase([word(each) for each in found]) for found in ellipsis.phrases(text, words)]
