"""What a supervisor asks: is the process alive, is it ready to serve."""

from flask import Blueprint, current_app

from app.database import is_migrated
from app.extensions import csrf, db
from app.services import encrypted_rows
from app.task_queue import is_answering

blueprint = Blueprint("health", __name__)
csrf.exempt(blueprint)


@blueprint.get("/healthz")
def alive() -> tuple[dict[str, str], int]:
    """Answer 200 as long as the process answers at all."""
    return {"etat": "vivant"}, 200


@blueprint.get("/readyz")
def ready() -> tuple[dict[str, bool], int]:
    """Answer 200 when the database is migrated, its keys open it and the queue answers; or 503."""
    has_tables = is_migrated(db.engine)
    state = {
        "base": has_tables,
        "cles": has_tables and encrypted_rows.can_be_opened(db.session),
        "file": is_answering(current_app.extensions["huey"]),
    }
    return state, 200 if all(state.values()) else 503
