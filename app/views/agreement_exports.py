"""A closed round to take away, as a table that a spreadsheet or a statistics program opens."""

import uuid

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import Act, RoleName
from app.services import agreement_exports, agreement_figures, row_figures, table_exports
from app.views import agreement_words as words
from app.views import filters as address
from app.views import tally_files
from app.views.access import only_for
from app.views.acting import looked
from app.views.agreements import asked_closed
from app.views.imports import attachment

blueprint = Blueprint("agreement_exports", __name__, url_prefix="/recherche/accord")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)


@blueprint.get("/<uuid:round_id>/codages.<any(csv, xlsx):kind>")
def marks(round_id: uuid.UUID, kind: str) -> Response:
    """Give every mark of every coder, a row a sentence and theme."""
    round_ = asked_closed(round_id)
    looked(Act.RESEARCH_EXPORTED, round_id, detail=f"agreement:{kind}")
    rows = agreement_exports.marks(db.session, round_, name=words.coder_name, themes=words.labels())
    return attachment(table_exports.write(kind, "Codages", rows), "codages-croises", kind)


@blueprint.get("/<uuid:round_id>/chiffres.<any(csv, xlsx):kind>")
def figures(round_id: uuid.UUID, kind: str) -> Response:
    """Give the figures of people, and of the pipeline as one more, a row a theme and level."""
    round_ = asked_closed(round_id)
    looked(Act.RESEARCH_EXPORTED, round_id, detail=f"agreement:{kind}")
    rows = agreement_exports.figures(
        db.session, round_, words.compared(round_), name=words.coder_name, themes=words.labels()
    )
    return attachment(table_exports.write(kind, "Accord", rows), "accord", kind)


@blueprint.get("/<uuid:round_id>/figure.<any(svg, png):kind>")
def figure(round_id: uuid.UUID, kind: str) -> Response:
    """Give the figure of the positive agreement, with its intervals."""
    round_ = asked_closed(round_id)
    found = agreement_figures.measure(db.session, round_, words.compared(round_), words.level())
    try:
        chart = row_figures.draw_agreement(found, words.labels())
    except ValueError:
        abort(404)
    named = f"recueil-accord-{round_.closed_at:%Y-%m-%d}-{words.level()}"
    return (
        tally_files.svg(chart, "accord", named) if kind == "svg" else tally_files.png(chart, named)
    )
