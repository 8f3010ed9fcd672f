"""The form of a coding, as it is shown and as it is sent: a theme, and words to be found."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import abort, request

from app.models import Answer, Testimony
from app.services import bounds
from app.services.passages import Span
from app.services.words import one_line
from app.views import filters as address

SAVE = "enregistrer"
GESTURES = {
    "debut-plus": "Ajouter le mot d’avant",
    "debut-moins": "Retirer le premier mot",
    "fin-moins": "Retirer le dernier mot",
    "fin-plus": "Ajouter le mot d’après",
}
AROUND = 60  # characters shown on each side of a passage
NO_THEME = "Choisissez un thème."
NO_WORDS = "Écrivez les mots du passage."
NOT_THERE = (
    "Ces mots ne se suivent nulle part dans cette réponse. Écrivez-les comme ils y sont\u00a0: le "
    "début et la fin du passage comptent."
)
SEVERAL = "Ces mots sont à plusieurs endroits\u00a0: choisissez lequel."


@dataclass
class Editor:
    """A form as it is shown: what is chosen, and what is wrong with it."""

    testimony: Testimony
    answer: Answer
    wording: str
    theme: str
    passage: str
    span: Span | None
    coding_id: uuid.UUID | None = None
    seen: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    places: Sequence[Span] = ()
    is_late: str = ""
    gesture: str = ""

    @property
    def text(self) -> str:
        return self.answer.text or ""

    @property
    def before(self) -> str:
        assert self.span is not None
        start = max(0, self.span[0] - AROUND)
        return ("…" if start else "") + self.text[start : self.span[0]]

    @property
    def inside(self) -> str:
        assert self.span is not None
        return self.text[slice(*self.span)]

    @property
    def after(self) -> str:
        assert self.span is not None
        end = self.span[1] + AROUND
        return self.text[self.span[1] : end] + ("…" if end < len(self.text) else "")

    def around(self, place: Span) -> tuple[str, str, str]:
        """Return what stands before a place, in it, and after, each on one line."""
        start, end = place
        return (
            one_line(self.text[max(0, start - AROUND) : start]),
            one_line(self.text[start:end]),
            one_line(self.text[end : end + AROUND]),
        )

    def read(self) -> None:
        """Take what was sent: the theme, the words, and where they stand."""
        self.theme = request.form.get("theme", "")
        self.passage = request.form.get("passage", "")
        self.gesture = request.form.get("geste", SAVE)
        if self.gesture not in GESTURES and self.gesture != SAVE:
            abort(400)
        self.span = self._place(sent_span("debut", "fin"))
        if self.span and self.gesture in GESTURES:
            self.span = bounds.move(self.text, self.span, self.gesture)
        if self.span:
            self.passage = self.inside
        if self.theme not in address.choices().themes and self.gesture == SAVE:
            self.errors["theme"] = NO_THEME

    def _place(self, held: Span | None) -> Span | None:
        """Return where the words stand: where they stood, or else where they are found."""
        if held is not None and not 0 <= held[0] < held[1] <= len(self.text):
            held = None
        words = one_line(self.passage)
        if held is not None and one_line(self.text[slice(*held)]) == words:
            return held
        if not words:
            self.errors["passage"] = NO_WORDS
            return None
        found = bounds.places(self.text, words)
        chosen = _sent_place()
        if chosen in found:
            return chosen
        if not found:
            self.errors["passage"] = NOT_THERE
        elif held is not None or len(found) == 1:
            return bounds.nearest(found, held[0] if held else 0)
        else:
            self.errors["passage"], self.places = SEVERAL, found
        return None


def sent_span(start: str, end: str) -> Span | None:
    """Return the bounds that were sent under these names; none where one is missing."""
    given = request.values.get(start, type=int), request.values.get(end, type=int)
    return (given[0], given[1]) if given[0] is not None and given[1] is not None else None


def _sent_place() -> Span | None:
    start, _, end = request.form.get("endroit", "").partition("-")
    return (int(start), int(end)) if start.isdecimal() and end.isdecimal() else None
