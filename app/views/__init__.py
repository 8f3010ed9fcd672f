"""Every address of Recueil."""

from app.views import accounts, answering, health, public, recontacts

BLUEPRINTS = (
    public.blueprint,
    answering.blueprint,
    recontacts.blueprint,
    accounts.blueprint,
    accounts.administration,
    health.blueprint,
)
