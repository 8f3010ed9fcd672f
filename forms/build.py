"""A section → the form that asks it; a form → the values it was given."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import new_class
from typing import Any

from wtforms import Form

from forms.fields import Asked
from forms.kinds import accepts, make_field
from forms.schema import Question, Questionnaire, Section, Value

PREFIX = "q_"


def field_name(question: Question) -> str:
    """Give the name of a question's field."""
    return f"{PREFIX}{question.id}"


@lru_cache(maxsize=256)
def form_class(section: Section, *, base: type[Any] = Form, easy: bool = False) -> type[Any]:
    """Give the form of a section, made on `base`: a field `q_<question id>` for each question.

    Each field bears its `question`; its label is the wording, easy to read when `easy`, and its
    description is the help, in the same wording. The caller may set the `suggestions` of a CLSM's
    field.
    """
    asked = {
        field_name(question): make_field(question, easy=easy) for question in section.questions
    }
    return new_class(
        f"{section.id.title()}Form", (base,), exec_body=lambda body: body.update(asked)
    )


def values(form: Form) -> dict[str, Value]:
    """Give the stored value of each question answered acceptably, whatever the other fields say."""
    return {
        field.question.id: field.data
        for field in _asked(form)
        if field.data is not None and not _is_refused(field)
    }


def settled(form: Form) -> set[str]:
    """Give the ids of the questions answered acceptably or left empty.

    What was answered before to the others may be kept: what they say now cannot be stored. A
    required consent that is no longer ticked is settled: it is a no.
    """
    return {field.question.id for field in _asked(form) if not _is_refused(field)}


def _asked(form: Form) -> list[Asked]:
    return [field for field in form if isinstance(field, Asked)]


def _is_refused(field: Asked) -> bool:
    return bool(field.process_errors or (field.errors and field.data is not None))


def form_data(section: Section, values: Mapping[str, Value]) -> dict[str, Value]:
    """Give what prefills a section's form (`form_class(section)(data=…)`) from stored values."""
    return {
        field_name(question): values[question.id]
        for question in section.questions
        if question.id in values
    }


def foreign_fields(section: Section, submitted_names: Iterable[str]) -> list[str]:
    """Give the submitted `q_…` names that this section does not ask, each once, in order."""
    asked = {field_name(question) for question in section.questions}
    names = dict.fromkeys(submitted_names)
    return [name for name in names if name.startswith(PREFIX) and name not in asked]


def missing(questionnaire: Questionnaire, answers: Mapping[str, Value]) -> list[Question]:
    """Give the required questions that have no acceptable answer, in the order asked."""
    return [
        question
        for question in questionnaire.questions
        if question.required
        and not (question.id in answers and accepts(question, answers[question.id]))
    ]
