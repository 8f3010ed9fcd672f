"""The thematic tallies: a table whose figures lead to their sentences, and charts to take away."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from analysis.chart_text import percent
from analysis.charts import Chart, Width
from analysis.tally import CrossTab, Measure
from app.extensions import db
from app.models import RoleName
from app.services import figures, table_exports, tallies, testimonies
from app.services.figures import Captions
from app.services.tallies import Tally
from app.views import filters as address
from app.views import tally_asking, tally_files
from app.views.access import only_for
from app.views.tally_asking import Asked

blueprint = Blueprint("tallies", __name__, url_prefix="/recherche/decomptes")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

Draw: TypeAlias = Callable[[CrossTab, Captions, Measure, Width], Chart]
FIGURES: dict[str, Draw] = {"themes": figures.draw_themes, "croise": figures.draw_crossed}
DUPLICATES = {"toujours": "Tous comptés", "une-fois": "Comptés une seule fois"}


@blueprint.get("/")
def index() -> str:
    """Show how many testimonies or excerpts bear each theme, by profile or by anything else."""
    asked = _asked()
    tally = _count(asked)
    captions = _captions(tally.table, asked)
    return render_template(
        "tallies/index.html",
        asked=asked,
        tally=tally,
        table=tally.table,
        groups=tally_asking.groups(tally.table, captions.families),
        captions=captions,
        choices=asked.choices,
        active=asked.active(),
        total=testimonies.count(db.session),
        descriptions={
            "themes": figures.describe_themes(tally.table, captions, asked.measure),
            "croise": figures.describe_crossed(tally.table, captions, asked.measure),
        },
        file_names={name: _file_name(name, asked) for name in FIGURES},
        least=tally_asking.least(),
        percentage=partial(tally_asking.percentage, tally.table, asked=asked),
        percent=percent,
        arguments=address.arguments,
        crossings={name: by.label for name, by in tally_asking.BY.items()},
        measures=tally_asking.MEASURE_WORDS,
        percents=tally_asking.PERCENTS,
        duplicates=DUPLICATES,
        most_bars=figures.MOST_BARS,
    )


@blueprint.get("/<any(themes,croise):name>.svg")
def svg(name: str) -> Response:
    """Give a figure for a page, or to take away and work on."""
    asked = _asked()
    return tally_files.svg(_draw(name, asked), name, _file_name(name, asked))


@blueprint.get("/<any(themes,croise):name>.png")
def png(name: str) -> Response:
    """Give a figure to paste into a document."""
    asked = _asked()
    return tally_files.png(_draw(name, asked), _file_name(name, asked))


@blueprint.get("/tableau.<any(csv,xlsx):kind>")
def table(kind: str) -> Response:
    """Give the table, what is hidden left hidden."""
    asked = _asked()
    tally = _count(asked)
    rows = tally_files.table_rows(tally.table, _captions(tally.table, asked), asked)
    content = table_exports.write(kind, "Décomptes", rows)
    return tally_files.sent(
        content, table_exports.TYPES[kind], f"{_file_name('tableau', asked)}.{kind}"
    )


def _asked() -> Asked:
    sentence = "Les doublons se comptent toujours ou une fois, pas «\u00a0{}\u00a0»."
    return tally_asking.read(doublons=tally_asking.one_of("doublons", DUPLICATES, sentence))


def _count(asked: Asked) -> Tally:
    return tallies.count(
        db.session,
        themes=list(asked.choices.themes),
        by=asked.by.key,
        columns=tally_asking.columns_of(asked),
        filters=asked.filters,
        least=tally_asking.least(),
        is_once=asked.more["doublons"] == "une-fois",
    )


def _captions(table: CrossTab, asked: Asked) -> Captions:
    columns = tally_asking.column_names(asked, table.columns)
    return Captions(
        themes=tally_asking.theme_names(asked, table.rows),
        columns=columns,
        families=tally_asking.families(asked, table.rows),
        heads=tally_asking.column_heads(asked, columns),
        by=asked.by.article,
    )


def _draw(name: str, asked: Asked) -> Chart:
    width = tally_files.width()
    counted = _count(asked).table
    if not counted.total.excerpts:
        abort(404)  # nothing to draw: the page says so in words
    return FIGURES[name](counted, _captions(counted, asked), asked.measure, width)


def _file_name(name: str, asked: Asked) -> str:
    by = "" if name == "themes" else f" {asked.by_name}"
    return tally_files.name(f"{name}{by} par {asked.measure_name}", asked)
