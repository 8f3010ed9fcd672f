"""Coordinates that somebody may leave after sending: asked there, read and erased by staff."""

import uuid

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from app.extensions import csrf, db
from app.models import RoleName
from app.services import receipts, recontacts
from app.views import draft_session
from app.views.access import only_for
from app.views.draft_session import Sitting
from forms.schema import Library

blueprint = Blueprint("recontacts", __name__, url_prefix="/temoigner/<slug>/merci")
desk = Blueprint("recontacts_desk", __name__, url_prefix="/equipe/a-rappeler")
only_for(desk, RoleName.STAFF)
csrf.exempt(blueprint)  # its form checks its own token, and shows itself again when it is too old


class RecontactForm(FlaskForm):
    """Where somebody who testified agrees to be reached."""

    means = TextAreaField(
        "Comment vous joindre\u00a0?",
        [Length(max=500, message="Écrivez moins de 500 caractères.")],
        description="Une adresse électronique ou un numéro, et le nom à demander si vous voulez.",
        render_kw={"rows": 3, "autocomplete": "off"},
    )


@blueprint.get("")
def thanks(slug: str) -> str | Response:
    """Say thank you, and what happens now."""
    return _page(draft_session.sit(slug), RecontactForm(formdata=None))


@blueprint.post("")
def leave(slug: str) -> str | Response | tuple[str | Response, int]:
    """Keep where somebody may be reached, apart from what they told."""
    sitting = draft_session.sit(slug)
    sent, form = draft_session.sent(slug), RecontactForm()
    if not sent or not sent["may_contact"]:
        return redirect(url_for(".thanks", slug=slug))
    if not form.validate():
        return _page(sitting, form), 422
    if means := (form.means.data or "").strip():
        recontacts.leave(
            db.session,
            recontacts.Coordinates(means=means),
            audience=sitting.questionnaire.audience.id,
        )
        db.session.commit()
        flash("Vos coordonnées sont gardées, à part de votre témoignage. Merci.", "success")
    draft_session.forget_contact(slug)
    return redirect(url_for(".thanks", slug=slug))


def _page(sitting: Sitting, form: RecontactForm) -> str | Response:
    sent = draft_session.sent(sitting.slug)
    if sent is None:
        return redirect(url_for("answering.start", slug=sitting.slug))
    return render_template(
        "recontacts/thanks.html",
        questionnaire=sitting.questionnaire,
        sent=sent,
        groups=receipts.grouped(draft_session.code_of(sitting.slug) or ""),
        form=form,
    )


@desk.get("")
def index() -> str:
    """List who agreed to be reached, and how."""
    library: Library = current_app.extensions["questionnaires"]
    return render_template(
        "recontacts/index.html",
        recontacts=recontacts.all_left(db.session),
        audiences={audience.id: audience.label for audience in library.audiences},
    )


@desk.post("/<uuid:recontact_id>/effacer")
def erase(recontact_id: uuid.UUID) -> Response:
    """Erase somebody's coordinates: the exchange took place, or they no longer want it."""
    if not recontacts.erase(db.session, recontact_id):
        abort(404)
    db.session.commit()
    flash("Ces coordonnées sont effacées.", "success")
    return redirect(url_for(".index"))
