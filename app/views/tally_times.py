"""Themes over time, and what new testimonies still bring: lines to read and take away."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from analysis.chart_lines import MOST, Line
from analysis.chart_text import percent
from analysis.charts import Chart
from analysis.saturation import BASES, RUNS, Saturation
from analysis.tally import CrossTab
from app.extensions import db
from app.models import RoleName
from app.presentation import plural
from app.services import figures, saturations, tallies
from app.services.figures import Marked
from app.views import filters as address
from app.views import tally_asking, tally_files
from app.views.access import only_for
from app.views.tally_asking import Asked

blueprint = Blueprint("tally_times", __name__, url_prefix="/recherche/decomptes")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

STEPS = {"mois": "Par mois", "semaine": "Par semaine"}
FIRST_RUNS = 10  # written whatever they bring
NBSP = "\u00a0"


@blueprint.get("/au-fil-du-temps")
def index() -> str:
    """Show the most frequent themes, of all or of a family, as testimonies came."""
    asked = _asked()
    table = _count(asked)
    return render_template(
        "tallies/times.html",
        asked=asked,
        table=table,
        shown=_shown(table, asked),
        names=tally_asking.theme_names(asked, table.rows),
        columns={column: _period(asked, column) for column in table.columns},
        families=_families(asked),
        steps=STEPS,
        description=_described(table, asked),
        file_name=_file_name(asked),
        choices=asked.choices,
        active=asked.active(),
        arguments=address.arguments,
        least=tally_asking.least(),
        opened=partial(_opened, asked),
    )


@blueprint.get("/au-fil-du-temps.svg")
def svg() -> Response:
    """Give the lines for a page, or to take away and work on."""
    asked = _asked()
    return tally_files.svg(_draw(asked), "temps", _file_name(asked))


@blueprint.get("/au-fil-du-temps.png")
def png() -> Response:
    """Give the lines to paste into a document."""
    asked = _asked()
    return tally_files.png(_draw(asked), _file_name(asked))


@blueprint.get("/saturation")
def saturation() -> str:
    """Show how many new themes came with testimonies, and say whether one may stop."""
    asked = _saturating()
    found = _saturation(asked)
    return render_template(
        "tallies/saturation.html",
        asked=asked,
        found=found,
        sentence=_verdict(found, asked),
        told=[
            run
            for rank, run in enumerate(found.runs)
            if run.new or run.last == found.reached or rank < FIRST_RUNS
        ],
        names=tally_asking.theme_names(asked, tuple(asked.choices.themes)),
        bases={str(each): f"{each} témoignages" for each in BASES},
        runs={str(each): f"{each} témoignages" for each in RUNS},
        thresholds={"5": f"5{NBSP}%", "0": f"0{NBSP}%, aucun thème nouveau"},
        description=_verdict(found, asked),
        file_name=tally_files.name("saturation", asked),
        choices=asked.choices,
        active=asked.active(),
        arguments=address.arguments,
        percent=percent,
    )


@blueprint.get("/saturation.svg")
def saturation_svg() -> Response:
    """Give the curve for a page, or to take away and work on."""
    asked = _saturating()
    return tally_files.svg(
        _draw_saturation(asked), "saturation", tally_files.name("saturation", asked)
    )


@blueprint.get("/saturation.png")
def saturation_png() -> Response:
    """Give the curve to paste into a document."""
    asked = _saturating()
    return tally_files.png(_draw_saturation(asked), tally_files.name("saturation", asked))


def _families(asked: Asked) -> dict[str, str]:
    return {each.letter: each.title for each in asked.choices.codebook.families}


def _asked() -> Asked:
    step = tally_asking.one_of("pas", STEPS, "Le temps va par mois ou par semaine.")
    families = {"": "", **_families(tally_asking.read())}
    family = tally_asking.one_of(
        "famille", families, "Aucune famille ne s’appelle «\u00a0{}\u00a0»."
    )
    return tally_asking.read(pas=step, famille=family)


def _count(asked: Asked) -> CrossTab:
    by = "month" if asked.more["pas"] == "mois" else "week"
    return tallies.count(
        db.session,
        themes=list(asked.choices.themes),
        by=by,
        filters=asked.filters,
        least=tally_asking.least(),
    ).table


def _shown(table: CrossTab, asked: Asked) -> list[str]:
    """Return the themes that are drawn: the most frequent of those asked for."""
    letter, known = asked.more["famille"], asked.choices.themes
    of_family = [
        row
        for row in table.rows
        if table.row_total(row).testimonies
        and not table.hides(row, None)
        and (not letter or (row in known and known[row].family.letter == letter))
    ]
    return sorted(of_family, key=lambda row: -table.row_total(row).testimonies)[:MOST]


def _opened(asked: Asked, theme: str, column: str) -> dict[str, str]:
    """Return the arguments of the list of what a figure counts."""
    return replace(asked, by_name=asked.more["pas"]).opened(theme, column) or {}


def _period(asked: Asked, value: str) -> str:
    return tally_asking.period_name("month" if asked.more["pas"] == "mois" else "week", value)


def _draw(asked: Asked) -> Chart:
    table = _count(asked)
    shown = _shown(table, asked)
    if not shown:
        abort(404)
    names = tally_asking.theme_names(asked, table.rows)
    lines = [Line(names[row], _values(table, row)) for row in shown]
    words = [_period(asked, column) for column in table.columns]
    return figures.draw_times(lines, words, _described(table, asked))


def _values(table: CrossTab, row: str) -> Sequence[int | None]:
    return [
        None if table.hides(row, column) else table.cell(row, column).testimonies
        for column in table.columns
    ]


def _described(table: CrossTab, asked: Asked) -> str:
    names, told = tally_asking.theme_names(asked, table.rows), []
    for row in _shown(table, asked):
        values = {
            column: table.cell(row, column).testimonies
            for column in table.columns
            if not table.hides(row, column)
        }
        if any(values.values()):
            best = max(values, key=lambda column: values[column])
            number = plural(values[best], "témoignage", "témoignages")
            told.append(f"{names[row]}, au plus haut en {_period(asked, best)} ({number})")
    if not told:
        return "Aucun thème ne peut être montré au fil du temps."
    return f"Témoignages qui portent chaque thème{NBSP}: " + f"{NBSP}; ".join(told) + "."


def _file_name(asked: Asked) -> str:
    return tally_files.name(f"au fil du temps {asked.more['pas']} {asked.more['famille']}", asked)


def _saturating() -> Asked:
    sentence = "La saturation se mesure avec les nombres proposés, pas «\u00a0{}\u00a0»."
    base = tally_asking.one_of("base", {str(each): each for each in BASES}, sentence)
    run = tally_asking.one_of("suite", {str(each): each for each in RUNS}, sentence)
    threshold = tally_asking.one_of("seuil", {"5": 5, "0": 0}, sentence)
    return tally_asking.read(base=base, suite=run, seuil=threshold)


def _saturation(asked: Asked) -> Saturation:
    return saturations.measure(
        db.session,
        asked.filters,
        base=int(asked.more["base"]),
        run=int(asked.more["suite"]),
        threshold=int(asked.more["seuil"]) / 100,
    )


def _draw_saturation(asked: Asked) -> Chart:
    found = _saturation(asked)
    if not found.themes:
        abort(404)
    base = int(asked.more["base"])
    return figures.draw_saturation(found, Marked(base, found.reached), _verdict(found, asked))


def _verdict(found: Saturation, asked: Asked) -> str:
    """Say in a sentence whether one may stop."""
    base, run, threshold = (asked.more[name] for name in ("base", "suite", "seuil"))
    method = (
        f"Avec une base de {base} témoignages, des suites de {run} et un seuil de "
        f"{threshold}{NBSP}% de thèmes nouveaux (Guest, Namey et Chen, 2020)"
    )
    if not found.runs:
        return f"{method}, il n’y a pas encore assez de témoignages pour conclure."
    if found.reached is None:
        last = found.runs[-1]
        return (
            f"{method}, la saturation n’est pas atteinte{NBSP}: la dernière suite apporte encore "
            f"{plural(len(last.new), 'thème nouveau', 'thèmes nouveaux')} "
            f"({percent(last.share)} de ceux de la base). Mieux vaut continuer."
        )
    reached = f"{found.reached - int(run)}+{run}"
    stop = "on pouvait s’arrêter là"
    if found.later:
        later = plural(len(found.later), "thème près, apparu", "thèmes près, apparus")
        stop += f", à {later} ensuite"
    return (
        f"{method}, la saturation est atteinte au {found.reached}e témoignage ({reached}){NBSP}: "
        f"{stop}."
    )
