"""Values in rows on one scale: dots with their intervals, or bars on both sides of zero.

Told apart without colour: by the place, by the side, and by the number written at the end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis import chart_style as style
from analysis.chart_style import NOTE, TEXT, Sheet, width_of, wrap
from analysis.chart_text import clean

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PAD, _LINE, _SPACE = 16, 19, 9
_WIDTH, _LABELS = 720, 260


@dataclass(frozen=True)
class Row:
    """A row's name, its value, the number as it is written; its interval, where there is one."""

    name: str
    value: float
    said: str
    low: float | None = None
    high: float | None = None


def intervals(rows: Sequence[Row], title: str, note: str, ticks: Sequence[float]) -> "Figure":
    """A dot for each value, on a line from end to end of its interval; *ticks*: the scale.

    ValueError where there is no row.
    """
    least = min([*ticks, *(each.low for each in rows if each.low is not None)])
    return _draw(rows, title, note, (least, max(ticks)), ticks, _interval)


def bars(rows: Sequence[Row], title: str, note: str) -> "Figure":
    """A bar for each value, to the right of zero or to its left. ValueError without a row."""
    values = [0.0, *(each.value for each in rows)]
    return _draw(rows, title, note, (min(values), max(values)), (0.0,), _bar)


_Place = Callable[[float], float]


def _draw(
    rows: Sequence[Row],
    title: str,
    note: str,
    ends: tuple[float, float],
    ticks: Sequence[float],
    mark: Callable[[Sheet, Row, float, _Place], None],
) -> "Figure":
    if not rows:
        raise ValueError("nothing to draw: no row")
    with style.house_style():
        sheet = Sheet(_WIDTH, _PAD)
        sheet.opening(title, note)
        start = _PAD + min(_LABELS, max(width_of(clean(each.name)) for each in rows)) + 14
        end = _WIDTH - _PAD - max(width_of(each.said, NOTE) for each in rows) - 14

        def place(value: float) -> float:
            return start + (end - start) * (value - ends[0]) / ((ends[1] - ends[0]) or 1)

        if len(ticks) > 1:
            sheet.y += 16
            for tick in ticks:
                words = f"{tick:g}".replace(".", ",").replace("-", "−")
                sheet.text(
                    place(tick), sheet.y, words, size=NOTE, color=style.INK_2, align="center"
                )
            sheet.y += 6
        for row in rows:
            _row(sheet, row, start, [place(tick) for tick in ticks])
            mark(sheet, row, sheet.y - _height(row) / 2, place)
        sheet.y += _PAD
        return sheet.finish()


def _height(row: Row) -> float:
    return _LINE * len(wrap(row.name, _LABELS)) + _SPACE


def _row(sheet: Sheet, row: Row, start: float, ticks: Sequence[float]) -> None:
    """A row's name, its number, the lines of the scale behind it."""
    height = _height(row)
    for tick in ticks:
        sheet.bar(tick - 0.5, sheet.y, 1, height, style.RULE)
    lines = wrap(row.name, _LABELS)
    for rank, words in enumerate(lines):
        base = sheet.y + height / 2 + 5 + _LINE * (rank - (len(lines) - 1) / 2)
        sheet.text(start - 14, base, words, size=TEXT, align="right")
    sheet.text(_WIDTH - _PAD, sheet.y + height / 2 + 4, row.said, size=NOTE, align="right")
    sheet.y += height


def _interval(sheet: Sheet, row: Row, middle: float, place: _Place) -> None:
    if row.low is not None and row.high is not None:
        low, high = place(row.low), place(row.high)
        sheet.bar(low, middle - 1, high - low, 2, style.INK_2)
        for end in (low, high):
            sheet.bar(end - 1, middle - 5, 2, 10, style.INK_2)
    sheet.shape(place(row.value), middle, "circle", style.PALETTE["act"])


def _bar(sheet: Sheet, row: Row, middle: float, place: _Place) -> None:
    zero, end = place(0), place(row.value)
    colour = style.PALETTE["blue" if row.value > 0 else "warm"]
    sheet.bar(min(zero, end), middle - 6, abs(end - zero), 12, colour)
