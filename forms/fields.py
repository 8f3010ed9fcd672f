"""The WTForms fields that ask a question. What they accept is decided in `forms.kinds`."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from wtforms import (
    BooleanField,
    DataList,
    Field,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import Choice
from wtforms.validators import StopValidation
from wtforms.widgets import ListWidget

from forms import widgets
from forms.answers import YES, AnswerError, clean
from forms.schema import Question, Value


class Way(Protocol):
    """How a kind of question is read from a submission and written back to it."""

    @property
    def read(self) -> Callable[[Question, Sequence[str]], Value | None]:
        """Give the value to store, or None."""

    @property
    def write(self) -> Callable[[Value], list[str]]:
        """Give what a browser would send for a value."""


class Needed:
    """The validator of a required question; `is_marked` puts `required` in the HTML."""

    def __init__(self, message: str, *, is_marked: bool = True) -> None:
        self.message = message
        self.field_flags = {"required": True} if is_marked else {}

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse an empty field, unless it already says what is wrong with it."""
        if field.data is None and not field.process_errors:
            raise StopValidation(self.message)


class Asked(Field):
    """A field that bears its question; its `data` is the value to store, or None."""

    keeps_when_absent = True
    """A form that does not send this field leaves what was answered; an unticked box does not."""

    their_name: str
    """The name of the field of WTForms that it is: templates recognise it by that one."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Name it after the nearest field of WTForms."""
        super().__init_subclass__(**options)
        bases = [base for base in cls.__mro__ if base.__module__.startswith("wtforms.")]
        cls.their_name = bases[0].__name__

    def __init__(
        self, label: str, *, question: Question, way: Way, is_easy: bool = False, **options: Any
    ) -> None:
        super().__init__(label, **({"description": question.help} | options))
        self.question = question
        self.way = way
        self.is_easy = is_easy
        self.suggestions: list[str] = []
        self.type = self.their_name

    def process_data(self, value: Value | None) -> None:
        """Take a stored value; one that is no longer offered counts as not answered."""
        self.data = value if value is not None and accepts(self.question, self.way, value) else None

    def process_formdata(self, submitted: list[str]) -> None:
        """Take what was submitted."""
        if submitted or not self.keeps_when_absent:
            self.data = None
            try:
                self.data = self.way.read(self.question, submitted) if submitted else None
            except AnswerError as error:
                raise ValueError(error.easy if self.is_easy else str(error)) from None

    def pre_validate(self, form: Form) -> None:
        """Check nothing more: reading has already refused what is not acceptable."""

    @property
    def written(self) -> list[str]:
        """Give what the page shows as answered: refused words stay there to be mended."""
        if self.raw_data and self.process_errors:
            return [clean(sent) for sent in self.raw_data]
        if self.raw_data == [""]:
            return [""]
        return [] if self.data is None else self.way.write(self.data)


def accepts(question: Question, way: Way, value: Value) -> bool:
    """Tell whether a browser could have sent this value."""
    try:
        sent = way.write(value)
        return bool(sent) and way.read(question, sent) == value
    except ValueError:
        return False


class _Text(Asked):
    def process_data(self, value: Value | None) -> None:
        """Take a stored text whatever it is: a limit that moved must not lose a word."""
        self.data = value if isinstance(value, str) else None

    def _value(self) -> str:
        return "".join(self.written[:1])


class TextAnswer(_Text, StringField):
    """One line of text."""

    widget = widgets.TextInput()


class LongTextAnswer(_Text, TextAreaField):
    """A text of several paragraphs."""

    widget = widgets.TextArea()


class SuggestedAnswer(_Text, StringField):
    """One line of text with `suggestions`, which `field.datalist()` renders."""

    widget = widgets.TextInput()

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, datalist=DataList(lambda form, field: field.suggestions), **options)


class NumberAnswer(Asked, StringField):
    """A number or a year, typed."""

    widget = widgets.TextInput()

    def _value(self) -> str:
        return "".join(self.written[:1])


class Choices(Asked):
    """What offers choices."""

    def iter_choices(self) -> list[Choice]:
        """Give the choices, each with whether it is taken."""
        taken = self.written
        return [
            Choice(
                value=choice.value, label=choice.label, selected=choice.value in taken, render_kw={}
            )
            for choice in self.choices
        ]


class SelectAnswer(Choices, SelectField):
    """One choice out of a long list."""

    widget = widgets.Select()


class RadioAnswer(Choices, RadioField):
    """One choice out of a few."""

    keeps_when_absent = False


class SeveralAnswer(Choices, SelectMultipleField):
    """Any number of choices, a box each."""

    keeps_when_absent = False
    widget = ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.label.field_id = False


class ConsentAnswer(Asked, BooleanField):
    """A consent: a box of its own."""

    widget = widgets.CheckboxInput()
    keeps_when_absent = False

    def _value(self) -> str:
        return YES
