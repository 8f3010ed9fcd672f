"""A table of numbers on squares, the darker the greater: one hue, by steps, each number legible.

Told apart without colour, and in black and white: by the number itself, then by the lightness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis import chart_style as style
from analysis.chart_style import NOTE, TEXT, Sheet, width_of, wrap
from analysis.chart_text import NBSP, clean, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HIDDEN = "–"
_PAD, _HIGH, _LINE = 16, 26, 17
_GAP = 2  # pixels between squares
# Part of the greatest number, at most → part of the deep colour. Between 0.42 and 0.74 neither
# white nor ink would be read on it (4.5:1).
_STEPS = ((0.1, 0.14), (0.25, 0.28), (0.5, 0.42), (0.75, 0.74), (1.0, 1.0))
_WHITE = "#ffffff"


@dataclass(frozen=True)
class Squares:
    """Numbers by row and column, none where there is nothing to say, with what each is called.

    *heads* are short: a code, or words that may be cut into lines. What is in *hidden* is drawn as
    a dash. What is in *plain* has its number and no colour: the diagonal of a symmetric table.
    """

    rows: Mapping[str, str]
    heads: Mapping[str, str]
    numbers: Mapping[tuple[str, str], int]
    hidden: frozenset[tuple[str, str]] = frozenset()
    plain: frozenset[tuple[str, str]] = frozenset()


def draw(squares: Squares, title: str, note: str) -> "Figure":
    """The figure, as wide as its columns need. ValueError where there is no number to draw."""
    if not any(squares.numbers.values()):
        raise ValueError("nothing to draw: no number")
    with style.house_style():
        return _Heat(squares).draw(title, note)


class _Heat:
    def __init__(self, squares: Squares) -> None:
        self.squares = squares
        self.names = {row: clean(name) for row, name in squares.rows.items()}
        self.label_width = min(300, max(width_of(name) for name in self.names.values()))
        coloured = [
            value
            for place, value in squares.numbers.items()
            if place not in squares.hidden and place not in squares.plain
        ]
        self.greatest = max(coloured, default=0) or 1
        self.start = _PAD + self.label_width + 12
        self.wide = self._column_width(list(squares.numbers.values()))
        self.width = max(self.start + self.wide * len(squares.heads) + _PAD, 480)

    def _column_width(self, values: Sequence[int]) -> float:
        words = [word for head in self.squares.heads.values() for word in _parted(head).split(" ")]
        numbers = [width_of(number(max(values)), NOTE), *(width_of(each, NOTE) for each in words)]
        return max(28, max(numbers) + 12)  # 22 themes, and their names, on a desk of 1280 pixels

    def draw(self, title: str, note: str) -> "Figure":
        sheet = Sheet(self.width, _PAD)
        sheet.opening(title, note)
        self._head(sheet)
        for row in self.names:
            self._row(sheet, row)
        if self.squares.hidden:
            sheet.y += 4
            sheet.paragraph(f"{HIDDEN}{NBSP}: effectif masqué.", size=NOTE, color=style.INK_2)
        sheet.y += _PAD
        return sheet.finish()

    def _head(self, sheet: Sheet) -> None:
        heads = {
            column: [words.replace("- ", "-") for words in wrap(_parted(head), self.wide - 6, NOTE)]
            for column, head in self.squares.heads.items()
        }
        height = max(len(lines) for lines in heads.values())
        for rank, lines in enumerate(heads.values()):
            middle = self.start + self.wide * (rank + 0.5)
            for line, words in enumerate(lines, height - len(lines)):
                sheet.text(middle, sheet.y + 14 + _LINE * line, words, size=NOTE, align="center")
        sheet.y += _LINE * height + 6

    def _row(self, sheet: Sheet, row: str) -> None:
        lines = wrap(self.names[row], self.label_width)
        height = max(_HIGH, 19 * len(lines) + 5)
        for rank, words in enumerate(lines):
            base = sheet.y + height / 2 + 5 + 19 * (rank - (len(lines) - 1) / 2)
            sheet.text(self.start - 12, base, words, size=TEXT, align="right")
        for rank, column in enumerate(self.squares.heads):
            self._square(sheet, (row, column), self.start + self.wide * rank, height)
        sheet.y += height

    def _square(self, sheet: Sheet, place: tuple[str, str], x: float, height: float) -> None:
        value = self.squares.numbers.get(place)
        if value is None:
            return
        is_hidden = place in self.squares.hidden
        fill, ink = (style.PAPER, style.INK) if is_hidden else self._colours(place, value)
        sheet.bar(x, sheet.y, self.wide - _GAP, height - _GAP, fill)
        words, middle = HIDDEN if is_hidden else number(value), x + (self.wide - _GAP) / 2
        base = sheet.y + height / 2 + 4
        mark = f"{place[0]}/{place[1]}"
        sheet.text(middle, base, words, size=NOTE, color=ink, align="center", mark=mark)

    def _colours(self, place: tuple[str, str], value: int) -> tuple[str, str]:
        """The square's colour, and that of its number."""
        if place in self.squares.plain or not value:
            return style.PAPER, style.INK_2
        depth = next(depth for most, depth in _STEPS if value <= most * self.greatest)
        return mixed(style.TRACK, style.PALETTE["act"], depth), (
            _WHITE if depth > 0.5 else style.INK
        )


def _parted(head: str) -> str:
    """A heading that may be cut after its hyphens too: « Auvergne- Rhône- Alpes »."""
    return clean(head).replace("-", "- ")


def mixed(light: str, deep: str, part: float) -> str:
    """A colour between two, *part* of the way from *light*."""
    pairs = zip(_channels(light), _channels(deep), strict=True)
    return "#" + "".join(f"{round(one + part * (other - one)):02x}" for one, other in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
