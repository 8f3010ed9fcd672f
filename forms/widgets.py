"""How fields are written in HTML: as WTForms does, to the letter, many times as fast.

A questionnaire's page has a hundred tags, and WTForms makes each of many small safe texts: more
than half of the time of such a page.
"""

from collections.abc import Iterator
from typing import Any

import wtforms.widgets as theirs
from markupsafe import Markup, escape
from wtforms import Field


def attributes(**given: Any) -> Markup:
    """Give the attributes of a tag, in the order of their names; True stands for a bare name."""
    return Markup(" ".join(_written(given)))  # noqa: S704 - each value is escaped


def _written(given: dict[str, Any]) -> Iterator[str]:
    for name, value in sorted(given.items()):
        if value is False:
            continue
        key = name.rstrip("_")
        if key.startswith(("data_", "aria_")):
            key = key.replace("_", "-")
        if value is True:
            yield key
        else:
            yield f'{key}="{str(escape(value)).replace(chr(34), "&quot;")}"'


def _with_flags(widget: Any, field: Field, given: dict[str, Any]) -> dict[str, Any]:
    """Add what the validators of a field say of it, as far as the tag knows it."""
    flags = vars(field.flags)
    told = {name: flags[name] for name in flags if name in widget.validation_attrs}
    return {"id": field.id, "name": field.name} | told | given


class TextInput(theirs.TextInput):
    """One line of text."""

    html_params = staticmethod(attributes)


class CheckboxInput(theirs.CheckboxInput):
    """A box to tick."""

    html_params = staticmethod(attributes)


class TextArea(theirs.TextArea):
    """Several lines of text."""

    def __call__(self, field: Field, **given: Any) -> Markup:
        """Write the tag; the line break after it is none of the text's (HTML)."""
        told = attributes(**_with_flags(self, field, given))
        return Markup(f"<textarea {told}>\r\n{escape(field._value())}</textarea>")  # noqa: S704


class Select(theirs.Select):
    """A list to unfold, without groups."""

    def __call__(self, field: Field, **given: Any) -> Markup:
        """Write the list and all its options."""
        told = attributes(**_with_flags(self, field, given))
        options = "".join(
            f'<option{" selected" if each.selected else ""} value="{escape(each.value)}">'
            f"{escape(each.label)}</option>"
            for each in field.iter_choices()
        )
        return Markup(f"<select {told}>{options}</select>")  # noqa: S704
