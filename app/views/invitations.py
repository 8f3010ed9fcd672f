"""What a personal link opens: a page that says what is asked, and a page to say no.

Opening either changes nothing in the database: mail scanners follow every link.
"""

from flask import Blueprint, current_app, render_template, session

from app import mail
from app.extensions import csrf, db
from app.models import Invitation
from app.services import invitations
from app.views.access import for_holders
from forms.schema import Library, Questionnaire

blueprint = Blueprint("invitations", __name__)
for_holders(blueprint)
Page = str | tuple[str, int]


@blueprint.get("/invitation/<token>")
def welcome(token: str) -> Page:
    """Say what the call is, and lead to the questionnaire. Nobody is named: others may read it."""
    invitation = invitations.find(db.session, token)
    if invitation is not None:
        # Only this browser keeps it: sending a testimony will note that the invitation is answered.
        session["invitation"] = token
    elif token != mail.SAMPLE_TOKEN:
        return _unknown()
    return render_template(
        "invitations/welcome.html",
        token=token,
        is_sample=invitation is None,
        questionnaire=_questionnaire(invitation),
    )


@blueprint.get("/desinscription/<token>")
def ask_refusal(token: str) -> Page:
    """Ask for one press of a button before a no is noted."""
    if invitations.find(db.session, token) is None and token != mail.SAMPLE_TOKEN:
        return _unknown()
    return render_template("invitations/refuse.html", token=token)


@blueprint.post("/desinscription/<token>")
@csrf.exempt  # RFC 8058: mail software posts here, without cookies; the token says all
def refuse(token: str) -> Page:
    """Note a no, which holds for every later campaign. Said again, it changes nothing."""
    is_known = invitations.decline(db.session, token)
    db.session.commit()
    if not is_known and token != mail.SAMPLE_TOKEN:
        return _unknown()
    return render_template("invitations/refused.html")


def _questionnaire(invitation: Invitation | None) -> Questionnaire | None:
    library: Library = current_app.extensions["questionnaires"]
    if invitation is not None and (slug := invitation.campaign.questionnaire_slug):
        return next((each for each in library if each.slug == slug), None)
    audience = invitation.contact.audience if invitation else None
    return next((each for each in library if each.audience.id == audience), None)


def _unknown() -> Page:
    return render_template("invitations/unknown.html"), 404
