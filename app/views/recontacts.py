"""After sending: thank you, and the way to be reached that somebody may leave, kept apart."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from app.extensions import csrf, db
from app.services import recontacts
from app.views import draft_session
from app.views.draft_session import Sitting

blueprint = Blueprint("recontacts", __name__, url_prefix="/temoigner/<slug>/merci")
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
        recontacts.leave(db.session, means, audience=sitting.questionnaire.audience.id)
        db.session.commit()
        flash("Vos coordonnées sont gardées, à part de votre témoignage. Merci.", "success")
    draft_session.forget_contact(slug)
    return redirect(url_for(".thanks", slug=slug))


def _page(sitting: Sitting, form: RecontactForm) -> str | Response:
    sent = draft_session.sent(sitting.slug)
    if sent is None:
        return redirect(url_for("answering.start", slug=sitting.slug))
    return render_template(
        "answering/thanks.html", questionnaire=sitting.questionnaire, sent=sent, form=form
    )
