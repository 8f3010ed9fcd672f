"""How long things are kept: told once, when the application is made, as its keys are."""

from datetime import UTC, datetime, time

from app.models.base import PARIS, now
from settings.periods import Period
from settings.retention import Retention


class Periods:
    """The periods of this process; the usual ones until it is told others."""

    def __init__(self) -> None:
        self.of = Retention()

    def configure(self, retention: Retention) -> None:
        """Take these periods into use."""
        self.of = retention


periods = Periods()


def end_of(period: Period) -> datetime:
    """Return the moment at which what is kept from now on is due: the end of a day in Paris."""
    last = period.after(now().astimezone(PARIS).date())
    return datetime.combine(last, time.max, PARIS).astimezone(UTC)
