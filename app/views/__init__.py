"""Every address of Recueil."""

from app.views import accounts, health, public

BLUEPRINTS = (
    public.blueprint,
    accounts.blueprint,
    accounts.administration,
    health.blueprint,
)
