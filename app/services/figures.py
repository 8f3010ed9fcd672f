"""The figures of a tally. Apart from the tallies: drawing loads matplotlib, counting does not."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.chart_text import describe, percent
from analysis.charts import Chart, Width, themes_bar, themes_by_profile, to_png, to_svg
from analysis.tally import CrossTab, Measure

__all__ = ["Captions", "describe_themes", "draw_profiles", "draw_themes", "percent"]
__all__ += ["describe_profiles", "to_png", "to_svg"]


@dataclass(frozen=True)
class Captions:
    """How rows, columns and the families of rows are called."""

    themes: Mapping[str, str]
    audiences: Mapping[str, str]
    families: Mapping[str, str]


def draw_themes(table: CrossTab, captions: Captions, measure: Measure, width: Width) -> Chart:
    """Draw a bar for each theme. Raises ValueError where nothing was counted."""
    return themes_bar(
        table, captions.themes, measure=measure, families=captions.families, width=width
    )


def draw_profiles(table: CrossTab, captions: Captions, measure: Measure, width: Width) -> Chart:
    """Draw each theme in each profile. Raises ValueError where nothing was counted."""
    return themes_by_profile(
        table,
        captions.themes,
        captions.audiences,
        measure=measure,
        families=captions.families,
        width=width,
    )


def describe_themes(table: CrossTab, captions: Captions, measure: Measure) -> str:
    """Say in words what the figure of the themes shows."""
    return describe(table, captions.themes, measure=measure)


def describe_profiles(table: CrossTab, captions: Captions, measure: Measure) -> str:
    """Say in words what the figure of the profiles shows."""
    return describe(table, captions.themes, measure=measure, column_labels=captions.audiences)
