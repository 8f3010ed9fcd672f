"""What a supervisor asks: is the process alive, is it ready to serve."""

from flask import Blueprint, Flask, current_app

from app.extensions import csrf
from app.observation import readiness
from app.views.access import open_to_all

blueprint = Blueprint("health", __name__)
open_to_all(blueprint)
csrf.exempt(blueprint)


@blueprint.get("/healthz")
def alive() -> tuple[dict[str, str], int]:
    """Answer 200 as long as the process answers at all."""
    return {"etat": "vivant"}, 200


@blueprint.get("/readyz")
def ready() -> tuple[dict[str, bool], int]:
    """Answer 200 when all that serving needs is well, or 503; each part, and no more, is told."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    found = readiness.look(app)
    return found.parts, 200 if found.is_ready else 503
