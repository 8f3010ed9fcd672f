"""What a coder of an open round is shown before a testimony that is still to code blind."""

from typing import Any

from flask import render_template, request, url_for
from flask_security import current_user

from app.extensions import db
from app.models import Testimony
from app.services import agreement_marks
from app.services.filters import Filters
from app.views import filters as address

ANYWAY = "ouvrir"  # in the address: whoever codes blind reads it all the same


def page(testimony: Testimony, filters: Filters) -> str | None:
    """Return the page that says so, none where nothing is to code or the address asks for more."""
    if ANYWAY in request.args:
        return None
    round_ = agreement_marks.awaiting(db.session, testimony.id, current_user.id)
    if round_ is None:
        return None
    asked: dict[str, Any] = {**request.args, ANYWAY: "oui"}
    return render_template(
        "testimonies/blind.html",
        testimony=testimony,
        round=round_,
        arguments=address.arguments(filters),
        anyway=url_for("testimonies.show", testimony_id=testimony.id, **asked),
    )
