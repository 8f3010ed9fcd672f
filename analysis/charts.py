"""Figures (SVG, PNG) of tallies, and their text alternative in French.

matplotlib's object API only: pyplot keeps figures alive in the process, a server must not.
"""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis import chart_curve
from analysis import chart_style as style
from analysis.chart_curve import Point
from analysis.chart_layouts import Bars, Matrix, Stack, Width
from analysis.chart_text import clean, describe
from analysis.tally import CrossTab, Measure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "Chart",
    "Measure",
    "Point",
    "Width",
    "answers_over_time",
    "describe",
    "themes_bar",
    "themes_by_profile",
    "to_png",
    "to_svg",
]

_OF: dict[Measure, str] = {"testimonies": "des témoignages", "excerpts": "des extraits codés"}
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Chart:
    """A drawn figure (one inch for 72 CSS pixels), its title and its text alternative."""

    figure: "Figure"
    title: str
    description: str
    width: Width


def themes_bar(
    crosstab: CrossTab,
    labels: Mapping[str, str],
    *,
    measure: Measure = "testimonies",
    families: Mapping[str, str] | None = None,
    width: Width = "wide",
    title: str | None = None,
) -> Chart:
    """A bar for each theme, the longest first within its family, its number at its end.

    *labels* names each row; *families* gives each row's family title, and the order in which it
    mentions them fixes colour and shape: pass the whole codebook's, so that a filtered tally keeps
    them. ``wide`` is 720 CSS pixels, ``narrow`` 320, with labels above the bars. Nothing counted
    raises ``ValueError`` (``describe`` has the sentence to show instead); a row without a label or
    a family, ``KeyError``.
    """
    title = clean(title or f"Les thèmes {_OF[measure]}")
    text = describe(crosstab, labels, measure=measure)
    bars = Bars(crosstab, labels, measure, width)
    return Chart(bars.draw(title, style.groups_of(crosstab.rows, families)), title, text, width)


def themes_by_profile(
    crosstab: CrossTab,
    labels: Mapping[str, str],
    column_labels: Mapping[str, str],
    *,
    measure: Measure = "testimonies",
    families: Mapping[str, str] | None = None,
    width: Width = "wide",
    title: str | None = None,
) -> Chart:
    """A small bar and its number for each theme and profile, themes in the order given.

    Where bases are told, a bar's full track is all the testimonies of its profile, so that profiles
    of unequal size compare; otherwise the longest bar is the greatest number. ``wide`` sets the
    profiles side by side (in more than 720 pixels if they need it); ``narrow`` sets them one under
    another below each theme, whose name then never scrolls away. Errors and the other arguments are
    those of ``themes_bar``.
    """
    title = clean(title or f"Les thèmes {_OF[measure]}, selon le profil")
    text = describe(crosstab, labels, measure=measure, column_labels=column_labels)
    layout = Matrix if width == "wide" else Stack
    drawing = layout(crosstab, labels, measure, width, column_labels)
    return Chart(drawing.draw(title, style.groups_of(crosstab.rows, families)), title, text, width)


def answers_over_time(
    points: Sequence[Point],
    *,
    title: str = "Les réponses au fil du temps",
    height: int = chart_curve.HEIGHT,
) -> Chart:
    """What left and what came back, cumulated day by day: one point a day, in order.

    ``height``: of the curves, the words aside; a low figure keeps its words large on a small page.
    Nothing that left raises ``ValueError`` (``chart_curve.describe`` has the sentence to show).
    """
    title = clean(title)
    figure = chart_curve.draw(points, title, height)
    return Chart(figure, title, chart_curve.describe(points), "wide")


def to_svg(chart: Chart, *, prefix: str, is_sized: bool = False) -> str:
    """*chart* as an ``<svg>`` element to set in a page; *prefix* begins its ids.

    It has a viewBox and the classes ``chart chart-wide`` or ``chart-narrow``, no size of its own:
    it takes its container's width, unless *is_sized*, as a file to take away is. Text stays text:
    it is read in the page's font, searched, copied and zoomed, and weighs a tenth of its outlines.
    The same chart always gives the same string. ``ValueError`` for a prefix that is not a letter,
    then letters, digits, « - » and « _ ».
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"not a prefix for ids: {prefix!r}")
    drawn = io.BytesIO()
    with style.house_style():
        chart.figure.savefig(drawn, format="svg", facecolor=style.PAPER, metadata={"Date": None})
    names = {
        "class": f"chart chart-{chart.width}",
        "aria-labelledby": f"{prefix}-title {prefix}-desc",
    }
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", **names})
    if is_sized:
        wide, high = chart.figure.get_size_inches() * style.DOTS_PER_INCH
        root.set("width", f"{wide:.0f}")
        root.set("height", f"{high:.0f}")
    ET.SubElement(root, "title", {"id": f"{prefix}-title"}).text = chart.title
    ET.SubElement(root, "desc", {"id": f"{prefix}-desc"}).text = chart.description
    return style.inlineable(drawn.getvalue(), root)


def to_png(chart: Chart, *, dpi: int = 200) -> bytes:
    """*chart* as a PNG file, *dpi* dots to 72 CSS pixels; the same chart gives the same bytes."""
    drawn = io.BytesIO()
    with style.house_style():
        chart.figure.savefig(
            drawn, format="png", dpi=dpi, facecolor=style.PAPER, metadata={"Software": None}
        )
    return drawn.getvalue()
