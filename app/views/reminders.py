"""The reminders of a campaign: where each stands, and what a person does about those that did not
leave, or of which nobody knows."""

import uuid
from collections import Counter

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.extensions import db
from app.models import Campaign, Reminder, RoleName
from app.services import campaigns, outcomes, reminders
from app.views import retries
from app.views.access import only_for
from app.views.paging import paged
from app.views.reminder_states import STATES, TO_MEND

blueprint = Blueprint(
    "reminders", __name__, url_prefix="/equipe/campagnes/<int:campaign_id>/relances"
)
only_for(blueprint, RoleName.STAFF)


@blueprint.get("")
def index(campaign_id: int) -> str:
    """List a campaign's reminders, or only those that somebody has to settle."""
    campaign = _find(campaign_id)
    counted = reminders.counts(db.session).get(campaign.id, Counter())
    is_to_mend = request.args.get("etat") == "reprendre"
    listed = reminders.of_campaign(db.session, campaign.id, TO_MEND if is_to_mend else ())
    return render_template(
        "reminders/index.html",
        campaign=campaign,
        counted=counted,
        states=STATES,
        to_mend=sum(counted[state] for state in TO_MEND),
        to_retry=len(reminders.failed_for_sure(db.session, campaign.id)),
        page=paged(listed),
        chosen={"etat": "reprendre" if is_to_mend else None},
    )


@blueprint.post("/reprendre")
def retry_all(campaign_id: int) -> Response:
    """Put back in the queue all that certainly did not leave."""
    campaign = _find(campaign_id)
    retries.retry(campaign, Reminder, reminders.failed_for_sure(db.session, campaign.id))
    return _back(campaign)


@blueprint.post("/<uuid:reminder_id>/reprendre")
def retry(campaign_id: int, reminder_id: uuid.UUID) -> Response:
    """Put one reminder back in the queue."""
    campaign = _find(campaign_id)
    retries.retry(campaign, Reminder, [_of(campaign, reminder_id).id])
    return _back(campaign)


@blueprint.post("/<uuid:reminder_id>/partie")
def settle(campaign_id: int, reminder_id: uuid.UUID) -> Response:
    """Note that an uncertain reminder did leave: somebody asked the person, or the mail server."""
    campaign = _find(campaign_id)
    outcomes.settle_as_sent(db.session, Reminder, _of(campaign, reminder_id).id)
    db.session.commit()
    return _back(campaign)


def _find(campaign_id: int) -> Campaign:
    return campaigns.get(db.session, campaign_id) or abort(404)


def _of(campaign: Campaign, reminder_id: uuid.UUID) -> Reminder:
    reminder = reminders.get(db.session, reminder_id)
    if reminder is None or reminder.invitation.campaign_id != campaign.id:
        abort(404)
    return reminder


def _back(campaign: Campaign) -> Response:
    return redirect(url_for(".index", campaign_id=campaign.id))
