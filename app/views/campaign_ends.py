"""What is said of a campaign of which nothing leaves any more."""

from flask import flash

from app.models import Campaign

STOPPED = "Cette campagne est arrêtée\u00a0: plus rien ne part."
ENDED = (
    "Le dernier jour d’envoi de cette campagne est passé\u00a0: plus rien ne part. "
    "Vous pouvez changer ce jour dans «\u00a0Dates et relances\u00a0»."
)


def is_told(campaign: Campaign) -> bool:
    """Say whether a campaign is over, and tell it on the next page when it is."""
    if campaign.is_over:
        flash(STOPPED if campaign.stopped_at else ENDED, "info")
    return campaign.is_over
