"""A line of text, tidied before it is checked: what shows nothing is nothing."""

from typing import Any

from wtforms import StringField

from app.services import clsms


class LineField(StringField):
    """One line, without what cannot be seen."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = clsms.tidy(valuelist[0])
