"""The thematic tallies: a table whose figures lead to their sentences, and charts to take away."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from analysis.charts import Chart, Width
from analysis.tally import CrossTab, Measure
from app.extensions import db
from app.models import RoleName, Verdict
from app.presentation import plural
from app.services import figures, tallies, testimonies
from app.services.figures import Captions
from app.services.tallies import Tally
from app.services.testimonies import Filters
from app.services.words import fold
from app.views import filters as address
from app.views.access import only_for
from app.views.filters import BadFilter, Choices

blueprint = Blueprint("tallies", __name__, url_prefix="/recherche/decomptes")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

MEASURES: dict[str, Measure] = {"temoignages": "testimonies", "extraits": "excerpts"}
WIDTHS: dict[str, Width] = {"large": "wide", "etroite": "narrow"}
VERDICTS = {
    Verdict.ACCEPTED: ("acceptée", "acceptées"),
    Verdict.CORRECTED: ("corrigée", "corrigées"),
    Verdict.REJECTED: ("rejetée", "rejetées"),
}
OUTSIDE = "Hors de la grille actuelle"

Draw: TypeAlias = Callable[[CrossTab, Captions, Measure, Width], Chart]
FIGURES: dict[str, Draw] = {"themes": figures.draw_themes, "profils": figures.draw_profiles}


@dataclass(frozen=True)
class Asked:
    """What the address asks to count."""

    filters: Filters
    measure_name: str
    measure: Measure

    def arguments(self, **replaced: str) -> dict[str, str]:
        """Return the address's arguments that ask for the same, but for what is replaced."""
        same = {"mesure": self.measure_name, "region": self.filters.region} | replaced
        return {name: value for name, value in same.items() if value}


@blueprint.get("/")
def index() -> str:
    """Show how many testimonies or excerpts bear each theme, in each profile."""
    asked, choices = _asked(), address.choices()
    tally = _count(asked.filters, choices)
    captions = _captions(tally.table, choices)
    return render_template(
        "tallies/index.html",
        asked=asked,
        tally=tally,
        table=tally.table,
        groups=_groups(tally.table, captions),
        captions=captions,
        choices=choices,
        total=testimonies.count(db.session),
        descriptions={
            "themes": figures.describe_themes(tally.table, captions, asked.measure),
            "profils": figures.describe_profiles(tally.table, captions, asked.measure),
        },
        file_names={name: _file_name(name, asked) for name in FIGURES},
        verdicts=[
            plural(tally.verdicts[verdict], *words)
            for verdict, words in VERDICTS.items()
            if verdict in tally.verdicts
        ],
        arguments=address.arguments,
        percent=figures.percent,
    )


@blueprint.get("/<name>.svg")
def svg(name: str) -> Response:
    """Give a figure for a page, or to take away and work on."""
    asked = _asked()
    drawing = figures.to_svg(_draw(name, asked), prefix=name)
    return _file(drawing.encode(), "image/svg+xml", f"{_file_name(name, asked)}.svg", "inline")


@blueprint.get("/<name>.png")
def png(name: str) -> Response:
    """Give a figure to paste into a document."""
    asked = _asked()
    drawing = figures.to_png(_draw(name, asked))
    return _file(drawing, "image/png", f"{_file_name(name, asked)}.png", "attachment")


def _asked() -> Asked:
    """Return what the address asks for. Raises BadFilter."""
    measure = request.args.get("mesure") or "temoignages"
    if measure not in MEASURES:
        raise BadFilter("On peut compter les témoignages ou les extraits, rien d’autre.")
    # The table has every profile and theme: only the region narrows it.
    filters = replace(address.read(), audience="", channel="", theme="", words="")
    return Asked(filters, measure, MEASURES[measure])


def _count(filters: Filters, choices: Choices) -> Tally:
    return tallies.count(
        db.session, themes=list(choices.themes), audiences=list(choices.audiences), filters=filters
    )


def _captions(table: CrossTab, choices: Choices) -> Captions:
    themes = {theme.id: f"{theme.code} {theme.label}" for theme in choices.themes.values()}
    families = {theme.id: theme.family.title for theme in choices.themes.values()}
    return Captions(
        themes={row: themes.get(row, row) for row in table.rows},
        audiences={column: choices.audiences.get(column, column) for column in table.columns},
        families={row: families.get(row, OUTSIDE) for row in table.rows},
    )


def _groups(table: CrossTab, captions: Captions) -> dict[str, list[str]]:
    """Return the rows of each family, in the order of the codebook."""
    groups: dict[str, list[str]] = {}
    for row in table.rows:
        groups.setdefault(captions.families[row], []).append(row)
    return groups


def _draw(name: str, asked: Asked) -> Chart:
    width = request.args.get("largeur") or "large"
    if name not in FIGURES:
        abort(404)
    if width not in WIDTHS:
        raise BadFilter("Une figure est large ou étroite, rien d’autre.")
    choices = address.choices()
    table = _count(asked.filters, choices).table
    if not table.total.excerpts:
        abort(404)  # nothing to draw: the page says so in words
    return FIGURES[name](table, _captions(table, choices), asked.measure, WIDTHS[width])


def _file_name(name: str, asked: Asked) -> str:
    region = address.choices().regions.get(asked.filters.region, asked.filters.region)
    words = f"{name} par {asked.measure_name} {region}"
    folded = "".join(
        letter if letter.isascii() and letter.isalnum() else " " for letter in fold(words)
    )
    return "-".join(["recueil", *folded.split()])


def _file(content: bytes, kind: str, name: str, disposition: str) -> Response:
    headers = {
        "Content-Disposition": f'{disposition}; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, mimetype=kind, headers=headers)
