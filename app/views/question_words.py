"""The words of a question as pages show them: the same for everybody, written once a process."""

from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup

from forms.fields import Choices
from forms.schema import Question

MOST = 2_000  # of a call's questions, each in two wordings and three parts
UNTICKED, TICKED = Markup("<input "), Markup("<input checked ")  # replace() escapes plain words


@lru_cache(maxsize=MOST)
def written(part: str, question: Question, name: str, easy: bool) -> Markup:
    """Return a part of a question's words: « wording », « around » or « help ».

    `name`: the id of its field. The macros are those of answering/words.html.
    """
    told: Markup = _macro(part)(question, name, easy)
    return told


def boxes(field: Choices) -> Markup:
    """Return the choices of a field as boxes or radio buttons, those that are taken ticked."""
    type_ = "radio" if field.type == "RadioField" else "checkbox"
    offered = tuple((each.value, each.label) for each in field.choices)
    told = _boxes(offered, field.id, field.name, type_, bool(field.flags.required))
    taken = field.written
    return Markup("").join(
        box.replace(UNTICKED, TICKED, 1) if value in taken else box
        for (value, _), box in zip(offered, told, strict=True)
    )


@lru_cache(maxsize=MOST)
def _boxes(
    offered: tuple[tuple[str, str], ...], id_: str, name: str, type_: str, is_needed: bool
) -> tuple[Markup, ...]:
    box = _macro("box")
    return tuple(
        box(f"{id_}-{rank}", name, value, label, type_, is_needed)
        for rank, (value, label) in enumerate(offered)
    )


def _macro(name: str) -> Any:
    return getattr(current_app.jinja_env.get_template("answering/words.html").module, name)
