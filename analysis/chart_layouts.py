"""How figures are laid out: one bar a theme, profiles side by side, profiles one under another."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from analysis import chart_style as style
from analysis.chart_style import NOTE, TEXT, Group, Sheet, width_of, wrap
from analysis.chart_text import HIDDEN, NBSP, clean, note, number, percent
from analysis.tally import CrossTab, Measure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Width: TypeAlias = Literal["wide", "narrow"]
_SIZES: dict[Width, tuple[float, float]] = {"wide": (720, 16), "narrow": (320, 4)}  # width and pad
_LINE = 19  # pixels from one line of a label to the next
_GAP = 16  # pixels between columns


class Layout:
    """What the three layouts share: names, figures and the order of drawing."""

    def __init__(
        self,
        crosstab: CrossTab,
        labels: Mapping[str, str],
        measure: Measure,
        width: Width,
        heads: Mapping[str, str] | None = None,
    ) -> None:
        if not crosstab.total.excerpts:
            raise ValueError("nothing to draw: no theme is coded")
        self.tab, self.measure, self.is_narrow = crosstab, measure, width == "narrow"
        self.width, self.pad = _SIZES[width]
        self.names = {row: clean(labels[row]) for row in crosstab.rows}
        self.heads = {column: clean(heads[column]) for column in crosstab.columns} if heads else {}
        self.places = [(row, column) for row in crosstab.rows for column in self.heads or (None,)]
        self.greatest = max([1, *(self.value(*place) for place in self.places)])
        self.figures_width = max(self._figures_width(*place) for place in self.places)

    def draw(self, title: str, groups: Sequence[Group]) -> "Figure":
        with style.house_style():
            sheet = Sheet(self.width, self.pad)
            sheet.opening(title, self.note())
            self.head(sheet)
            for group in groups:
                sheet.family(group)
                self.group(sheet, group)
            sheet.y += max(self.pad, 8)
            return sheet.finish()

    def note(self) -> str:
        return note(self.tab, self.measure)

    def head(self, sheet: Sheet) -> None:
        """Nothing above the families, unless a layout has columns to name."""

    def group(self, sheet: Sheet, group: Group) -> None:
        raise NotImplementedError

    def value(self, row: str, column: str | None) -> int:
        """What is drawn: nothing where the count is hidden."""
        if self.tab.hides(row, column):
            return 0
        count = self.tab.row_total(row) if column is None else self.tab.cell(row, column)
        return count.of(self.measure)

    def share(self, row: str, column: str | None) -> float | None:
        if self.measure == "excerpts":
            return None
        return self.tab.row_share(row) if column is None else self.tab.share(row, column)

    def length(self, row: str, column: str | None) -> float:
        """How long the bar is, from 0 to 1."""
        share = self.share(row, column) if column is not None else None
        return self.value(row, column) / self.greatest if share is None else share

    def figures(self, sheet: Sheet, x: float, y: float, row: str, column: str | None) -> None:
        """The number, and beside it the share where a base is told."""
        mark = row if column is None else f"{row}/{column}"
        if self.tab.hides(row, column):
            sheet.text(x, y, HIDDEN, size=NOTE, color=style.INK_2, mark=mark)
            return
        share = self.share(row, column)
        end = x + sheet.text(x, y, number(self.value(row, column)), mark=mark)
        if share is not None:
            sheet.text(end + 6, y, percent(share), size=NOTE, color=style.INK_2)

    def _figures_width(self, row: str, column: str | None) -> float:
        if self.tab.hides(row, column):
            return width_of(HIDDEN, NOTE)
        share = self.share(row, column)
        return width_of(number(self.value(row, column))) + (
            6 + width_of(percent(share), NOTE) if share is not None else 0
        )

    def line(
        self, sheet: Sheet, x: float, row: str, column: str | None, color: str, lines: int = 1
    ) -> None:
        """A bar from *x* and its figures, in the middle of so many lines of text; goes below."""
        middle = sheet.y + lines * _LINE / 2
        room = self.width - self.pad - self.figures_width - 8 - x
        length = room * self.length(row, column)
        sheet.bar(x, middle - 6, length, 12, color)
        self.figures(sheet, x + length + 8, middle + 5, row, column)
        sheet.y += lines * _LINE


class Bars(Layout):
    """One bar a theme; its label on the left, or above when narrow."""

    def group(self, sheet: Sheet, group: Group) -> None:
        rows = sorted(group.rows, key=lambda row: -self.value(row, None))
        if self.is_narrow:
            for row in rows:
                sheet.paragraph(self.names[row], size=TEXT)
                sheet.y += 4
                self.line(sheet, self.pad, row, None, group.color)
                sheet.y += 4
        else:
            self._beside(sheet, rows, group.color)

    def _beside(self, sheet: Sheet, rows: Sequence[str], color: str) -> None:
        room, top = min(290, max(width_of(name) for name in self.names.values())), sheet.y
        x = self.pad + room + 12
        for row in rows:
            lines = wrap(self.names[row], room)
            for rank, text in enumerate(lines):
                sheet.text(x - 10, sheet.y + _LINE * rank + 14, text, align="right")
            self.line(sheet, x, row, None, color, len(lines))
            sheet.y += 4
        sheet.bar(x - 1, top, 1, sheet.y - 4 - top, style.FIELD)


class _ByProfile(Layout):
    """What the two layouts by profile share."""

    def note(self) -> str:
        told = " La barre et le pourcentage rapportent ce nombre aux témoignages de la colonne."
        has_shares = self.measure == "testimonies" and self.tab.bases
        return super().note() + (told if has_shares else "")

    def base(self, column: str) -> str:
        is_hidden = column in self.tab.veil.bases
        return f"n{NBSP}={NBSP}{HIDDEN if is_hidden else number(self.tab.bases[column])}"


class Stack(_ByProfile):
    """Below each theme, a bar for each profile: for narrow screens."""

    def head(self, sheet: Sheet) -> None:
        for column, head in self.heads.items() if self.tab.bases else ():
            sheet.paragraph(f"{head}, {self.base(column)}", size=NOTE, color=style.INK_2)

    def group(self, sheet: Sheet, group: Group) -> None:
        room = min(145, max(width_of(head, NOTE) for head in self.heads.values()))
        for row in group.rows:
            sheet.paragraph(self.names[row], size=TEXT, bold=True)
            sheet.y += 6
            top = sheet.y
            for column, head in self.heads.items():
                lines = wrap(head, room, NOTE)
                for rank, text in enumerate(lines):
                    sheet.text(self.pad, sheet.y + _LINE * rank + 14, text, size=NOTE)
                self.line(sheet, self.pad + room + 10, row, column, group.color, len(lines))
            sheet.bar(self.pad + room + 9, top, 1, sheet.y - top, style.FIELD)
            sheet.y += 8


class Matrix(_ByProfile):
    """Themes down, profiles across: in each cell the figures over a thin bar."""

    def __init__(
        self,
        crosstab: CrossTab,
        labels: Mapping[str, str],
        measure: Measure,
        width: Width,
        heads: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(crosstab, labels, measure, width, heads)
        self.label_width = min(230, max(width_of(name) for name in self.names.values()))
        words = [word for head in self.heads.values() for word in head.split(" ")]
        needed = _GAP + max(
            [self.figures_width, *(width_of(word, NOTE, bold=True) for word in words)]
        )
        start = self.pad + self.label_width + _GAP
        room = self.width - self.pad - start + _GAP
        self.column_width = max(needed, room / len(self.heads))
        self.starts = {
            column: start + rank * self.column_width for rank, column in enumerate(self.heads)
        }
        self.width = start + len(self.heads) * self.column_width - _GAP + self.pad

    def head(self, sheet: Sheet) -> None:
        room = self.column_width - _GAP
        heads = {column: wrap(head, room, NOTE, bold=True) for column, head in self.heads.items()}
        height = max(len(lines) for lines in heads.values())
        sheet.y += 8
        for column, lines in heads.items():
            for rank, text in enumerate(lines, height - len(lines)):
                sheet.text(
                    self.starts[column], sheet.y + 16 + 17 * rank, text, size=NOTE, bold=True
                )
        sheet.y += 17 * height + 5
        if self.tab.bases:
            for column, x in self.starts.items():
                sheet.text(x, sheet.y + 14, self.base(column), size=NOTE, color=style.INK_2)
            sheet.y += 20
        sheet.bar(self.pad, sheet.y + 2, self.width - 2 * self.pad, 1.5, style.INK)

    def group(self, sheet: Sheet, group: Group) -> None:
        for row in group.rows:
            sheet.bar(self.pad, sheet.y, self.width - 2 * self.pad, 1, style.RULE)
            lines = wrap(self.names[row], self.label_width)
            for rank, text in enumerate(lines):
                sheet.text(self.pad, sheet.y + 19 + _LINE * rank, text)
            for column in self.heads:
                self.cell(sheet, row, column, group.color)
            sheet.y += max(38, _LINE * len(lines) + 9)

    def cell(self, sheet: Sheet, row: str, column: str, color: str) -> None:
        """The figures over a bar; its track is all the profile's testimonies, where told."""
        x, room = self.starts[column], self.column_width - _GAP
        self.figures(sheet, x, sheet.y + 19, row, column)
        if self.share(row, column) is not None:
            sheet.bar(x, sheet.y + 25, room, 5, style.TRACK)
        sheet.bar(x, sheet.y + 25, room * self.length(row, column), 5, color)
