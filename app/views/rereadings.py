"""What to read over first: the suggestions whose decision teaches most."""

from flask import Blueprint, render_template, request

from app.extensions import db
from app.models import RoleName
from app.services import codings, decisions, rereadings
from app.views import filters as address
from app.views.access import only_for

blueprint = Blueprint("rereadings", __name__, url_prefix="/recherche/a-relire")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)


@blueprint.get("")
def index() -> str:
    """List what to decide on, of one theme or of all."""
    choices, waiting = address.choices(), rereadings.count(db.session)
    theme = request.args.get("theme", "").strip()[: address.LONGEST]
    if theme and theme not in choices.themes and theme not in waiting:
        raise address.BadFilter(address.UNKNOWN["theme"].format(theme))
    return render_template(
        "rereadings/index.html",
        candidates=rereadings.first(db.session, theme=theme),
        waiting=waiting,
        decided=decisions.count(db.session).total,
        theme=theme,
        choices=choices,
        confidence=codings.confidence,
    )
