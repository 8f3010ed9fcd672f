"""Small multiples: a little figure for each theme, all to one scale, for a glance at the call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis import chart_style as style
from analysis.chart_style import NOTE, Group, Sheet, wrap
from analysis.chart_text import HIDDEN, clean, number, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, PAD, COLUMNS, GAP = 720, 16, 2, 30
_LINE, _CURVE = 17, 34  # heights
_SMALL, _SMALL_LINE, _ROOM = 12, 14, 140  # the names of columns


@dataclass(frozen=True)
class Panel:
    """One theme: its name, how many bear it, the part of each column, and a number by period.

    ``parts``: 0 to 1 by column, None where it is hidden or there is nobody. ``total`` is None where
    it is hidden; so is a number of ``course``.
    """

    name: str
    total: int | None
    parts: Mapping[str, float | None]
    course: Sequence[int | None]


def draw(
    panels: Mapping[str, Panel],
    groups: Sequence[Group],
    ends: tuple[str, str],
    title: str,
    note: str,
) -> "Figure":
    """The sheet, family by family; *ends* names the first period and the last. ValueError if none.

    Bars are the part of each column, all to the same scale; curves to their own, whose greatest
    number is written.
    """
    if not panels:
        raise ValueError("nothing to draw: no theme")
    with style.house_style():
        sheet = Sheet(WIDTH, PAD)
        sheet.opening(title, note)
        shown = [part for each in panels.values() for part in each.parts.values() if part]
        drawer = _Panels(sheet, max(shown, default=1.0), ends)
        for group in groups:
            sheet.family(group)
            drawer.family([panels[row] for row in group.rows], group.color)
        sheet.y += PAD
        return sheet.finish()


class _Panels:
    def __init__(self, sheet: Sheet, greatest: float, ends: tuple[str, str]) -> None:
        self.sheet, self.greatest, self.ends = sheet, greatest, ends
        self.wide = (WIDTH - 2 * PAD - (COLUMNS - 1) * GAP) / COLUMNS

    def family(self, panels: Sequence[Panel], color: str) -> None:
        for first in range(0, len(panels), COLUMNS):
            row = panels[first : first + COLUMNS]
            lines = [wrap(clean(panel.name), self.wide, NOTE, bold=True) for panel in row]
            tallest = max(map(len, lines))
            top, below = self.sheet.y, self.sheet.y
            for rank, panel in enumerate(row):
                x = PAD + rank * (self.wide + GAP)
                for place, words in enumerate(lines[rank]):
                    self.sheet.text(x, top + 14 + _LINE * place, words, size=NOTE, bold=True)
                y = self._bars(panel, x, top + _LINE * tallest + 4, color)
                below = max(below, self._course(panel, x, y, color))
            self.sheet.y = below + 18

    def _bars(self, panel: Panel, x: float, y: float, color: str) -> float:
        """The part of each column; a long name takes two lines, and no more."""
        heads = {head: wrap(clean(head), _ROOM, _SMALL)[:2] for head in panel.parts}
        full = self.wide - _ROOM - 62
        for head, part in panel.parts.items():
            lines, length = heads[head], full * (part or 0) / self.greatest
            middle = y + _SMALL_LINE * len(lines) / 2
            for rank, words in enumerate(lines):
                self.sheet.text(x, y + 12 + _SMALL_LINE * rank, words, size=_SMALL)
            self.sheet.bar(x + _ROOM + 8, middle - 4, full, 10, style.TRACK)
            self.sheet.bar(x + _ROOM + 8, middle - 4, length, 10, color)
            told = HIDDEN if part is None else percent(part)
            self.sheet.text(x + self.wide, middle + 5, told, size=NOTE, align="right")
            y += _SMALL_LINE * len(lines) + 6
        return y

    def _course(self, panel: Panel, x: float, y: float, color: str) -> float:
        """The numbers by period, as columns standing on a line; under it, the ends of time."""
        y += 6
        told = [value for value in panel.course if value]
        greatest, step = max(told, default=0), self.wide / max(1, len(panel.course))
        for rank, value in enumerate(panel.course):
            if value is None:  # hidden: told from zero by a dash over the line
                middle = x + step * (rank + 0.5)
                self.sheet.text(middle, y + _CURVE - 5, "–", size=_SMALL, align="center")
                continue
            high = _CURVE * value / (greatest or 1)
            thick = max(1.0, step - 2)
            self.sheet.bar(x + step * rank, y + _CURVE - high, thick, high, color)
        self.sheet.bar(x, y + _CURVE, self.wide, 1, style.FIELD)
        below = y + _CURVE + 15
        far, grey = x + self.wide, style.INK_2
        self.sheet.text(x, below, self.ends[0], size=_SMALL, color=grey)
        self.sheet.text(far, below, self.ends[1], size=_SMALL, color=grey, align="right")
        whole = HIDDEN if panel.total is None else number(panel.total)
        told_words = f"{whole} en tout"
        if greatest and None not in panel.course:
            told_words += f", {number(greatest)} au plus"
        middle = x + self.wide / 2
        self.sheet.text(middle, below, told_words, size=_SMALL, color=grey, align="center")
        return below
