"""Testimonies that say the same, group by group, so that each is read once."""

from flask import Blueprint, render_template

from analysis.chart_text import percent
from app.extensions import db
from app.models import RoleName
from app.services import duplicates
from app.views import filters as address
from app.views import tally_asking
from app.views.access import only_for

blueprint = Blueprint("duplicates", __name__, url_prefix="/recherche/decomptes/doublons")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)


@blueprint.get("")
def index() -> str:
    """Show the groups, the greatest first."""
    asked = tally_asking.read()
    groups = duplicates.find(db.session, asked.filters)
    return render_template(
        "tallies/duplicates.html",
        asked=asked,
        groups=groups,
        repeated=sum(len(group.testimonies) - 1 for group in groups),
        least_words=duplicates.LEAST_WORDS,
        choices=asked.choices,
        active=asked.active(),
        arguments=address.arguments,
        percent=percent,
    )
