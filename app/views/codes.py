"""The code sent by mail, to whoever wants it there as long as this browser shows it."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired

from app.extensions import csrf, db
from app.mail import codes
from app.services import receipts
from app.tasks import deliver_notice
from app.views import draft_session, gate, places
from app.views.access import for_holders
from app.views.coordinate_fields import AddressField
from app.views.draft_session import Sitting

Page = str | Response | tuple[str, int]

blueprint = Blueprint("codes", __name__, url_prefix="/mon-temoignage/code/<slug>")
for_holders(blueprint)
csrf.exempt(blueprint)  # its forms check their own token, and show themselves again when it is old

MOST_SENDINGS = 3
ENOUGH = (
    "Ce code est déjà parti trois fois par courriel. S’il n’arrive pas, notez-le ou imprimez la "
    "page."
)


class CodeMailForm(FlaskForm):
    """Where somebody wants to receive their code."""

    email = AddressField(
        "Votre adresse électronique",
        [DataRequired("Écrivez l’adresse à laquelle envoyer le code.")],
        id="adresse-du-code",
        description="Elle sert à cet envoi seulement\u00a0: nous ne la gardons pas. "
        "Qui lit vos courriels pourra lire votre code.",
    )


@blueprint.get("/courriel")
def ask_address(slug: str) -> Page:
    """Ask where to send the code."""
    sitting = draft_session.sit(slug)
    if draft_session.key_to_note(slug) is None:
        return redirect(_where_one_was(sitting))
    return _page(sitting, CodeMailForm(formdata=None))


@blueprint.post("/courriel")
def send(slug: str) -> Page:
    """Send the code by mail: the address goes with the message, and is erased with it."""
    sitting, key, form = draft_session.sit(slug), draft_session.key_to_note(slug), CodeMailForm()
    code = draft_session.code_of(key)
    if key is None or code is None:
        return redirect(_where_one_was(sitting))
    if not form.validate():
        return _page(sitting, form), 422
    if draft_session.sendings(key) >= MOST_SENDINGS:
        form.email.errors = [ENOUGH]
        return _page(sitting, form), 429
    if gate.check("envoi_code"):
        return _page(sitting, form), gate.status()
    posted = codes.post(db.session, code, to=form.email.data, until=_until(sitting, key))
    db.session.commit()
    deliver_notice.enqueue(str(posted))
    draft_session.count_sending(key)
    flash("Le code part par courriel. S’il n’arrive pas, regardez dans les indésirables.", "info")
    return redirect(_where_one_was(sitting))


def _until(sitting: Sitting, key: str) -> datetime | None:
    """Return the day after which the code opens nothing; none where something is sent already."""
    draft = sitting.draft if sitting.key == key else None
    return draft.expires_at if draft and not draft.amends else None


def _where_one_was(sitting: Sitting) -> str:
    """Return the page that shows the code: that of the draft, or the thanks."""
    key = draft_session.key_to_note(sitting.slug)
    is_begun = sitting.draft is not None and key in (None, sitting.key)
    return places.onward("receipts.pause" if is_begun else "recontacts.thanks", slug=sitting.slug)


def _page(sitting: Sitting, form: CodeMailForm) -> str:
    code = draft_session.code_of(draft_session.key_to_note(sitting.slug))
    return render_template(
        "receipts/code_mail.html",
        questionnaire=sitting.questionnaire,
        groups=receipts.grouped(code or ""),
        back=_where_one_was(sitting),
        form=form,
    )
