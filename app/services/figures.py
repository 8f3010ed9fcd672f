"""The figures of tallies. Apart from the tallies: drawing loads matplotlib, counting does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis import chart_heat, chart_lines, chart_panels
from analysis.chart_heat import Squares
from analysis.chart_lines import Line, Scale
from analysis.chart_panels import Panel
from analysis.chart_style import groups_of
from analysis.chart_text import describe, note
from analysis.charts import Chart, Width, themes_bar, themes_by_profile, to_png, to_svg
from analysis.saturation import Saturation
from analysis.tally import CrossTab, Measure
from app.services.pairs import Pairs

__all__ = ["Captions", "Line", "Marked", "to_png", "to_svg"]

WORDS_BELOW = 12  # numbers under a curve
MOST_DOTS = 60  # points of a curve that bear a mark each
MOST_BARS = 6  # columns of small bars: beyond, squares


@dataclass(frozen=True)
class Marked:
    """Where a curve of saturation is marked: after its base, and where one might have stopped."""

    base: int
    reached: int | None


@dataclass(frozen=True)
class Captions:
    """How rows, columns and the families of rows are called; `by`: « le profil », « la région »."""

    themes: Mapping[str, str]
    columns: Mapping[str, str]
    families: Mapping[str, str]
    heads: Mapping[str, str]  # columns in short
    by: str = "le profil"


def draw_themes(table: CrossTab, captions: Captions, measure: Measure, width: Width) -> Chart:
    """Draw a bar for each theme. Raises ValueError where nothing was counted."""
    return themes_bar(
        table, captions.themes, measure=measure, families=captions.families, width=width
    )


def draw_crossed(table: CrossTab, captions: Captions, measure: Measure, width: Width) -> Chart:
    """Draw each theme in each column. Raises ValueError where nothing was counted."""
    unit = "témoignages" if measure == "testimonies" else "extraits codés"
    title = f"Les thèmes des {unit}, selon {captions.by}"
    if len(table.columns) > MOST_BARS:
        return _squares(table, captions, measure, title)
    return themes_by_profile(
        table,
        captions.themes,
        captions.columns,
        measure=measure,
        families=captions.families,
        width=width,
        title=title,
    )


def _squares(table: CrossTab, captions: Captions, measure: Measure, title: str) -> Chart:
    places = [(row, column) for row in table.rows for column in table.columns]
    squares = Squares(
        rows=captions.themes,
        heads={column: captions.heads[column] for column in table.columns},
        numbers={place: table.cell(*place).of(measure) for place in places},
        hidden=frozenset(place for place in places if table.hides(*place)),
    )
    figure = chart_heat.draw(squares, title, note(table, measure))
    return Chart(figure, title, describe_crossed(table, captions, measure), "wide")


def describe_themes(table: CrossTab, captions: Captions, measure: Measure) -> str:
    """Say in words what the figure of the themes shows."""
    return describe(table, captions.themes, measure=measure)


def describe_crossed(table: CrossTab, captions: Captions, measure: Measure) -> str:
    """Say in words what the figure of the columns shows."""
    return describe(table, captions.themes, measure=measure, column_labels=captions.columns)


def draw_pairs(found: Pairs, names: Mapping[str, str], title: str, description: str) -> Chart:
    """Draw how often each theme stands with each other. Raises ValueError where none does."""
    told = [theme for theme in found.themes if found.numbers[theme, theme]]
    squares = Squares(
        rows={theme: names[theme] for theme in told},
        heads={theme: names[theme].split(" ")[0] for theme in told},
        numbers={(one, other): found.numbers[one, other] for one in told for other in told},
        hidden=found.hidden,
        plain=frozenset((theme, theme) for theme in told),
    )
    words = "Plus la case est foncée, plus le nombre est grand. En diagonale, le thème lui-même."
    return Chart(chart_heat.draw(squares, title, words), title, description, "wide")


def draw_times(lines: Sequence[Line], words: Sequence[str], description: str) -> Chart:
    """Draw some themes over time. Raises ValueError for none, or for too many."""
    title = "Les thèmes au fil du temps"
    what = "Nombre de témoignages reçus qui portent le thème. Ce qui est masqué manque à la ligne."
    return Chart(chart_lines.draw(lines, Scale(words), title, what), title, description, "wide")


def draw_saturation(found: Saturation, marked: Marked, description: str) -> Chart:
    """Draw how many themes were seen after each testimony. Raises ValueError where none came."""
    title, count = "Les thèmes nouveaux au fil des témoignages", len(found.seen)
    step = max(1, round(count / WORDS_BELOW))
    words = [
        str(rank) if rank in (1, count) or rank % step == 0 else "" for rank in range(1, count + 1)
    ]
    places = [each - 1 for each in (marked.base, marked.reached) if each and each <= count]
    below = "En abscisse, les témoignages dans l’ordre des jours."
    if marked.reached:
        below += " Deux traits debout\u00a0: la fin de la base, puis la saturation."
    scale = Scale(words, below, tuple(places))
    line = [Line(f"{found.themes} thèmes", list(found.seen))]
    what = "Nombre de thèmes différents rencontrés, témoignage après témoignage."
    figure = chart_lines.draw(line, scale, title, what, dots=count <= MOST_DOTS)
    return Chart(figure, title, description, "wide")


def draw_panels(
    table: CrossTab, course: CrossTab, captions: Captions, ends: tuple[str, str]
) -> Chart:
    """Draw each theme borne in a panel: its part in each column, its numbers by period."""
    told = [row for row in table.rows if table.row_total(row).testimonies]
    panels = {
        row: Panel(
            captions.themes[row],
            None if table.hides(row, None) else table.row_total(row).testimonies,
            {captions.heads[each]: table.share(row, each) for each in table.columns},
            [_shown(course, row, column) for column in course.columns],
        )
        for row in told
    }
    title = "L’appel d’un coup d’œil"
    what = (
        f"Pour chaque thème\u00a0: part des témoignages qui le portent selon {captions.by}, toutes "
        "à la même échelle, puis témoignages au fil des mois, chacun à la sienne (–\u00a0: masqué)."
    )
    groups = groups_of(told, captions.families)
    figure = chart_panels.draw(panels, groups, ends, title, what)
    return Chart(figure, title, describe_crossed(table, captions, "testimonies"), "wide")


def _shown(table: CrossTab, row: str, column: str) -> int | None:
    if row not in table.rows or table.hides(row, column):
        return None
    return table.cell(row, column).testimonies
