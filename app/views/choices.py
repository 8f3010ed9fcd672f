"""A choice in a list, whose refusal speaks the language of the page."""

from wtforms import Form, SelectField, ValidationError


class ListField(SelectField):
    """One of the offered choices, nothing else."""

    def pre_validate(self, form: Form) -> None:
        if self.data not in {value for value, *_ in self.iter_choices()}:
            raise ValidationError("Choisissez dans la liste.")
