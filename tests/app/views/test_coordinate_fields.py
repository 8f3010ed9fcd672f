"""Phone, address and name, as every public form checks them."""

import pytest
from flask import Flask
from flask_wtf import FlaskForm

from app.views.coordinate_fields import INCOMPLETE, NAME, UNDIALLED, AddressField, PhoneField
from app.views.lines import LineField

NO_LINK = (
    "Écrivez sans adresse de site ni de messagerie\u00a0; laissez une espace après chaque point."
)


class Form(FlaskForm):
    email = AddressField("Adresse")
    phone = PhoneField("Numéro")
    name = LineField("Nom", NAME)


def read(app: Flask, **typed: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return what a form keeps of what is typed, and what it says is wrong."""
    with app.test_request_context(method="POST", data=typed):
        form = Form()
        form.validate()
        return {each: form[each].data for each in typed}, dict(form.errors)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"email": "", "phone": "", "name": ""}, {}),
        ({"email": "  ", "phone": "  "}, {"email": ""}),
        ({"email": " Lea@Exemple.FR "}, {"email": "lea@exemple.fr"}),
        ({"phone": "06.12 34 56-78"}, {}),
        ({"phone": "+33 (0)6 12 34 56 78"}, {}),
        ({"name": "  Dr. J.-P.  O’Neill, dit Max "}, {"name": "Dr. J.-P. O’Neill, dit Max"}),
    ],
)
def test_what_is_right_is_kept(app: Flask, typed: dict[str, str], kept: dict[str, str]) -> None:
    assert read(app, **typed) == (typed | kept, {})


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "lea", INCOMPLETE),
        ("email", "lea@exemple.fr\nBcc: a@b.fr", INCOMPLETE),
        ("email", "x" * 300, INCOMPLETE),
        ("phone", "demain", UNDIALLED),
        ("phone", "06 12", UNDIALLED),
        ("phone", "06" + " " * 40 + "12345678", "Écrivez moins de 40\u00a0signes."),
        ("name", "x" * 121, "Écrivez moins de 120\u00a0signes."),
        ("name", "Léa, voir www.exemple.fr", NO_LINK),
        ("name", "Léa https://exemple", NO_LINK),
        ("name", "lea@exemple", NO_LINK),
    ],
)
def test_what_is_wrong_is_said_once(app: Flask, field: str, typed: str, said: str) -> None:
    assert read(app, **{field: typed})[1] == {field: [said]}
