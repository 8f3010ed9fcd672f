"""Where one is in a questionnaire: a section or, in easy French, one of its questions.

An address bears the place whole: `facile=1` for the easy wording, `question` for one question,
`retour=relire` for whoever came from the review and goes back there. A page is left by buttons,
which save it first: their name is LEAVING, their value says where to.
"""

from dataclasses import dataclass, replace
from typing import Any

from flask import abort, request, url_for

from app.views.draft_session import Sitting
from forms.schema import Question, Section

LEAVING = "vers"
PAUSE, BEFORE, CALL = "pause", "avant", "appel"
SECTION, WORDING = "rubrique", "langue"  # before a colon and the section's id, or the wording
WORDINGS = {"courant": False, "facile": True}  # whether it is easy


def is_easy() -> bool:
    """Say whether the easy-to-read wording was chosen."""
    return request.args.get("facile") == "1"


def onward(endpoint: str, **values: Any) -> str:
    """Return the address of a page that follows, in the wording that was chosen."""
    return url_for(endpoint, facile="1" if is_easy() else None, **values)


def call() -> str:
    """Return the address of the call, in the wording that was chosen."""
    return url_for("easy.call" if is_easy() else "public.call")


def comes_from_review() -> bool:
    """Say whether this page was opened from the review, and leads back to it."""
    return request.args.get("retour") == "relire"


@dataclass(frozen=True)
class Place:
    """One page of questions: a whole section, or its one `question`."""

    whole: Section
    question: Question | None = None

    @property
    def asked(self) -> Section:
        """Return the section narrowed to what this page asks."""
        if self.question is None:
            return self.whole
        return replace(self.whole, questions=(self.question,))

    @property
    def number(self) -> int:
        """Return which question of its section this is, from 1; 0 for a whole section."""
        return 0 if self.question is None else self.whole.questions.index(self.question) + 1

    @property
    def is_last(self) -> bool:
        """Say whether the section is finished once this page is."""
        return self.question is None or self.question == self.whole.questions[-1]

    @property
    def is_first(self) -> bool:
        """Say whether this page opens its section."""
        return self.number < 2


def here(sitting: Sitting, section_id: str) -> Place:
    """Return the place that the address of this request names; 404 when there is none."""
    try:
        whole = sitting.questionnaire.section(section_id)
    except KeyError:
        abort(404)
    wanted = request.args.get("question")
    if not is_easy() or wanted is None:
        return Place(whole)
    question = next((each for each in whole.questions if each.id == wanted), None)
    return Place(whole, question) if question else abort(404)


def waiting(sitting: Sitting, whole: Section) -> Place:
    """Return the first question of a section that has no answer yet.

    Its last one where all have and the section is not finished; its first one where it is.
    """
    if whole.id in sitting.saved or not sitting.draft:
        return Place(whole, whole.questions[0])
    unanswered = (each for each in whole.questions if each.id not in sitting.answers)
    return Place(whole, next(unanswered, whole.questions[-1]))


def address(sitting: Sitting, place: Place) -> str:
    """Return the address of a place, in the wording that was chosen."""
    return onward(
        "answering.section",
        slug=sitting.slug,
        section_id=place.whole.id,
        question=place.question.id if place.question else None,
    )


def after(sitting: Sitting, place: Place) -> str:
    """Return the address of what follows a page that is saved."""
    if comes_from_review():
        return review(sitting)
    if not place.is_last:
        return address(sitting, Place(place.whole, place.whole.questions[place.number]))
    first, *others = sitting.questionnaire.sections
    following = others[[first, *others].index(place.whole) :]
    if first.id not in sitting.saved:
        following = [first]
    return address(sitting, Place(following[0])) if following else review(sitting)


def leaving() -> tuple[str, str]:
    """Return where the button that was pressed leads: which way, and to what; nothing for on."""
    way, _, name = request.form.get(LEAVING, "").partition(":")
    return way, name


def away(sitting: Sitting, place: Place) -> str:
    """Return the address that the button pressed leads to, once the page is saved."""
    way, name = leaving()
    sections = {each.id: each for each in sitting.questionnaire.sections}
    previous = before(sitting, place)
    if way == PAUSE:
        return onward("receipts.pause", slug=sitting.slug)
    if way == CALL:
        return onward("calls.ask", depuis=sitting.slug)
    if way == BEFORE and previous:
        return address(sitting, previous)
    if way == SECTION and name in sections:
        return address(sitting, Place(sections[name]))
    if way == WORDING and name in WORDINGS:
        return in_wording(sitting, place, easy=WORDINGS[name])
    return after(sitting, place)


def in_wording(sitting: Sitting, place: Place, *, easy: bool) -> str:
    """Return the address of a place in the other wording, or in the one that it has."""
    question = place.question.id if place.question else None
    return url_for(
        "answering.section",
        slug=sitting.slug,
        section_id=place.whole.id,
        retour="relire" if comes_from_review() else None,
        facile="1" if easy else None,
        question=question if easy else None,
        _anchor=f"q_{question}" if not easy and place.number > 1 else None,
    )


def next_page(sitting: Sitting) -> str:
    """Return the address of the first page that is not saved yet; the review when all are."""
    left = [each for each in sitting.questionnaire.sections if each.id not in sitting.saved]
    return address(sitting, Place(left[0])) if left else review(sitting)


def beginning(sitting: Sitting) -> str:
    """Return the address that leads to the first page not saved yet."""
    return onward("answering.start", slug=sitting.slug)


def before(sitting: Sitting, place: Place) -> Place | None:
    """Return the page that precedes a place, or none at the beginning."""
    if place.number > 1:
        return Place(place.whole, place.whole.questions[place.number - 2])
    sections = sitting.questionnaire.sections
    position = sections.index(place.whole)
    if position == 0:
        return None
    previous = sections[position - 1]
    return Place(previous, previous.questions[-1] if is_easy() else None)


def review(sitting: Sitting) -> str:
    """Return the address of the review, in the wording that was chosen."""
    return onward("answering.review", slug=sitting.slug)
