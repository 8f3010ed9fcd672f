"""Choices in a list, whose refusal speaks the language of the page."""

from wtforms import Form, SelectField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

CHOOSE = "Choisissez dans la liste."


class ListField(SelectField):
    """One of the offered choices, nothing else."""

    def pre_validate(self, form: Form) -> None:
        if self.data not in {value for value, *_ in self.iter_choices()}:
            raise ValidationError(CHOOSE)


class BoxesField(SelectMultipleField):
    """Any of the offered choices, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Form) -> None:
        offered = {value for value, *_ in self.iter_choices()}
        if not offered.issuperset(self.data or ()):
            raise ValidationError(CHOOSE)
