"""What every page shares: the French of numbers and dates, definitions."""

from datetime import date, datetime, timedelta

from flask import Flask, current_app
from flask_babel import format_date, format_datetime, format_decimal

from analysis.chart_text import percent
from guides.french import decimal

NO_BREAK_SPACE = "\u00a0"


def day(value: date | datetime) -> str:
    """Return a day in words: « 22 novembre 2026 », « 1er mai 2026 », its spaces unbreakable."""
    show = format_datetime if isinstance(value, datetime) else format_date
    written = str(show(value, "d MMMM y")).replace(" ", NO_BREAK_SPACE)
    return f"1er{written[1:]}" if written.startswith(f"1{NO_BREAK_SPACE}") else written


def month(value: date) -> str:
    """Return a month in words: « novembre 2026 »."""
    return str(format_date(value, "MMMM y")).replace(" ", NO_BREAK_SPACE)


def moment(value: datetime) -> str:
    """Return a moment in words, in the time of Paris: « 22 novembre 2026 à 9 h 41 »."""
    return f"{day(value)} à {hour(value)}"


def hour(value: datetime) -> str:
    """Return the hour of a moment, in the time of Paris: « 9 h 41 »."""
    return str(format_datetime(value, "H 'h' mm")).replace(" ", NO_BREAK_SPACE)


def long_day(value: date | datetime) -> str:
    """Return a day with its name: « mardi 3 décembre 2026 », which may break after the name."""
    show = format_datetime if isinstance(value, datetime) else format_date
    return f"{show(value, 'EEEE')} {day(value)}"


def clock(value: datetime) -> str:
    """Return an hour as it is said, in the time of Paris: « 14 h », « 14 h 30 »."""
    return hour(value).removesuffix(f"{NO_BREAK_SPACE}00")


def span(starts_at: datetime, minutes: int) -> str:
    """Return from when to when, in the time of Paris: « de 14 h à 15 h 30 »."""
    return f"de {clock(starts_at)} à {clock(starts_at + timedelta(minutes=minutes))}"


def number(value: float) -> str:
    """Return a number as French writes it: « 1 234 », « 0,84 »."""
    return str(format_decimal(value))


def lasting(value: timedelta) -> str:
    """Return how long something lasts, in hours when they are whole: « 12 heures »."""
    minutes = int(value.total_seconds()) // 60
    if minutes % 60:
        return plural(minutes, "minute", "minutes")
    return plural(minutes // 60, "heure", "heures")


def plural(count: int, one: str, many: str) -> str:
    """Return a count with its noun: « 1 témoignage », « 2 témoignages » (French: 0 is singular)."""
    return f"{number(count)}{NO_BREAK_SPACE}{one if count < 2 else many}"


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a definition's text, which a blank line parts."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def init_app(app: Flask) -> None:
    times = (day, long_day, month, moment, hour, clock, span)
    for filter_ in (*times, lasting, number, decimal, plural, percent, paragraphs):
        app.add_template_filter(filter_)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def definitions() -> dict[str, object]:
        return {"questionnaires": current_app.extensions["questionnaires"]}
