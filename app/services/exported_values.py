"""What testimonies say beside free words, as it leaves: no name of a place that was typed.

A CLSM's name stands for a place and, with a function, for a person: unless raw words are asked for,
each is a number, the same throughout one export.
"""

from collections.abc import Sequence

from app.models import Testimony
from app.services import voices
from app.services.words import fold
from forms.kinds import is_text, show
from forms.schema import (
    VOICES_ID,
    Kind,
    Library,
    Question,
    Questionnaire,
    UnknownQuestionnaire,
)
from forms.schema import Value as Said


class Values:
    """The values of one export's testimonies, opened one after the other."""

    def __init__(self, library: Library, *, is_raw: bool) -> None:
        self._library, self._is_raw = library, is_raw
        self._numbers: dict[str, int] = {}
        self._questions: dict[tuple[str, int], dict[str, Question]] = {}
        self._asked: dict[str, Question] = {}

    def open(self, testimony: Testimony) -> None:
        """Take the definitions of this testimony's questionnaire."""
        key = testimony.questionnaire_slug, testimony.questionnaire_version
        if key not in self._questions:
            found = questionnaire_of(self._library, *key)
            self._questions[key] = {each.id: each for each in found.questions} if found else {}
        self._asked = self._questions[key]

    def wording(self, question_id: str) -> str:
        """Return what was asked; the question's id where its definition is gone."""
        asked = self._asked.get(question_id)
        return " ".join(asked.label.split()) if asked else question_id

    def of(self, testimony: Testimony, spoken: Sequence[str]) -> dict[str, Said]:
        """Return the values, question id → as it is stored; `spoken` are the texts that leave."""
        found: dict[str, Said] = {}
        for answer in testimony.answers:
            if answer.value is None:
                continue
            value = self._leaving(answer.question_id, answer.value, spoken)
            if value is not None:
                found[answer.question_id] = value
        return found

    def variables(self, testimony: Testimony) -> dict[str, str]:
        """Return the case variables."""
        typed = {q.variable for q in self._asked.values() if q.kind is Kind.CLSM} | {"clsm"}
        return {
            each.name: self._placed(each.value) if each.name in typed else each.value
            for each in testimony.variables
        }

    def team(self, testimony: Testimony, spoken: Sequence[str]) -> tuple[str, ...]:
        """Return the voices of the team that the texts still name."""
        team = voices.team_of(testimony)
        if self._is_raw:
            return tuple(team)
        heard = {fold(voice.name) for text in spoken for voice in voices.find(text)}
        return tuple(name for name in team if fold(name) in heard)

    def _leaving(self, question_id: str, value: Said, spoken: Sequence[str]) -> Said | None:
        if self._is_raw:
            return value
        question = self._asked.get(question_id)
        if question_id == VOICES_ID:
            heard = {fold(voice.name) for text in spoken for voice in voices.find(text)}
            names = value if isinstance(value, list) else []
            return [name for name in names if fold(name) in heard] or None
        if question is None:  # nothing says any more whether it was typed or chosen
            return None if isinstance(value, str | list) else value
        return self._placed(str(value)) if question.kind is Kind.CLSM else value

    def _placed(self, name: str) -> str:
        if self._is_raw:
            return name
        number = self._numbers.setdefault(fold(name), len(self._numbers) + 1)
        return f"[CLSM {number}]"


def questionnaire_of(library: Library, slug: str, version: int) -> Questionnaire | None:
    """Return a questionnaire; none where it is not installed."""
    try:
        return library.get(slug, version)
    except UnknownQuestionnaire:
        return None


def valued(library: Library) -> dict[str, list[Question]]:
    """Return the questions that are not answered in free words, id → its versions, as asked."""
    found: dict[str, list[Question]] = {}
    for questionnaire in library.questionnaires:
        for question in questionnaire.questions:
            if not is_text(question.kind) and question.purpose is None:
                found.setdefault(question.id, []).append(question)
    return found


def in_words(question: Question | None, value: Said) -> str | int | float:
    """Return a value for a table: a number as it is, what was chosen in its words."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        return value
    if question is None or not question.options:
        return " ; ".join(value) if isinstance(value, list) else value
    return show(question, value)
