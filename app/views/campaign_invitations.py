"""The invitations of a campaign that did not leave, or of which nobody knows: a person decides."""

import uuid

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import Campaign, Invitation, RoleName
from app.services import campaigns, invitations, outcomes
from app.views import retries
from app.views.access import only_for

blueprint = Blueprint(
    "campaign_invitations", __name__, url_prefix="/equipe/campagnes/<int:campaign_id>"
)
only_for(blueprint, RoleName.STAFF)


@blueprint.post("/reprendre")
def retry_all(campaign_id: int) -> Response:
    """Put back in the queue all that certainly did not leave."""
    campaign = _find(campaign_id)
    retries.retry(campaign, Invitation, invitations.failed_for_sure(db.session, campaign.id))
    return _back(campaign)


@blueprint.post("/invitations/<uuid:invitation_id>/reprendre")
def retry(campaign_id: int, invitation_id: uuid.UUID) -> Response:
    """Put one invitation back in the queue."""
    campaign = _find(campaign_id)
    retries.retry(campaign, Invitation, [_of(campaign, invitation_id).id])
    return _back(campaign)


@blueprint.post("/invitations/<uuid:invitation_id>/partie")
def settle(campaign_id: int, invitation_id: uuid.UUID) -> Response:
    """Note that an uncertain message did leave: somebody asked the person, or the mail server."""
    campaign = _find(campaign_id)
    outcomes.settle_as_sent(db.session, Invitation, _of(campaign, invitation_id).id)
    db.session.commit()
    return _back(campaign)


def _find(campaign_id: int) -> Campaign:
    return campaigns.get(db.session, campaign_id) or abort(404)


def _of(campaign: Campaign, invitation_id: uuid.UUID) -> Invitation:
    invitation = invitations.get(db.session, invitation_id)
    if invitation is None or invitation.campaign_id != campaign.id:
        abort(404)
    return invitation


def _back(campaign: Campaign) -> Response:
    return redirect(url_for("campaigns.show", campaign_id=campaign.id))
