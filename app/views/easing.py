"""The words of a form put in easy French, where that wording was chosen."""

from collections.abc import Mapping

from wtforms import Form

from app.views.places import is_easy

Labels = Mapping[str, tuple[str, str]]
"""Field → its label and its help."""


def ease(form: Form, labels: Labels, errors: Mapping[str, str]) -> None:
    """Say what a form asks, and what is wrong with it, by `labels` and `errors`: usual → easy."""
    if not is_easy():
        return
    for field in form:
        field.errors = [errors.get(error, error) for error in field.errors]
        if field.short_name in labels:
            field.label.text, field.description = labels[field.short_name]
