"""Squares, lines, small multiples: what is drawn is what is counted; what is hidden is not."""

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis import chart_heat, chart_lines, chart_panels
from analysis.chart_heat import Squares, mixed
from analysis.chart_lines import Line, Scale
from analysis.chart_panels import Panel
from analysis.chart_style import INK, PALETTE, PAPER, TRACK, Group

ROWS = {"a": "P1 Formes de participation", "b": "E4 Freins à l’implication des élues et élus"}
HEADS = {"x": "Auvergne-Rhône-Alpes", "y": "Bretagne", "z": "Non précisé"}
NUMBERS = {("a", "x"): 12, ("a", "y"): 3, ("a", "z"): 0, ("b", "x"): 1_234, ("b", "y"): 7}
LINES = [
    Line("P1 Mobiliser les personnes concernées", [3, None, 5, 8]),
    Line("P2 Formes de participation", [8, 8, 8, 8]),
    Line("E4 Freins à l’implication des élues et élus", [None, None, None, 8]),
]
WEEKS = Scale(["5 oct. 2026", "12 oct. 2026", "19 oct. 2026", "26 oct. 2026"], "En abscisse…", (1,))


def squares(**more):
    return Squares(rows=ROWS, heads=HEADS, numbers=NUMBERS, **more)


def panels(**parts):
    told = {"Coordinatrice ou coordinateur de CLSM": 0.5, "Élue ou élu": None, "Usagère": 0.0}
    return {
        row: Panel(name, 12 if row == "a" else None, told | parts, [3, None, 9, 0])
        for row, name in ROWS.items()
    }


GROUP = Group("Participation", PALETTE["blue"], "circle", tuple(ROWS))
FIGURES = {
    "squares": lambda: chart_heat.draw(squares(hidden=frozenset({("a", "y")})), "Titre", "Note."),
    "lines": lambda: chart_lines.draw(LINES, WEEKS, "Titre", "Note."),
    "one point": lambda: chart_lines.draw([Line("Seul", [4])], Scale(["1"]), "Titre", "Note."),
    "panels": lambda: chart_panels.draw(
        panels(), [GROUP], ("sept. 2026", "nov. 2026"), "Titre", "Note."
    ),
}


def texts(figure):
    return figure.axes[0].texts


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_cut_or_covers_another(name):
    figure = FIGURES[name]()
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in texts(figure)]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y0 >= 0 for box in boxes)
    shrunk = [box.padded(-1.5) for box in boxes]
    assert not [True for one, other in combinations(shrunk, 2) if one.overlaps(other)]


def test_squares_bear_their_numbers_and_hide_what_is_hidden():
    hidden, plain = frozenset({("a", "y")}), frozenset({("b", "x")})
    figure = chart_heat.draw(squares(hidden=hidden, plain=plain), "Titre", "Note.")
    drawn = {text.get_gid(): text.get_text() for text in texts(figure) if text.get_gid()}
    assert drawn == {"a/x": "12", "a/y": "–", "a/z": "0", "b/x": "1\u202f234", "b/y": "7"}
    assert "–\u00a0: effectif masqué." in [text.get_text() for text in texts(figure)]


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * each for part, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, deep = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (deep + 0.05)


def test_every_number_is_legible_on_its_square_and_squares_darken():
    """WCAG's 4.5:1, whatever the step; and each step is darker, in black and white too."""
    steps = [mixed(TRACK, PALETTE["act"], depth) for _, depth in chart_heat._STEPS]
    for colour, (_, depth) in zip(steps, chart_heat._STEPS, strict=True):
        assert contrast(colour, "#ffffff" if depth > 0.5 else INK) >= 4.5
    levels = [luminance(colour) for colour in (PAPER, *steps)]
    assert levels == sorted(levels, reverse=True)


def test_what_is_not_known_breaks_a_line():
    figure = chart_lines.draw(LINES[:1], WEEKS, "Titre", "Note.")
    drawn = [line.get_xdata() for line in figure.axes[0].lines]
    assert [len(each) for each in drawn] == [2]  # 5, then 8; the 3 stands alone, as a mark
    assert len([text for text in texts(figure) if "Mobiliser" in text.get_text()]) == 1


def test_panels_never_show_what_is_hidden():
    figure = chart_panels.draw(panels(), [GROUP], ("sept. 2026", "nov. 2026"), "Titre", "Note.")
    said = [text.get_text() for text in texts(figure)]
    assert said.count("masqué") == 2
    assert said.count("–") == 2
    assert "12 en tout" in said
    assert "masqué en tout" in said
    assert not [each for each in said if "au plus" in each]  # it would tell what is not hidden


@pytest.mark.parametrize(
    "draw",
    [
        lambda: chart_heat.draw(Squares(ROWS, HEADS, {("a", "x"): 0}), "Titre", ""),
        lambda: chart_lines.draw([], WEEKS, "Titre", ""),
        lambda: chart_lines.draw(LINES * 2, WEEKS, "Titre", ""),
        lambda: chart_panels.draw({}, [], ("", ""), "Titre", ""),
    ],
)
def test_nothing_to_draw_is_refused(draw):
    with pytest.raises(ValueError, match="nothing to draw"):
        draw()
