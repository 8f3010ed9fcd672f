"""What a questionnaire's answers are as rows: made one at a time, or five hundred at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from forms.kinds import is_text
from forms.schema import Questionnaire, Value


def answers(questionnaire: Questionnaire, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
    """Give the answers as rows of their table, but for both ids; the consents stand elsewhere."""
    for position, question in enumerate(questionnaire.questions):
        value = values.get(question.id)
        if value is None or question.purpose:
            continue
        words, other = (value, None) if is_text(question.kind) else (None, value)
        yield {"question_id": question.id, "position": position, "text": words, "value": other}


def variables(
    questionnaire: Questionnaire, values: Mapping[str, Value]
) -> Iterator[dict[str, Any]]:
    """Give the case variables as rows of their table, but for the testimony's id."""
    for question in questionnaire.questions:
        if question.variable and question.id in values:
            yield {"name": question.variable, "value": variable_text(values[question.id])}


def variable_text(value: Value) -> str:
    """Return a case variable's value as the text it is filtered by ("oui", "non", "44", "2014")."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(value) if isinstance(value, list) else str(value)
