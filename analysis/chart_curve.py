"""The curve of answers over time: two lines, what left and what came back, named at their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis import chart_style as style
from analysis.chart_style import NOTE, TEXT, Sheet
from analysis.chart_text import MONTHS, NBSP, number, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, PAD, HEIGHT, LEFT, RIGHT = 720, 16, 240, 56, 176


@dataclass(frozen=True)
class Point:
    """How many had left and how many had answered by the end of a day."""

    day: date
    left: int
    answered: int


def describe(points: Sequence[Point]) -> str:
    """What the curve shows, in French: the last figures, and when half of the answers had come."""
    if not points or not points[-1].left:
        return f"Rien n’est encore parti{NBSP}: il n’y a pas de courbe à montrer."
    last = points[-1]
    sentences = [
        f"Au {_day(last.day)} {last.day.year}, {number(last.answered)} réponse"
        f"{'s' if last.answered > 1 else ''} pour {number(last.left)} message"
        f"{'s partis' if last.left > 1 else ' parti'}, soit {percent(last.answered / last.left)}."
    ]
    if last.answered > 1:
        half = next(point for point in points if 2 * point.answered >= last.answered)
        sentences.append(f"La moitié des réponses étaient là le {_day(half.day)} {half.day.year}.")
    return " ".join(sentences)


def draw(points: Sequence[Point], title: str, height: int = HEIGHT) -> "Figure":
    """The two curves, one point a day, *height* between the scale's ends.

    Raises ValueError when nothing has left.
    """
    if not points or not points[-1].left:
        raise ValueError("nothing to draw: no message has left")
    with style.house_style():
        sheet = Sheet(WIDTH, PAD)
        sheet.opening(title, "Nombres cumulés, jour après jour.")
        _Curves(sheet, points, height).draw()
        sheet.y += PAD
        return sheet.finish()


class _Curves:
    """The place of each day and number, and what is drawn there."""

    def __init__(self, sheet: Sheet, points: Sequence[Point], height: int) -> None:
        self.sheet, self.points, self.height = sheet, points, height
        self.top = sheet.y + 8
        self.greatest = max(max(point.left, point.answered) for point in points)
        self.days = max((points[-1].day - points[0].day).days, 1)

    def draw(self) -> None:
        self._scale()
        left = [(point.day, point.left) for point in self.points]
        answered = [(point.day, point.answered) for point in self.points]
        ends = self._apart(left[-1][1], answered[-1][1])
        self._line(left, style.INK_2, "partis", ends[0], dash=True)
        rate = percent(answered[-1][1] / left[-1][1])
        self._line(answered, style.PALETTE["act"], f"réponses, {rate}", ends[1], dash=False)
        self.sheet.y = self.top + self.height + 30

    def x(self, day: date) -> float:
        if len(self.points) == 1:  # beside its names, which stand in the margin
            return WIDTH - RIGHT
        offset = (day - self.points[0].day).days
        return LEFT + (WIDTH - LEFT - RIGHT) * offset / self.days

    def y(self, value: int) -> float:
        return self.top + self.height * (1 - value / self.greatest)

    def _scale(self) -> None:
        for value in sorted({0, self.greatest // 2, self.greatest}):
            y = self.y(value)
            self.sheet.bar(LEFT, y, WIDTH - LEFT - RIGHT, 1, style.RULE)
            self.sheet.text(LEFT - 8, y + 5, number(value), size=NOTE, align="right")
        first, last = self.points[0].day, self.points[-1].day
        middle = first + timedelta(days=(last - first).days // 2)
        below = self.top + self.height + 20
        self.sheet.text(self.x(first), below, _day(first), size=NOTE)
        if self.days > 1:
            self.sheet.text(self.x(middle), below, _day(middle), size=NOTE, align="center")
        if last > first:
            self.sheet.text(self.x(last), below, _day(last), size=NOTE, align="right")

    def _apart(self, left: int, answered: int) -> tuple[float, float]:
        """Where the names of the two lines stand: beside their ends, never on one another."""
        high, low = self.y(left), self.y(answered)
        overlap = max(0.0, TEXT + 4 - abs(low - high)) / 2
        if high <= low:
            return high - overlap, low + overlap
        return high + overlap, low - overlap

    def _line(
        self, values: Sequence[tuple[date, int]], color: str, name: str, y: float, *, dash: bool
    ) -> None:
        places = [(self.x(day), self.y(value)) for day, value in values]
        self.sheet.curve(places, color, dash=dash)
        words = f"{number(values[-1][1])} {name}"
        self.sheet.text(places[-1][0] + 10, y + 5, words, size=TEXT, color=color, bold=True)


def _day(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day}{NBSP}{MONTHS[day.month - 1]}"
