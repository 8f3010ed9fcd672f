"""Messages that did not leave, or of which nobody knows, tried again because a person asks."""

import uuid
from collections.abc import Sequence

from flask import flash

from app.extensions import db
from app.models import Campaign
from app.services import outcomes
from app.services.outgoing import Kind
from app.tasks import deliver_campaigns
from app.views import campaign_ends


def retry(campaign: Campaign, kind: Kind, ids: Sequence[uuid.UUID]) -> None:
    """Put messages of a campaign back in the queue, and say so when there is none, or no use."""
    if campaign_ends.is_told(campaign):
        return
    count = outcomes.retry(db.session, kind, ids)
    db.session.commit()
    deliver_campaigns.enqueue()
    if not count:
        flash("Il n’y a plus rien à reprendre.", "info")
