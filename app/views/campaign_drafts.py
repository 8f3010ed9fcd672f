"""A campaign begun again from another, or given up before anything of it left."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import Campaign, RoleName
from app.services import campaigns
from app.views.access import only_for

COPIED = (
    "Voici la copie\u00a0: mêmes mots, mêmes destinataires, mêmes relances, sans date. "
    "Rien n’est parti."
)
ERASED = "La campagne «\u00a0{}\u00a0» est supprimée. Rien n’en était parti."
KEPT = "Cette campagne est lancée\u00a0: elle ne se supprime plus. Vous pouvez l’arrêter."

blueprint = Blueprint("campaign_drafts", __name__, url_prefix="/equipe/campagnes/<int:campaign_id>")
only_for(blueprint, RoleName.STAFF)


@blueprint.post("/dupliquer")
def copy(campaign_id: int) -> Response:
    """Begin a campaign from another, and open its text."""
    made = campaigns.copy(db.session, _find(campaign_id), created_by_id=current_user.id)
    db.session.commit()
    flash(COPIED, "success")
    return redirect(url_for("campaigns.edit", campaign_id=made.id))


@blueprint.get("/supprimer")
def ask_erasure(campaign_id: int) -> str | Response:
    """Ask once more before a campaign that never left is erased."""
    campaign = _find(campaign_id)
    if campaign.launched_at:
        return _kept(campaign)
    return render_template("campaigns/erase.html", campaign=campaign)


@blueprint.post("/supprimer")
def erase(campaign_id: int) -> Response:
    """Erase a campaign that never left."""
    campaign = _find(campaign_id)
    try:
        campaigns.erase(db.session, campaign)
    except campaigns.AlreadyLaunchedError:
        db.session.rollback()
        return _kept(campaign)
    title = campaign.title
    db.session.commit()
    flash(ERASED.format(title), "success")
    return redirect(url_for("campaigns.index"))


def _find(campaign_id: int) -> Campaign:
    return campaigns.get(db.session, campaign_id) or abort(404)


def _kept(campaign: Campaign) -> Response:
    flash(KEPT, "info")
    return redirect(url_for("campaigns.show", campaign_id=campaign.id))
