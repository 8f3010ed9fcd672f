"""The look of the figures: the palette of theme.css, and a sheet in CSS pixels to draw on.

All text is measured in DejaVu, which matplotlib brings along: the same picture on every machine,
and no warning. A browser then shows it in the page's own font, which is narrower: nothing
overflows.
"""

import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from analysis.chart_text import clean

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Patch

# The variables of theme.css that figures use, by name.
PALETTE = {
    "paper": "#f8f5f0",
    "paper-2": "#eee9e1",
    "rule": "#d6cec2",
    "field": "#7a7069",
    "ink": "#241f2e",
    "ink-2": "#5b5463",
    "act": "#4b2a78",
    "warm": "#8d5200",
    "blue": "#2a68ad",
    "green": "#1f5642",
}
PAPER, INK, INK_2, FIELD = (PALETTE[name] for name in ("paper", "ink", "ink-2", "field"))
TRACK, RULE = PALETTE["paper-2"], PALETTE["rule"]

Shape: TypeAlias = Literal["circle", "square", "triangle", "diamond", "bar"]
# Families are told apart by shape as well as colour; a sixth would look like the first.
FAMILY_LOOKS: tuple[tuple[str, Shape], ...] = (
    (PALETTE["blue"], "circle"),
    (PALETTE["warm"], "square"),
    (PALETTE["green"], "triangle"),
    (PALETTE["act"], "diamond"),
    (PALETTE["ink-2"], "bar"),
)

Face: TypeAlias = Literal["sans", "serif"]
_FAMILY: dict[Face, str] = {"sans": "DejaVu Sans", "serif": "DejaVu Serif"}
TEXT, NOTE, HEADING, TITLE = 14, 13, 16, 21  # sizes in CSS pixels
DOTS_PER_INCH = 72  # so that one unit of the SVG is one CSS pixel
_RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "recueil",
    "text.usetex": False,
    "hatch.linewidth": 1.0,
}
_LOCK = threading.RLock()


@contextmanager
def house_style() -> Iterator[None]:
    """matplotlib's settings for one drawing; they are the whole process's, hence one at a time."""
    import matplotlib  # noqa: PLC0415 - it loads much: a figure is drawn by few pages

    with _LOCK, matplotlib.rc_context(_RC):
        yield


@lru_cache(maxsize=4096)
def width_of(text: str, size: float = TEXT, face: Face = "sans", *, bold: bool = False) -> float:
    """The width of *text* on one line, in CSS pixels."""
    from matplotlib.textpath import TextToPath  # noqa: PLC0415

    with _LOCK:
        font = _font(size, face, bold=bold)
        return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def _font(size: float, face: Face, *, bold: bool) -> "FontProperties":
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    return FontProperties(family=_FAMILY[face], size=size, weight="bold" if bold else "normal")


def wrap(
    text: str, limit: float, size: float = TEXT, face: Face = "sans", *, bold: bool = False
) -> list[str]:
    """*text* in lines at most *limit* pixels wide, cut at spaces; a word too long is cut too."""
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".strip(" ")
        if width_of(longer, size, face, bold=bold) <= limit:
            lines[-1] = longer
            continue
        pieces = _pieces(word, limit, size, face, bold=bold)
        lines = [*lines, *pieces] if lines[-1] else pieces
    return lines


def _pieces(word: str, limit: float, size: float, face: Face, *, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size, face, bold=bold) > limit:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@dataclass(frozen=True)
class Group:
    """The rows of a family, and how it looks; ``title`` is None where there are no families."""

    title: str | None
    color: str
    shape: Shape
    rows: tuple[str, ...]


def groups_of(rows: Sequence[str], families: Mapping[str, str] | None) -> list[Group]:
    """*rows* by family, in the order of *families*, which also fixes the looks.

    ``KeyError`` for a row without a family.
    """
    if families is None:
        return [Group(None, *FAMILY_LOOKS[0], tuple(rows))]
    of_row = {row: families[row] for row in rows}
    groups = []
    for rank, title in enumerate(dict.fromkeys(families.values())):
        members = tuple(row for row in rows if of_row[row] == title)
        if members:
            groups.append(Group(clean(title), *FAMILY_LOOKS[rank % len(FAMILY_LOOKS)], members))
    return groups


class Sheet:
    """A figure drawn from the top down in CSS pixels; ``y`` is where the next line begins."""

    def __init__(self, width: float, pad: float) -> None:
        from matplotlib.figure import Figure  # noqa: PLC0415

        self.width, self.pad, self.y = width, pad, 0.0
        self._figure = Figure(
            figsize=(width / DOTS_PER_INCH, 1), dpi=DOTS_PER_INCH, facecolor=PAPER
        )
        self._axes = self._figure.add_axes((0, 0, 1, 1), xlim=(0, width))
        self._axes.set_axis_off()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = TEXT,
        face: Face = "sans",
        color: str = INK,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
        mark: str | None = None,
    ) -> float:
        """Write *text* on the base line *y*; gives its width. *mark* is its name in the figure."""
        self._axes.text(
            x,
            y,
            text,
            font=_font(size, face, bold=bold),
            color=color,
            ha=align,
            gid=mark,
            parse_math=False,
        )
        return width_of(text, size, face, bold=bold)

    def bar(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """A filled rectangle, from its upper left corner."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415

        self._add(Rectangle((x, y), width, height), color)

    def curve(self, places: Sequence[tuple[float, float]], color: str, *, dash: bool) -> None:
        """A line through *places*, whole or in dashes: two lines are told apart without colour.

        A single place is a disc. (matplotlib's own mark is drawn by reference to another element,
        which a page that takes the drawing in does not keep.)
        """
        if len(places) == 1:
            self.shape(*places[0], "circle", color)
            return
        across, down = zip(*places, strict=True)
        self._axes.plot(
            across,
            down,
            color=color,
            linewidth=2,
            linestyle=(0, (5, 3)) if dash else "solid",
            clip_on=False,
        )

    def shape(self, x: float, y: float, shape: Shape, color: str) -> None:
        """A family's mark, about ten pixels wide, centred on (x, y)."""
        from matplotlib.patches import Circle, Polygon, Rectangle  # noqa: PLC0415

        half = 5.0
        match shape:
            case "circle":
                self._add(Circle((x, y), half), color)
            case "square":
                self._add(
                    Rectangle((x - half + 0.5, y - half + 0.5), 2 * half - 1, 2 * half - 1), color
                )
            case "triangle":
                self._add(
                    Polygon([(x - half, y + half - 1), (x + half, y + half - 1), (x, y - half)]),
                    color,
                )
            case "diamond":
                self._add(
                    Polygon([(x - half, y), (x, y - half), (x + half, y), (x, y + half)]), color
                )
            case "bar":
                self._add(Rectangle((x - half, y - 2), 2 * half, 4), color)

    def paragraph(
        self, text: str, *, size: float, face: Face = "sans", color: str = INK, bold: bool = False
    ) -> None:
        """Write *text* below what is there, in lines as wide as the sheet."""
        for line in wrap(text, self.width - 2 * self.pad, size, face, bold=bold):
            self.y += round(1.35 * size)
            self.text(self.pad, self.y, line, size=size, face=face, color=color, bold=bold)

    def opening(self, title: str, note: str) -> None:
        """The figure's title, and what it counts."""
        self.y = self.pad / 2
        self.paragraph(title, size=TITLE, face="serif")
        self.y += 5
        self.paragraph(note, size=NOTE, color=INK_2)
        self.y += 10

    def family(self, group: "Group") -> None:
        """A family's mark and title above its themes; only space where there are no families."""
        self.y += 10
        if group.title is None:
            return
        lines = wrap(group.title, self.width - 2 * self.pad - 18, HEADING, "serif")
        self.shape(self.pad + 5, self.y + 15, group.shape, group.color)
        for line in lines:
            self.y += 20
            self.text(self.pad + 18, self.y, line, size=HEADING, face="serif")
        self.y += 10

    def finish(self) -> "Figure":
        """The figure, as high as what was written."""
        self._figure.set_size_inches(self.width / DOTS_PER_INCH, self.y / DOTS_PER_INCH)
        self._axes.set_ylim(self.y, 0)
        return self._figure

    def _add(self, patch: "Patch", color: str) -> None:
        patch.set(facecolor=color, linewidth=0, clip_on=False)
        self._axes.add_patch(patch)


_SVG = "{http://www.w3.org/2000/svg}"
# The stacks of theme.css, for a drawing that leaves its page; inside it, CSS can say otherwise.
_STACKS = {
    "sans": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, "
    "sans-serif",
    "serif": "'Iowan Old Style', 'Palatino Linotype', Palatino, 'URW Palladio L', P052, "
    "'Book Antiqua', 'Noto Serif', Georgia, serif",
}


def inlineable(drawn: bytes, root: ET.Element) -> str:
    """*root* filled with what matplotlib drew: paths and texts, no id, style sheet or ``style``.

    Attributes alone pass a strict Content-Security-Policy, and nothing leaks into the page.
    """
    source = ET.fromstring(drawn)  # noqa: S314 -- matplotlib's own output, not a stranger's
    root.set("viewBox", source.attrib["viewBox"])
    root.set("font-family", _STACKS["sans"])
    for part in source.iter():
        if part.tag == f"{_SVG}path":
            ET.SubElement(
                root, "path", {"d": " ".join(part.attrib["d"].split()), **_presentation(part)}
            )
        elif part.tag == f"{_SVG}text":
            place = {"x": part.attrib["x"], "y": part.attrib["y"]}
            ET.SubElement(root, "text", {**place, **_presentation(part)}).text = part.text
    return ET.tostring(root, encoding="unicode")


def _presentation(part: ET.Element) -> dict[str, str]:
    pairs = [pair.partition(":") for pair in part.get("style", "").split(";") if pair.strip()]
    style = {name.strip(): value.strip() for name, _, value in pairs}
    family = style.pop("font-family", "")
    if _FAMILY["serif"] in family:
        style["font-family"] = _STACKS["serif"]
    return style
