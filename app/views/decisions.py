"""What a researcher says of a suggestion: yes, no, or not decided after all."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import RoleName, Verdict
from app.services import decisions
from app.views import filters as address
from app.views.access import only_for

blueprint = Blueprint("decisions", __name__, url_prefix="/recherche/temoignages")
only_for(blueprint, RoleName.RESEARCHER)

ACTS = {"accepter": Verdict.ACCEPTED, "rejeter": Verdict.REJECTED, "remettre": None}
GONE = (
    "Cette suggestion n’est plus là\u00a0: la chaîne d’analyse a relu le témoignage entre-temps, "
    "et ne la propose plus. Rien n’est enregistré."
)


@blueprint.post("/<uuid:testimony_id>/suggestions/<uuid:coding_id>")
def decide(testimony_id: uuid.UUID, coding_id: uuid.UUID) -> Response:
    """Keep a decision, and go back to where it was taken."""
    act = request.form.get("acte", "")
    if act not in ACTS:
        abort(400)
    shown: dict[str, Any] = {
        name: request.args[name] for name in address.NAMES.values() if name in request.args
    }
    page = url_for("testimonies.show", testimony_id=testimony_id, **shown)  # it checks them
    try:
        decisions.decide(db.session, testimony_id, coding_id, ACTS[act], by=current_user.id)
    except decisions.NoSuchCodingError:
        db.session.rollback()
        flash(GONE, "warning")
        return redirect(page)
    db.session.commit()
    return redirect(f"{page}#codage-{coding_id}")
