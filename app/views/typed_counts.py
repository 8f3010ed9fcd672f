"""Whole numbers as they are typed: refused in French."""

from typing import Any

from wtforms import IntegerField


class CountField(IntegerField):
    """A whole number; its refusal speaks French."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Écrivez un nombre entier.") from None
