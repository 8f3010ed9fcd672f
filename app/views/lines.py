"""A line of text, tidied before it is checked: what shows nothing is nothing."""

import re
from typing import Any

from wtforms import Field, Form, StringField, ValidationError
from wtforms.validators import Length, StopValidation

from app.services import clsms
from forms.answers import group

LINE_BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
ONE_LINE = "Écrivez sur une seule ligne\u00a0: un retour à la ligne n’a pas sa place ici."


class _AtMost(Length):
    """A limit past which nothing more is looked at."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse what is longer. Raises StopValidation."""
        try:
            super().__call__(form, field)
        except ValidationError as error:
            raise StopValidation(*error.args) from None


def at_most(longest: int, *, is_told: bool = True) -> Length:
    """Return the limit of a text, in characters: every field that is typed in has one.

    `is_told`: so is the browser, which then takes no more, and cuts off what is pasted.
    """
    limit = _AtMost(max=longest, message=f"Écrivez {group(longest)}\u00a0signes au plus.")
    if not is_told:
        limit.field_flags = {}
    return limit


class LineField(StringField):
    """One line, without what cannot be seen."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = clsms.tidy(valuelist[0])


def one_line(_form: Form, field: Field) -> None:
    """Refuse a line break: what follows it could pass for a header of a message.

    No browser sends one from a field of one line. Raises ValidationError.
    """
    if any(LINE_BREAKS.search(raw.strip()) for raw in field.raw_data or () if isinstance(raw, str)):
        raise ValidationError(ONE_LINE)
