"""Days and hours as they are typed by staff: forgiving, and refusing in French."""

import re
from datetime import time
from typing import Any

from wtforms import DateField

DAY_WANTED = "Donnez un jour, par exemple 03/12/2026."
HOUR = re.compile(r"(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?\s*(?:min)?", re.IGNORECASE)
HOUR_WANTED = "«\u00a0{}\u00a0» n’est pas une heure. Écrivez par exemple 14 h 30."


def read_hour(typed: str) -> time:
    """Return an hour as French write it: « 9 h », « 14h30 », « 14:30 ». Raises ValueError."""
    found = HOUR.fullmatch(typed.strip())
    if found is None:
        raise ValueError(typed)
    return time(int(found[1]), int(found[2] or 0))


class DayField(DateField):
    """A day, from a calendar or typed; its refusal speaks French."""

    data: Any  # a date, or none

    def __init__(self, label: str, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d/%m/%Y"], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not any(each.strip() for each in valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(DAY_WANTED) from None
