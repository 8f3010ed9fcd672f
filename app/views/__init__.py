"""Every address of Recueil."""

from app.views import accounts, answering, health, public, recontacts, tallies, testimonies

BLUEPRINTS = (
    public.blueprint,
    answering.blueprint,
    recontacts.blueprint,
    testimonies.blueprint,
    tallies.blueprint,
    accounts.blueprint,
    accounts.administration,
    health.blueprint,
)
