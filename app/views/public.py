"""The call itself, and the pages that say how it is run."""

from flask import Blueprint, render_template

from app.extensions import db
from app.services import retention, testimonies
from app.views.access import open_to_all

blueprint = Blueprint("public", __name__)
open_to_all(blueprint)


@blueprint.get("/")
def call() -> str:
    """Present the call, with one way in for each profile."""
    return render_template("public/call.html", received=testimonies.count(db.session))


@blueprint.get("/confidentialite")
def privacy() -> str:
    """Say who reads, what for, how long, by what right, and how to take it back."""
    return render_template("public/privacy.html", rules=retention.rules())


@blueprint.get("/accessibilite")
def accessibility() -> str:
    """Declare the state of accessibility as it is."""
    return render_template("public/accessibility.html")
