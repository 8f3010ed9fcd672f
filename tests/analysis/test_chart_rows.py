"""Values in rows: where a dot, an interval or a bar is drawn is what was measured."""

import pytest

from analysis import chart_rows
from analysis.chart_rows import Row
from analysis.chart_style import PALETTE

SURE = Row("P2 Formes de participation", 0.75, "0,75", low=0.5, high=1.0)
ALONE = Row("E1 Mobiliser et sensibiliser les élues et élus", 0.25, "0,25")


def boxes(figure, colour):
    """Each rectangle of a colour: left, right, rounded to the pixel."""
    found = []
    for patch in figure.axes[0].patches:
        if (
            "#" + "".join(f"{round(255 * each):02x}" for each in patch.get_facecolor()[:3])
            == colour
        ):
            x0, _, width, _ = (
                patch.get_extents().transformed(figure.axes[0].transData.inverted()).bounds
            )
            found.append((round(x0), round(x0 + width)))
    return found


def test_a_dot_stands_on_its_interval_and_one_without_stands_alone():
    figure = chart_rows.intervals([SURE, ALONE], "Titre", "Note.", (0, 0.5, 1))
    texts = [each.get_text() for each in figure.axes[0].texts]
    assert texts[2:5] == ["0", "0,5", "1"]
    assert "0,75" in texts
    half, whole = (each.get_position()[0] for each in figure.axes[0].texts[3:5])
    line, *caps = boxes(figure, PALETTE["ink-2"])
    assert line == (round(half), round(whole))
    assert len(caps) == 2
    dots = [(left + right) / 2 for left, right in boxes(figure, PALETTE["act"])]
    zero = figure.axes[0].texts[2].get_position()[0]
    assert dots == pytest.approx([(half + whole) / 2, (zero + half) / 2], abs=1)


def test_bars_go_both_ways_from_one_zero():
    rows = [Row("plus", 4.0, "+4,0"), Row("moins", -2.0, "−2,0")]
    figure = chart_rows.bars(rows, "Titre", "Note.")
    ((right_from, right_to),) = boxes(figure, PALETTE["blue"])
    ((left_from, left_to),) = boxes(figure, PALETTE["warm"])
    assert right_from == left_to
    assert right_to - right_from == pytest.approx(2 * (left_to - left_from), abs=3)


@pytest.mark.parametrize("draw", [chart_rows.bars, lambda *of: chart_rows.intervals(*of, (0, 1))])
def test_without_a_row_there_is_nothing_to_draw(draw):
    with pytest.raises(ValueError, match="no row"):
        draw([], "Titre", "Note.")
