"""The whole call at a glance: a small figure for each theme, on one sheet."""

from dataclasses import replace

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from analysis.chart_text import percent
from analysis.charts import Chart
from analysis.tally import CrossTab
from app.extensions import db
from app.models import RoleName
from app.services import figures, tallies
from app.services.figures import Captions
from app.views import filters as address
from app.views import tally_asking, tally_files
from app.views.access import only_for
from app.views.tally_asking import Asked

blueprint = Blueprint("tally_overview", __name__, url_prefix="/recherche/decomptes/planche")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

CROSSINGS = ("profil", "territoire", "qpv", "canal", "questionnaire")


@blueprint.get("")
def index() -> str:
    """Show the sheet, and the table it is drawn from."""
    asked = _asked()
    table = _count(asked, asked.by.key)
    captions = _captions(table, asked)
    return render_template(
        "tallies/overview.html",
        asked=asked,
        table=table,
        captions=captions,
        crossings={name: tally_asking.BY[name].label for name in CROSSINGS},
        description=figures.describe_crossed(table, captions, "testimonies"),
        file_name=tally_files.name(f"planche {asked.by_name}", asked),
        choices=asked.choices,
        active=asked.active(),
        arguments=address.arguments,
        least=tally_asking.least(),
        percent=percent,
    )


@blueprint.get("/figure.svg")
def svg() -> Response:
    """Give the sheet for a page, or to take away and work on."""
    asked = _asked()
    return tally_files.svg(_draw(asked), "planche", _name(asked))


@blueprint.get("/figure.png")
def png() -> Response:
    """Give the sheet to paste into a document."""
    asked = _asked()
    return tally_files.png(_draw(asked), _name(asked))


def _asked() -> Asked:
    asked = tally_asking.read()
    known = {name: name for name in CROSSINGS}
    tally_asking.one_of("par", known, "La planche ne se fait pas par «\u00a0{}\u00a0».")
    return replace(asked, measure_name="temoignages", percent="colonne")


def _count(asked: Asked, by: str) -> CrossTab:
    return tallies.count(
        db.session,
        themes=list(asked.choices.themes),
        by=by,
        columns=[] if by == "month" else tally_asking.columns_of(asked),
        filters=asked.filters,
        least=tally_asking.least(),
    ).table


def _draw(asked: Asked) -> Chart:
    table, course = _count(asked, asked.by.key), _count(asked, "month")
    if not table.total.testimonies:
        abort(404)
    first, last = (tally_asking.period_name("month", course.columns[each]) for each in (0, -1))
    return figures.draw_panels(table, course, _captions(table, asked), (first, last))


def _captions(table: CrossTab, asked: Asked) -> Captions:
    columns = tally_asking.column_names(asked, table.columns)
    return Captions(
        themes=tally_asking.theme_names(asked, table.rows),
        columns=columns,
        families=tally_asking.families(asked, table.rows),
        heads=columns,
        by=asked.by.article,
    )


def _name(asked: Asked) -> str:
    return tally_files.name(f"planche {asked.by_name}", asked)
