"""The sender's health: whether mail can leave, tried when asked, and what did not leave."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.extensions import db
from app.mail import health
from app.models import RoleName
from app.services import notices
from app.tasks import deliver_notice
from app.views.access import only_for

blueprint = Blueprint("postbox", __name__, url_prefix="/equipe/messagerie")
only_for(blueprint, RoleName.STAFF)

KINDS = {
    "referral": "une mise en contact",
    "booking": "un rendez-vous",
    "code": "un code de suivi",
    "inquiry": "une question",
}


@blueprint.get("")
def index() -> str:
    """Show what the settings tell, and the messages that did not leave."""
    return _page([])


@blueprint.post("/essai")
def check() -> str:
    """Try the mail server now, and send an essay to whoever asks."""
    return _page(health.try_server(to=current_user.email))


@blueprint.post("/<uuid:notice_id>/reprendre")
def retry(notice_id: uuid.UUID) -> Response:
    """Put one message back in the outbox."""
    notice = notices.get(db.session, notice_id) or abort(404)
    is_back = notices.retry(db.session, notice.id)
    db.session.commit()
    if is_back:
        deliver_notice.enqueue(str(notice_id))
        flash("Ce message repart.", "success")
    else:
        flash("Ce message ne peut pas être repris\u00a0: ce qu’il disait est effacé.", "info")
    return redirect(url_for(".index"))


def _page(tried: list[health.Finding]) -> str:
    return render_template(
        "postbox/index.html",
        tried=tried,
        advice=health.advice(),
        trouble=notices.in_trouble(db.session),
        kinds=KINDS,
    )
