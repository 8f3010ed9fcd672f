"""Themes together: which are borne by the same testimonies, or said in the same words."""

from collections.abc import Iterator

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from analysis.chart_text import HIDDEN
from analysis.charts import Chart
from app.extensions import db
from app.models import RoleName
from app.services import figures, pairs, table_exports
from app.services.pairs import Pairs
from app.services.table_exports import Cell
from app.views import filters as address
from app.views import tally_asking, tally_files
from app.views.access import only_for
from app.views.tally_asking import Asked

blueprint = Blueprint("tally_pairs", __name__, url_prefix="/recherche/decomptes/ensemble")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

LEVELS = {"temoignage": "Dans le même témoignage", "mots": "Sur les mêmes mots"}
SHOWN = 12  # pairs told in words
TITLES = {
    "temoignage": "Témoignages qui portent deux thèmes à la fois",
    "mots": "Extraits de deux thèmes qui portent sur les mêmes mots",
}


@blueprint.get("")
def index() -> str:
    """Show how often each theme stands with each other."""
    asked = _asked()
    found = _count(asked)
    level = asked.more["niveau"]
    return render_template(
        "tallies/pairs.html",
        asked=asked,
        found=found,
        level=level,
        levels=LEVELS,
        title=TITLES[level],
        strongest=found.strongest[:SHOWN],
        description=_describe(found, asked),
        file_name=_file_name(asked),
        choices=asked.choices,
        active=asked.active(),
        arguments=address.arguments,
        least=tally_asking.least(),
    )


@blueprint.get("/figure.svg")
def svg() -> Response:
    """Give the squares for a page, or to take away and work on."""
    asked = _asked()
    return tally_files.svg(_draw(asked), "ensemble", _file_name(asked))


@blueprint.get("/figure.png")
def png() -> Response:
    """Give the squares to paste into a document."""
    asked = _asked()
    return tally_files.png(_draw(asked), _file_name(asked))


@blueprint.get("/tableau.<any(csv,xlsx):kind>")
def table(kind: str) -> Response:
    """Give all pairs, what is hidden left hidden."""
    asked = _asked()
    content = table_exports.write(kind, "Thèmes ensemble", _rows(_count(asked), asked))
    return tally_files.sent(content, table_exports.TYPES[kind], f"{_file_name(asked)}.{kind}")


def _rows(found: Pairs, asked: Asked) -> Iterator[list[Cell]]:
    names = tally_asking.theme_names(asked, found.themes)
    yield ["Thème", *(names[theme] for theme in found.themes)]
    for one in found.themes:
        row = [(one, other) for other in found.themes]
        told = (HIDDEN if pair in found.hidden else found.numbers[pair] for pair in row)
        yield [names[one], *told]


def _asked() -> Asked:
    level = tally_asking.one_of(
        "niveau", LEVELS, "Deux thèmes sont dans un témoignage ou sur des mots, rien d’autre."
    )
    return tally_asking.read(niveau=level)


def _count(asked: Asked) -> Pairs:
    count = pairs.by_words if asked.more["niveau"] == "mots" else pairs.by_testimony
    themes = list(asked.choices.themes)
    return count(db.session, asked.filters, themes=themes, least=tally_asking.least())


def _draw(asked: Asked) -> Chart:
    found = _count(asked)
    if not any(found.numbers.values()):
        abort(404)
    names = tally_asking.theme_names(asked, found.themes)
    title = TITLES[asked.more["niveau"]]
    return figures.draw_pairs(found, names, title, _describe(found, asked))


def _describe(found: Pairs, asked: Asked) -> str:
    names = tally_asking.theme_names(asked, found.themes)
    unit = "témoignages" if asked.more["niveau"] == "temoignage" else "fois"
    told = [
        f"{names[one]} avec {names[other]} ({found.numbers[one, other]} {unit})"
        for one, other in found.strongest[:5]
    ]
    if not told:
        return "Aucune paire de thèmes ne peut être montrée."
    return "Les paires les plus fréquentes\u00a0: " + "\u00a0; ".join(told) + "."


def _file_name(asked: Asked) -> str:
    return tally_files.name(f"themes ensemble {asked.more['niveau']}", asked)
