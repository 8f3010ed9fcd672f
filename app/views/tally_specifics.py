"""What a group says more, or less, than all: themes and words, with the test that says so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from analysis.specificities import RATE, Specificity, kept
from app.extensions import db
from app.models import RoleName
from app.presentation import number
from app.services import row_figures, specifics, table_exports
from app.services.filters import Filters
from app.services.specifics import Specifics
from app.services.table_exports import Cell
from app.views import filters as address
from app.views import tally_asking, tally_files
from app.views.access import only_for
from app.views.tally_asking import Asked

blueprint = Blueprint("tally_specifics", __name__, url_prefix="/recherche/decomptes/specificites")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

OF = {"themes": "Thèmes", "mots": "Mots"}
GROUPS = {name: by for name, by in tally_asking.BY.items() if name not in ("mois", "semaine")}
TITLES = ("Forme", "Dans le groupe", "En tout", "Attendu", "Score", "p", "p corrigé")
SHOWN = 60  # of each side, on the page; the file has them all
NEVER = "Choisissez un groupe\u00a0: par quoi, puis lequel."


@blueprint.get("")
def index() -> str:
    """Show what the group over-uses and under-uses, once held for the number of tests."""
    asked = _asked()
    found = _found(asked)
    over, under = _sides(found)
    return render_template(
        "tallies/specifics.html",
        asked=asked,
        found=found,
        over=over,
        under=under,
        described=row_figures.describe_specifics(over, under, _names(asked)),
        file_name=_file_name(asked),
        rate=RATE,
        of=OF,
        groups={name: by.label for name, by in GROUPS.items()},
        group=_group_name(asked),
        values=_values(asked),
        names=_names(asked),
        opened=lambda each, value: _opened(asked, each, value),
        probability=probability,
        choices=asked.choices,
        active=asked.active(),
        arguments=address.arguments,
        least=tally_asking.least(),
    )


@blueprint.get("/figure.<any(svg,png):kind>")
def figure(kind: str) -> Response:
    """Give the figure of what stands out most on each side."""
    asked = _asked()
    found = _found(asked)
    over, under = _sides(found)
    try:
        chart = row_figures.draw_specifics(over, under, _names(asked), _group_name(asked))
    except ValueError:
        abort(404)
    named = _file_name(asked)
    return (
        tally_files.svg(chart, "specificites", named)
        if kind == "svg"
        else tally_files.png(chart, named)
    )


@blueprint.get("/tableau.<any(csv,xlsx):kind>")
def table(kind: str) -> Response:
    """Give every figure, kept or not."""
    asked = _asked()
    found = _found(asked)
    names = _names(asked)
    rows: list[list[Cell]] = [list(TITLES)]
    for each in found.found if found else ():
        numbers = (each.expected, each.score, each.p, each.adjusted)
        rows.append([names.get(each.form, each.form), each.here, each.everywhere, *numbers])
    content = table_exports.write(kind, "Spécificités", rows)
    return tally_files.sent(content, table_exports.TYPES[kind], f"{_file_name(asked)}.{kind}")


def probability(value: float) -> str:
    """Return a probability as French writes it: « 0,013 », « 3,1 × 10⁻⁶ »."""
    if value >= 0.001 or not value:
        return number(round(value, 3)) if value else "< 10⁻³⁰⁰"
    mantissa, _, power = f"{value:.1e}".partition("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa.replace('.', ',')}\u00a0×\u00a010{raised}"


def _asked() -> Asked:
    of = tally_asking.one_of("de", OF, "Les spécificités sont de thèmes ou de mots.")
    value = request.args.get("valeur", "").strip()
    if len(value) > address.LONGEST_CLSM or "\0" in value:
        raise address.BadFilter(NEVER)
    asked = tally_asking.read(de=of, valeur=value)
    if asked.by_name not in GROUPS:
        raise address.BadFilter(NEVER)
    return asked


def _found(asked: Asked) -> Specifics | None:
    value, least = asked.more["valeur"], tally_asking.least()
    if not value:
        return None
    if asked.more["de"] == "themes":
        return specifics.of_themes(
            db.session, asked.filters, by=asked.by.key, value=value, least=least
        )
    # A theme's state has no say in which words are said.
    wanted = replace(asked.filters, state="") if not asked.filters.themes else asked.filters
    group = Filters(**{asked.by.key: value})  # type: ignore[arg-type]
    return specifics.of_words(db.session, wanted, group=group, least=least)


def _sides(found: Specifics | None) -> tuple[list[Specificity], list[Specificity]]:
    """Return what stands out, over and under, as many lines as are shown."""
    if found is None:
        return [], []
    over, under = (kept(found.found, is_over=is_over)[:SHOWN] for is_over in (True, False))
    return list(over), list(under)


def _names(asked: Asked) -> dict[str, str]:
    return dict(tally_asking.theme_names(asked, tuple(asked.choices.themes)))


def _file_name(asked: Asked) -> str:
    return tally_files.name(f"specificites {asked.more['de']} {asked.more['valeur']}", asked)


def _values(asked: Asked) -> dict[str, str]:
    return {value: str(name) for value, name in asked.choices.known(asked.by.key).items()}


def _group_name(asked: Asked) -> str:
    return _values(asked).get(asked.more["valeur"], asked.more["valeur"])


def _opened(asked: Asked, each: Specificity, value: str | None) -> str | None:
    """Return the address of what a figure counts, in a group or in all; none where none can be.

    A word is counted as it is written, each time it is said: its places are opened, not its stem's.
    """
    if asked.more["de"] == "themes":
        opened: Mapping[str, Any] | None = asked.opened(each.form, value)
        return None if opened is None else url_for("testimonies.index", **opened)
    words = f'{asked.filters.words} "{each.form}"'.strip()
    group = {} if value is None else {asked.by.key: value}
    said: Mapping[str, Any] = address.arguments(asked.filters, words=words, order="", **group)
    return url_for("concordances.index", **said)
