"""What leaves the pages of tallies: figures and tables, under names that say what they hold."""

from collections.abc import Iterator

from flask import request
from werkzeug.wrappers import Response

from analysis.chart_text import HIDDEN
from analysis.charts import Chart, Width
from analysis.tally import CrossTab
from app.services import figures
from app.services.figures import Captions
from app.services.table_exports import Cell
from app.services.words import fold
from app.views import active_filters
from app.views.filters import BadFilter
from app.views.tally_asking import Asked

WIDTHS: dict[str, Width] = {"large": "wide", "etroite": "narrow"}


def width() -> Width:
    """Return the width that the address asks for. Raises BadFilter."""
    asked = request.args.get("largeur") or "large"
    if asked not in WIDTHS:
        raise BadFilter("Une figure est large ou étroite, rien d’autre.")
    return WIDTHS[asked]


def svg(chart: Chart, prefix: str, named: str) -> Response:
    """Give a figure for a page, or to take away and work on."""
    drawing = figures.to_svg(chart, prefix=prefix, is_sized=True)
    return sent(drawing.encode(), "image/svg+xml", f"{named}.svg", "inline")


def png(chart: Chart, named: str) -> Response:
    """Give a figure to paste into a document."""
    return sent(figures.to_png(chart), "image/png", f"{named}.png")


def sent(content: bytes, kind: str, named: str, disposition: str = "attachment") -> Response:
    """Give a file that no cache keeps."""
    headers = {
        "Content-Disposition": f'{disposition}; filename="{named}"',
        "Cache-Control": "no-store",
    }
    return Response(content, content_type=kind, headers=headers)


def name(words: str, asked: Asked) -> str:
    """Return the name of a file, without its kind: what it holds, then what narrows it."""
    narrowed = " ".join(each.value for each in active_filters.of(asked.filters, asked.choices))
    folded = "".join(
        letter if letter.isascii() and letter.isalnum() else " "
        for letter in fold(f"{words} {narrowed}")
    )
    return "-".join(["recueil", *folded.split()])[:120]


def table_rows(table: CrossTab, captions: Captions, asked: Asked) -> Iterator[list[Cell]]:
    """Yield the rows of a tally as a file, titles first, then the bases, the themes, the sums."""
    columns: list[str | None] = [*table.columns, None]
    yield ["Famille", "Thème", *(captions.columns[each] for each in table.columns), "Ensemble"]
    bases: list[Cell] = [
        HIDDEN if each in table.veil.bases else _base(table, each) for each in columns
    ]
    yield ["", "Témoignages en tout", *bases]
    for row in table.rows:
        cells = [_cell(table, row, column, asked) for column in columns]
        yield [captions.families[row], captions.themes[row], *cells]
    sums = [_cell(table, None, column, asked) for column in columns]
    is_excerpts = asked.measure == "excerpts"
    yield ["", "Tous les extraits" if is_excerpts else "Au moins un thème", *sums]


def _base(table: CrossTab, column: str | None) -> int:
    return table.base or 0 if column is None else table.bases[column]


def _cell(table: CrossTab, row: str | None, column: str | None, asked: Asked) -> Cell:
    if table.hides(row, column, asked.measure):
        return HIDDEN
    count = table.counts.get((row, column))
    return count.of(asked.measure) if count else 0
