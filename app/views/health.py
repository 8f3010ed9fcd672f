"""What a supervisor asks: is the process alive, is it ready to serve."""

from flask import Blueprint, current_app

from app.database import is_migrated
from app.extensions import csrf, db

blueprint = Blueprint("health", __name__)
csrf.exempt(blueprint)


@blueprint.get("/healthz")
def alive() -> tuple[dict[str, str], int]:
    """Answer 200 as long as the process answers at all."""
    return {"etat": "vivant"}, 200


@blueprint.get("/readyz")
def ready() -> tuple[dict[str, bool], int]:
    """Answer 200 when the database is there and migrated and the queue answers, else 503."""
    state = {"base": is_migrated(db.engine), "file": _has_queue()}
    return state, 200 if all(state.values()) else 503


def _has_queue() -> bool:
    try:
        current_app.extensions["huey"].pending_count()
    except Exception:  # whatever the queue's own client raises, the answer is no
        return False
    return True
