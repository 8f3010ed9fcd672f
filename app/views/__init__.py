"""Every address of Recueil."""

from app.views import (
    accounts,
    answering,
    autosave,
    campaigns,
    consents,
    contacts,
    gate,
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
    autosave.blueprint,
    receipts.blueprint,
    consents.blueprint,
    recontacts.blueprint,
    recontacts.desk,
    invitations.blueprint,
    campaigns.blueprint,
    contacts.blueprint,
    testimonies.blueprint,
    tallies.blueprint,
    accounts.blueprint,
    accounts.administration,
    gate.desk,
    health.blueprint,
)
