"""What every model shares: the day is that of Paris, wherever the server is."""

import zoneinfo
from datetime import UTC, date, datetime

import pytest

from app.models import base


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1)),
    ],
)
def test_the_day_is_that_of_paris(
    monkeypatch: pytest.MonkeyPatch, moment: datetime, day: date
) -> None:
    monkeypatch.setattr(base, "now", lambda: moment)
    assert base.today() == day


def test_paris_is_known_where_the_system_knows_no_zone() -> None:
    try:
        zoneinfo.reset_tzpath(to=[])
        assert zoneinfo.ZoneInfo.no_cache("Europe/Paris").key == "Europe/Paris"
    finally:
        zoneinfo.reset_tzpath()
