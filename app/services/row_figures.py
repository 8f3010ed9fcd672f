"""Two figures of values in rows: how far coders agree, and what a group says more or less."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis import chart_rows
from analysis.chart_rows import Row
from analysis.charts import Chart
from analysis.specificities import Specificity
from app.services.agreement_figures import Figures
from guides.french import decimal

if TYPE_CHECKING:
    from analysis.agreement import Agreement

ALL = "Tous les thèmes"
TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)
MOST_BARS = 12  # of each side
NBSP = "\u00a0"


def draw_agreement(found: Figures, names: Mapping[str, str]) -> Chart:
    """Draw the positive agreement on each theme that somebody laid, then on all of them.

    Raises ValueError where there is none.
    """
    title = "L’accord positif, thème par thème"
    note = "Le point\u00a0: l’accord\u00a0; le trait\u00a0: son intervalle à 95\u00a0%."
    rows = agreement_rows(found, names)
    figure = chart_rows.intervals(rows, title, note, TICKS)
    return Chart(figure, title, describe_agreement(found, names), "wide")


def agreement_rows(found: Figures, names: Mapping[str, str]) -> list[Row]:
    """Return what is drawn: none where nothing can be said of any theme."""
    told = [(names.get(theme, theme), each) for theme, each in found.themes.items()]
    rows = [row for name, each in told if (row := _agreement(name, each))]
    whole = _agreement(ALL, found.overall)
    return [*rows, whole] if rows and whole else rows


def _agreement(name: str, agreement: "Agreement") -> Row | None:
    found = agreement.positive
    if found.value is None:
        return None
    return Row(name, found.value, decimal(found.value), found.low, found.high)


def describe_agreement(found: Figures, names: Mapping[str, str]) -> str:
    """Say in words what the figure of agreement shows."""
    rows = agreement_rows(found, names)
    if not rows:
        return ""
    told = [f"{row.name}{NBSP}: {row.said}{_between(row)}" for row in rows]
    return f"{f'{NBSP}; '.join(told)}."


def _between(row: Row) -> str:
    if row.low is None or row.high is None:
        return " (sans intervalle)"
    return f" (de {decimal(row.low)} à {decimal(row.high)})"


def draw_specifics(
    over: Sequence[Specificity], under: Sequence[Specificity], names: Mapping[str, str], group: str
) -> Chart:
    """Draw the scores of what a group says most, and least. Raises ValueError without any."""
    title = f"Ce qui se dit plus, ou moins{NBSP}: {group}"
    note = (
        "À droite, ce qui se dit plus que dans l’ensemble\u00a0; à gauche, moins. Le score est le "
        "logarithme décimal de p (loi hypergéométrique)."
    )
    rows = _scores(over, under, names)
    words = describe_specifics(over, under, names)
    return Chart(chart_rows.bars(rows, title, note), title, words, "wide")


def describe_specifics(
    over: Sequence[Specificity], under: Sequence[Specificity], names: Mapping[str, str]
) -> str:
    """Say in words what the figure of specificities shows."""
    told = [f"{row.name}{NBSP}: {row.said}" for row in _scores(over, under, names)]
    return f"{f'{NBSP}; '.join(told)}."


def _scores(
    over: Sequence[Specificity], under: Sequence[Specificity], names: Mapping[str, str]
) -> list[Row]:
    most = [*over[:MOST_BARS], *reversed(under[:MOST_BARS])]
    return [Row(names.get(each.form, each.form), each.score, _signed(each.score)) for each in most]


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace(".", ",").replace("-", "−")
