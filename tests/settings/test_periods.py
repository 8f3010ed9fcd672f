"""Periods: read as they are written, said in French, counted in the calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.periods import Period, PeriodError

READ = [
    ("30 jours", Period(30), "30\u00a0jours"),
    ("1 jour", Period(1), "1\u00a0jour"),
    ("7j", Period(7), "7\u00a0jours"),
    (" 18 mois ", Period(18, is_months=True), "18\u00a0mois"),
    ("12 MOIS", Period(12, is_months=True), "1\u00a0an"),
    ("60 mois", Period(60, is_months=True), "5\u00a0ans"),
    ("1 an", Period(12, is_months=True), "1\u00a0an"),
    ("50\u00a0ans", Period(600, is_months=True), "50\u00a0ans"),
]


@pytest.mark.parametrize(("written", "period", "said"), READ)
def test_a_period_is_read_and_said(written: str, period: Period, said: str) -> None:
    assert Period.read(written) == period
    assert str(period) == said
    assert Period.read(said) == period


@pytest.mark.parametrize(
    "written",
    [
        "",
        "30",
        "jours",
        "0 jour",
        "-3 jours",
        "2,5 mois",
        "51 ans",
        "18601 jours",
        "un an",
        "1 an 2",
    ],
)
def test_what_says_no_period(written: str) -> None:
    with pytest.raises(PeriodError):
        Period.read(written)


@pytest.mark.parametrize(
    ("period", "day", "before", "after"),
    [
        (Period(30), date(2026, 3, 1), date(2026, 1, 30), date(2026, 3, 31)),
        (Period(1, True), date(2026, 3, 31), date(2026, 2, 28), date(2026, 4, 30)),
        (Period(12, True), date(2024, 2, 29), date(2023, 2, 28), date(2025, 2, 28)),
        (Period(13, True), date(2026, 1, 15), date(2024, 12, 15), date(2027, 2, 15)),
    ],
)
def test_a_day_before_and_a_day_after(period: Period, day: date, before: date, after: date) -> None:
    assert (period.before(day), period.after(day)) == (before, after)


@given(
    day=st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)),
    count=st.integers(1, 600),
    is_months=st.booleans(),
)
def test_a_period_lasts_at_most_its_days(day: date, count: int, is_months: bool) -> None:
    period = Period(count, is_months)
    assert 0 < (day - period.before(day)).days <= period.days
    assert 0 < (period.after(day) - day).days <= period.days
