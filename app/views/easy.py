"""The call in easy-to-read French: what it is, and what one needs to know to decide."""

from flask import Blueprint, render_template

from app.views.access import open_to_all

blueprint = Blueprint("easy", __name__, url_prefix="/facile")
open_to_all(blueprint)


@blueprint.get("")
def call() -> str:
    """Present the call, with a door to each questionnaire."""
    return render_template("easy/call.html")


@blueprint.get("/vos-reponses")
def answers() -> str:
    """Say what we do with the answers, who reads them, how long they are kept."""
    return render_template("easy/answers.html")


@blueprint.get("/changer-d-avis")
def changes() -> str:
    """Say how to stop, to go on later, to change one's answers, to take them back."""
    return render_template("easy/changes.html")


@blueprint.get("/aide")
def support() -> str:
    """Say how to ask for help."""
    return render_template("easy/support.html")
