"""The kinds of question: for each, its field, how its answer is read, stored and shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wtforms import SelectChoice

from forms import answers, fields
from forms.answers import NO, YES, AnswerError
from forms.schema import Kind, Question, Value

__all__ = ["AnswerError", "accepts", "is_text", "make_field", "read", "show"]

NO_ANSWER = "Je préfère ne pas répondre"
"""The last choice of radio buttons that need no answer: a radio button cannot be unticked."""

FIRST_OF_LIST = "Choisissez dans la liste"
LONG_LIST = 9
"""From so many choices on, a list to unfold in the place of radio buttons."""

Show = Callable[[Question, Value, bool], str]


def _show_words(question: Question, value: Value, easy: bool) -> str:
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, list):
        return " ; ".join(_show_words(question, item, easy) for item in value)
    option = question.option(str(value))
    if option is None:
        return str(value)
    return option.easy_label if easy else option.label


def _show_number(question: Question, value: Value, easy: bool) -> str:
    written = answers.write_number(value)
    return written[0] if written else _show_words(question, value, easy)


def _show_scale(question: Question, value: Value, easy: bool) -> str:
    if question.scale is None:
        return _show_words(question, value, easy)
    low, high = answers.bounds(question)
    ends = f"{low} (« {question.scale.low_label} ») à {high} (« {question.scale.high_label} »)"
    return f"{value}, sur une échelle de {ends}"


@dataclass(frozen=True, slots=True)
class _Handling:
    """`write` undoes `read`; `ask` is said when a required question has no answer.

    `easy_ask` says it in easy French, a sentence a line, where `ask` is not easy enough. Most
    answers are stored and shown as they came: only the others say how.
    """

    field: Callable[..., fields.Asked]
    read: Callable[[Question, Sequence[str]], Value | None]
    ask: str
    easy_ask: str = ""
    write: Callable[[Value], list[str]] = answers.write_words
    show: Show = _show_words
    is_text: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)


_WRITE = "Écrivez votre réponse ici pour continuer."
_CHOOSE = "Choisissez une réponse pour continuer."
# No history of what was typed: the computer may be shared.
_PRIVATE = {"autocomplete": "off"}

_KINDS = {
    Kind.SHORT_TEXT: _Handling(
        field=fields.TextAnswer,
        read=answers.read_text,
        ask=_WRITE,
        is_text=True,
        attributes=_PRIVATE,
    ),
    Kind.LONG_TEXT: _Handling(
        field=fields.LongTextAnswer,
        read=answers.read_text,
        ask=_WRITE,
        is_text=True,
        attributes={"rows": 7},
    ),
    Kind.ONE_CHOICE: _Handling(
        field=fields.RadioAnswer,
        read=answers.read_choice,
        ask=_CHOOSE,
    ),
    Kind.SEVERAL_CHOICES: _Handling(
        field=fields.SeveralAnswer,
        read=answers.read_choices,
        ask="Cochez au moins une réponse pour continuer.",
    ),
    Kind.SCALE: _Handling(
        field=fields.RadioAnswer,
        read=answers.read_scale,
        show=_show_scale,
        ask="Choisissez un chiffre pour continuer.",
    ),
    Kind.YES_NO: _Handling(
        field=fields.RadioAnswer,
        read=answers.read_yes_no,
        write=answers.write_yes_no,
        ask="Choisissez « Oui » ou « Non » pour continuer.",
    ),
    Kind.NUMBER: _Handling(
        field=fields.NumberAnswer,
        read=answers.read_number,
        write=answers.write_number,
        show=_show_number,
        ask="Écrivez un nombre en chiffres pour continuer.",
        attributes=_PRIVATE | {"inputmode": "decimal"},
    ),
    Kind.YEAR: _Handling(
        field=fields.NumberAnswer,
        read=answers.read_year,
        ask="Écrivez une année en quatre chiffres pour continuer.",
        attributes=_PRIVATE | {"inputmode": "numeric"},
    ),
    Kind.CLSM: _Handling(
        field=fields.SuggestedAnswer,
        read=answers.read_clsm,
        ask="Écrivez le nom du CLSM pour continuer.",
    ),
    Kind.CONSENT: _Handling(
        field=fields.ConsentAnswer,
        read=answers.read_consent,
        write=answers.write_consent,
        ask="Cochez cette case pour commencer : sans votre accord, nous ne pouvons rien garder.",
        easy_ask="Cochez la case pour commencer.\nSans votre accord, nous ne gardons rien.",
    ),
    Kind.QUOTATION: _Handling(
        field=fields.RadioAnswer,
        read=answers.read_choice,
        ask=_CHOOSE,
    ),
    Kind.TRANSCRIPT: _Handling(
        field=fields.LongTextAnswer,
        read=answers.read_text,
        ask=_WRITE,
        is_text=True,
        attributes=_PRIVATE | {"rows": 24},
    ),
    Kind.VOICES: _Handling(
        field=fields.SeveralAnswer,  # its choices are set by whoever has read the transcript
        read=answers.read_names,
        ask=_CHOOSE,
    ),
}


def is_text(kind: Kind) -> bool:
    """Tell whether the answers are free words to analyse. The name of a CLSM is not."""
    return _KINDS[kind].is_text


def read(question: Question, submitted: Sequence[str]) -> Value | None:
    """Give the value to store for what was submitted, or None when nothing was answered.

    Raises AnswerError, whose text says in French what to do.
    """
    return _KINDS[question.kind].read(question, submitted) if submitted else None


def accepts(question: Question, value: Value) -> bool:
    """Tell whether a value could have been answered to this question and stored as it is."""
    return fields.accepts(question, _KINDS[question.kind], value)


def show(question: Question, value: Value, *, easy: bool = False) -> str:
    """Give a stored value in French, for a person; `easy` takes the easy-to-read wording.

    A text is given unchanged; a value that is no longer offered is given as it was stored.
    """
    return _KINDS[question.kind].show(question, value, easy)


def make_field(question: Question, *, easy: bool = False) -> Any:
    """Give the (unbound) WTForms field that asks this question."""
    way = _KINDS[question.kind]
    options: dict[str, Any] = {
        "question": question,
        "way": way,
        "is_easy": easy,
        "description": question.help_text(easy=easy),
        "render_kw": way.attributes or None,
    }
    field_type = way.field
    if field_type in (fields.RadioAnswer, fields.SeveralAnswer):
        field_type, options["choices"] = _offer(question, field_type, easy)
    if question.required:
        is_marked = field_type is not fields.SeveralAnswer
        options["validators"] = [
            fields.Needed((easy and way.easy_ask) or way.ask, is_marked=is_marked)
        ]
    return field_type(question.easy_label if easy else question.label, **options)


def _offer(
    question: Question, field_type: Callable[..., fields.Asked], easy: bool
) -> tuple[Callable[..., fields.Asked], list[SelectChoice]]:
    choices = [SelectChoice(value, label) for value, label in _choices(question, easy)]
    if field_type is fields.SeveralAnswer:
        return field_type, choices
    if len(choices) >= LONG_LIST and question.kind is Kind.ONE_CHOICE:
        return fields.SelectAnswer, [SelectChoice("", FIRST_OF_LIST), *choices]
    # To be quoted « not at all » is one of the answers: it needs no other way out.
    is_whole = question.required or question.kind is Kind.QUOTATION
    return field_type, choices if is_whole else [*choices, SelectChoice("", NO_ANSWER)]


def _choices(question: Question, easy: bool) -> list[tuple[str, str]]:
    if question.kind is Kind.YES_NO:
        return [(YES, "Oui"), (NO, "Non")]
    if question.kind is Kind.SCALE:
        return [(str(step), _step_label(question, step)) for step in answers.steps(question)]
    return [(o.value, o.easy_label if easy else o.label) for o in question.options]


def _step_label(question: Question, step: int) -> str:
    low, high = answers.bounds(question)
    if question.scale and step == low:
        return f"{step} – {question.scale.low_label}"
    if question.scale and step == high:
        return f"{step} – {question.scale.high_label}"
    return str(step)
