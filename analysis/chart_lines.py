"""Lines over time, or as testimonies come in: each with its own mark, named at its end.

Lines are told apart without colour: by their marks, their dashes, and the name beside the last
point.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis import chart_style as style
from analysis.chart_style import FAMILY_LOOKS, NOTE, Shape, Sheet, width_of, wrap
from analysis.chart_text import clean, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, PAD, HEIGHT, LEFT = 720, 16, 260, 64
MOST = len(FAMILY_LOOKS)  # lines of one figure: more would not be told apart
_LINE = 17


@dataclass(frozen=True)
class Line:
    """One line: a value for each place of the scale, none where it is not known."""

    name: str
    values: Sequence[int | None]


@dataclass(frozen=True)
class Scale:
    """What stands below: as many places as values, and the words under some of them."""

    words: Sequence[str]
    below: str = ""  # what the words count, in a sentence
    marks_at: Sequence[int] = field(default_factory=tuple)  # places told by a vertical rule


def draw(
    lines: Sequence[Line], scale: Scale, title: str, note: str, *, dots: bool = True
) -> "Figure":
    """The figure. ValueError without a line, without a point, or with more than MOST lines."""
    if not lines or len(lines) > MOST or not scale.words:
        raise ValueError(f"nothing to draw, or more than {MOST} lines")
    with style.house_style():
        sheet = Sheet(WIDTH, PAD)
        sheet.opening(title, note)
        _Lines(sheet, lines, scale, dots=dots).draw()
        if scale.below:
            sheet.paragraph(scale.below, size=NOTE, color=style.INK_2)
        sheet.y += PAD
        return sheet.finish()


class _Lines:
    def __init__(self, sheet: Sheet, lines: Sequence[Line], scale: Scale, *, dots: bool) -> None:
        self.sheet, self.lines, self.scale, self.dots = sheet, lines, scale, dots
        self.top = sheet.y + 8
        told = [value for line in lines for value in line.values if value is not None]
        self.greatest = max([1, *told])
        widest = max(width_of(clean(line.name), NOTE, bold=True) for line in lines)
        self.room = min(200.0, widest + 4)
        self.right = self.room + 26 + PAD

    def draw(self) -> None:
        self._scale()
        ends = self._apart()
        for rank, line in enumerate(self.lines):
            self._line(line, *FAMILY_LOOKS[rank % MOST], ends[rank], dash=rank % 2 == 1)
        self.sheet.y = self.top + HEIGHT + 30

    def x(self, place: int) -> float:
        return LEFT + (WIDTH - LEFT - self.right) * place / max(1, len(self.scale.words) - 1)

    def y(self, value: int) -> float:
        return self.top + HEIGHT * (1 - value / self.greatest)

    def _scale(self) -> None:
        for value in sorted({0, self.greatest // 2, self.greatest}):
            y = self.y(value)
            self.sheet.bar(LEFT, y, WIDTH - LEFT - self.right, 1, style.RULE)
            self.sheet.text(LEFT - 10, y + 5, number(value), size=NOTE, align="right")
        for place in self.scale.marks_at:
            self.sheet.bar(self.x(place), self.top, 1.5, HEIGHT, style.FIELD)
        told, last = -1000.0, len(self.scale.words) - 1
        final = self.x(last) - width_of(self.scale.words[last], NOTE) - 16
        for place, words in enumerate(self.scale.words):
            half = width_of(words, NOTE) / 2
            if not words or self.x(place) - half < told or (place < last and self.x(place) > final):
                continue
            self.sheet.text(self.x(place), self.top + HEIGHT + 20, words, size=NOTE, align="center")
            told = self.x(place) + half + 12

    def _apart(self) -> list[float]:
        """Where the name of each line begins: beside its end, never on another."""
        wanted = [(self.y(_last(line)), rank) for rank, line in enumerate(self.lines)]
        places, floor = [0.0] * len(wanted), self.top - 10
        for y, rank in sorted(wanted):
            places[rank] = max(y - 6, floor)
            floor = places[rank] + _LINE * len(self._words(self.lines[rank])) + 4
        over = max(0.0, floor - (self.top + HEIGHT + 24))
        return [place - over for place in places]

    def _words(self, line: Line) -> list[str]:
        return wrap(clean(line.name), self.room, NOTE, bold=True)

    def _line(self, line: Line, color: str, shape: Shape, y: float, *, dash: bool) -> None:
        stretches = self._stretches(line.values)
        for places in stretches:
            if len(places) > 1:
                self.sheet.curve(places, color, dash=dash)
        drawn = [place for places in stretches for place in places]
        for place in drawn if self.dots else drawn[-1:]:
            self.sheet.shape(*place, shape, color)
        for rank, words in enumerate(self._words(line)):
            x = WIDTH - self.right + 18
            self.sheet.text(x, y + 10 + _LINE * rank, words, size=NOTE, color=color, bold=True)

    def _stretches(self, values: Sequence[int | None]) -> list[list[tuple[float, float]]]:
        """The points that follow one another; what is not known breaks the line."""
        stretches: list[list[tuple[float, float]]] = [[]]
        for place, value in enumerate(values):
            if value is None:
                stretches.append([])
            else:
                stretches[-1].append((self.x(place), self.y(value)))
        return [each for each in stretches if each]


def _last(line: Line) -> int:
    return next((value for value in reversed(line.values) if value is not None), 0)
