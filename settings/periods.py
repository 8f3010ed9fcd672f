"""How long something is kept: a number of days or of months, in the calendar of Paris."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_MONTHS = 600
_WRITTEN = re.compile(r"(?P<count>[0-9]{1,5})\s*(?P<unit>jours?|j|mois|ans?)", re.IGNORECASE)


class PeriodError(ValueError):
    """A text that says no period."""


@dataclass(frozen=True, slots=True)
class Period:
    """So many days or so many months; `str()` says it in French (« 30 jours », « 5 ans »)."""

    count: int
    is_months: bool = False

    @classmethod
    def read(cls, text: str) -> "Period":
        """Give the period that is written: « 30 jours », « 18 mois », « 5 ans ».

        Raises PeriodError for what is not one, for none at all and for more than fifty years.
        """
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise PeriodError(text)
        count, unit = int(written["count"]), written["unit"].lower()
        period = cls(count * 12, True) if unit.startswith("a") else cls(count, unit == "mois")
        if not 1 <= period.days <= LONGEST_MONTHS * 31:
            raise PeriodError(text)
        return period

    @property
    def days(self) -> int:
        """The most days it can last."""
        return self.count * 31 if self.is_months else self.count

    def before(self, day: date) -> date:
        """Give the day that lies this long before: in a shorter month, its last day."""
        if not self.is_months:
            return day - timedelta(days=self.count)
        return self._months_from(day, -self.count)

    def after(self, day: date) -> date:
        """Give the day that lies this long after."""
        if not self.is_months:
            return day + timedelta(days=self.count)
        return self._months_from(day, self.count)

    @staticmethod
    def _months_from(day: date, months: int) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))

    def __str__(self) -> str:
        if not self.is_months:
            return f"{self.count}\u00a0jour{'s' if self.count > 1 else ''}"
        years, months = divmod(self.count, 12)
        if months:
            return f"{self.count}\u00a0mois"
        return f"{years}\u00a0an{'s' if years > 1 else ''}"
