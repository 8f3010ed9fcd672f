"""What a researcher says of a coding: yes, no, not decided after all, or taken off."""

import uuid

from flask import Blueprint, abort, request
from flask_security import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import Coding, RoleName, Verdict
from app.services import decisions, hand_codings, standings
from app.views import workbench_news as news
from app.views.access import only_for

blueprint = Blueprint("decisions", __name__, url_prefix="/recherche/temoignages")
only_for(blueprint, RoleName.RESEARCHER)

ACTS = {"accepter": Verdict.ACCEPTED, "rejeter": Verdict.REJECTED, "remettre": None}
REMOVE = "retirer"
SAID = {"accepter": "Accepté", "rejeter": "Rejeté", "remettre": "Remis à décider"}
GONE = (
    "Cette suggestion n’est plus là\u00a0: la chaîne d’analyse a relu le témoignage entre-temps, "
    "et ne la propose plus. Rien n’est enregistré."
)
CHANGED = "{} entre-temps\u00a0: {}. Rien n’est enregistré\u00a0; décidez à nouveau si besoin."
NOW = {
    standings.State.PROPOSED: "a été remis à décider",
    standings.State.ACCEPTED: "a été accepté",
    standings.State.CORRECTED: "a été corrigé",
    standings.State.REJECTED: "a été rejeté",
}


@blueprint.post("/<uuid:testimony_id>/suggestions/<uuid:coding_id>")
def decide(testimony_id: uuid.UUID, coding_id: uuid.UUID) -> Response:
    """Keep a decision, and go back to where it was taken."""
    act, seen = request.form.get("acte", ""), request.form.get("vu")
    if act not in ACTS and act != REMOVE:
        abort(400)
    me = current_user.id
    try:
        if act == REMOVE:
            hand_codings.remove(db.session, testimony_id, coding_id, by=me, seen=seen)
        else:
            decisions.decide(db.session, testimony_id, coding_id, ACTS[act], by=me, seen=seen)
    except decisions.NoSuchCodingError:
        db.session.rollback()
        return news.reply(testimony_id, GONE, status=410)
    except decisions.ChangedMeanwhileError as error:
        told = changed(error.coding)
        db.session.rollback()
        return news.reply(testimony_id, told, coding_id=coding_id, status=409)
    db.session.commit()
    if act == REMOVE:
        return news.reply(testimony_id, "Retiré. «\u00a0Annuler\u00a0» le remet.")
    return news.reply(testimony_id, f"{SAID[act]}.", coding_id=coding_id, is_told=False)


def changed(coding: Coding) -> str:
    """Say how a coding stands now that it no longer stands as it was seen."""
    state, theme, *_ = standings.of(coding)
    decision = coding.decision
    by = f", par {news.whom(decision.decided_by)}" if decision and decision.decided_by else ""
    return CHANGED.format("Cet extrait a changé", f"{news.theme_words(theme)} {NOW[state]}{by}")
