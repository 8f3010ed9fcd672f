"""Every address of Recueil."""

from app.views import (
    accounts,
    answering,
    campaigns,
    clsms,
    contacts,
    health,
    invitations,
    public,
    receipts,
    recontacts,
    tallies,
    testimonies,
)

BLUEPRINTS = (
    public.blueprint,
    answering.blueprint,
    receipts.blueprint,
    recontacts.blueprint,
    recontacts.desk,
    invitations.blueprint,
    campaigns.blueprint,
    contacts.blueprint,
    clsms.blueprint,
    testimonies.blueprint,
    tallies.blueprint,
    accounts.blueprint,
    accounts.administration,
    health.blueprint,
)
