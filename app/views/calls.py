"""Asking to be called: for whoever would rather say than write.

A browser may be shared: another number is added to the first, unless the page says which one it
replaces or erases, by a signed field.
"""

import uuid

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from app.extensions import csrf, db
from app.mail.rendezvous import By
from app.models import Recontact, RecontactSource, RecontactWish
from app.services import bookings, phones, recontacts
from app.services.appointments import Change
from app.services.recontacts import Coordinates
from app.views import gate
from app.views.access import for_holders
from app.views.coordinate_fields import EXAMPLE, NAME, TOO_LONG, PhoneField
from app.views.lines import LineField
from app.views.places import is_easy
from app.views.telling import commit_and_tell
from forms.schema import Library, Questionnaire

Page = str | Response | tuple[str, int]

blueprint = Blueprint("calls", __name__, url_prefix="/etre-rappele")
for_holders(blueprint)
csrf.exempt(blueprint)  # its forms check their own token, and show themselves again when it is old

LEFT = "call"  # in the browser's cookie: which number was left last, to say it and take it back
EASY_WORDS = {
    "phone": (
        "Votre numéro de téléphone",
        f"Par exemple\u00a0: {EXAMPLE}.",
    ),
    "name": ("Votre nom ou votre prénom", "Vous pouvez laisser vide."),
    "hours": ("Quand pouvons-nous vous appeler\u00a0?", "Par exemple\u00a0: le mardi matin."),
    "audience": ("Qui êtes-vous\u00a0?", "Choisissez la phrase qui parle de vous."),
}
"""Field → its label and its help, easy to read."""


class CallForm(FlaskForm):
    """Whom to call, at what number, and when."""

    replaced = HiddenField()
    phone = PhoneField(
        "Votre numéro de téléphone",
        [DataRequired("Écrivez votre numéro de téléphone.")],
        description=f"Par exemple {EXAMPLE}. Fixe ou mobile, comme vous voulez.",
    )
    name = LineField(
        "Le nom ou le prénom à demander (facultatif)",
        NAME,
        description="Seulement pour savoir à qui parler. Vous pouvez laisser vide.",
        render_kw={"autocomplete": "name"},
    )
    hours = TextAreaField(
        "Quand vous appeler\u00a0? (facultatif)",
        [Length(max=500, message=TOO_LONG)],
        description="Par exemple «\u00a0le mardi matin\u00a0», «\u00a0après 18\u00a0heures\u00a0». "
        "Dites aussi si nous pouvons laisser un message.",
        render_kw={"rows": 2, "autocomplete": "off"},
    )
    audience = RadioField(
        "Vous êtes",
        [InputRequired("Choisissez une réponse.")],
        description="Nous vous poserons les questions qui vont avec.",
    )


class EraseForm(FlaskForm):
    """Which number is taken back."""

    left = HiddenField()


@blueprint.get("")
def ask() -> Page:
    """Ask for a number to call."""
    return _show(_form())


@blueprint.get("/autre")
def ask_another() -> Page:
    """Ask for a number in place of the one that this browser has just left."""
    recontact = _left()
    if recontact is None:
        return redirect(_address(".ask"))
    form = _form()
    form.replaced.data = _signer().dumps(str(recontact.id))
    return _show(form)


@blueprint.post("")
def leave() -> Page:
    """Keep the number for the team; it takes the place of another where the page says so."""
    form, origin = _form(), _origin()
    if not form.validate() or gate.check("appel"):
        return _show(form), gate.status()
    coordinates = Coordinates(
        phone=form.phone.data or "", name=form.name.data or "", hours=form.hours.data or ""
    )
    ended = _erase(_read(form.replaced.data) or _sent_twice(coordinates))
    recontact = recontacts.leave(
        db.session,
        coordinates,
        audience=origin.audience.id if origin else form.audience.data,
        wish=RecontactWish.CALL,
        source=RecontactSource.CALL,
    )
    commit_and_tell([ended], by=By.ERASURE)
    session[LEFT] = str(recontact.id)
    return redirect(_address(".kept"))


@blueprint.get("/merci")
def kept() -> Page:
    """Say what happens now, and how to take the number back."""
    recontact = _left()
    if recontact is None:
        return redirect(_address(".ask"))
    return render_template(
        "calls/kept.html",
        form=EraseForm(formdata=None, data={"left": _signer().dumps(str(recontact.id))}),
        ending=phones.last_digits(recontact.phone or ""),
        **_shared(),
    )


@blueprint.post("/effacer")
def erase() -> Page:
    """Erase the number that the page spoke of, and no other that this browser left since."""
    form = EraseForm()
    recontact_id = _read(form.left.data) if form.validate() else None
    if recontact_id is None:
        flash("La page était restée ouverte trop longtemps. Appuyez à nouveau.", "warning")
        return redirect(_address(".kept"))
    commit_and_tell([_erase(recontact_id)], by=By.ERASURE)
    if session.get(LEFT) == str(recontact_id):
        session.pop(LEFT)
    flash("Votre numéro est effacé. Nous ne vous appellerons pas.", "success")
    return redirect(url_for("easy.call") if is_easy() else url_for("public.call"))


def _form() -> CallForm:
    form = CallForm()
    library: Library = current_app.extensions["questionnaires"]
    if is_easy():
        for name, (label, help_) in EASY_WORDS.items():
            form[name].label.text, form[name].description = label, help_
    if _origin() is not None:
        del form.audience
    else:
        form.audience.choices = [
            (each.audience.id, each.easy_title if is_easy() else each.audience.label)
            for each in {q.audience.id: q for q in reversed(list(library))}.values()
        ][::-1]
    return form


def _origin() -> Questionnaire | None:
    """Return the questionnaire whose page offered to call, when there is one."""
    library: Library = current_app.extensions["questionnaires"]
    return next((each for each in library if each.slug == request.args.get("depuis")), None)


def _left() -> Recontact | None:
    """Return what this browser left last, if the team still holds it."""
    return recontacts.get(db.session, uuid.UUID(session[LEFT])) if LEFT in session else None


def _sent_twice(coordinates: Coordinates) -> uuid.UUID | None:
    """Return what this browser left last, when it is this very form: a button pressed twice."""
    last = _left()
    if last is None:
        return None
    before = (last.phone or "", last.name or "", last.hours or "")
    again = (coordinates.phone.strip(), coordinates.name.strip(), coordinates.hours.strip())
    return last.id if before == again else None


def _erase(recontact_id: uuid.UUID | None) -> Change | None:
    """Erase somebody who asked to be called; return the rendezvous that ended, to be told."""
    if recontact_id is None:
        return None
    try:
        return bookings.withdraw(db.session, recontact_id)
    except bookings.ErasedError:
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SIGNING_KEYS"], salt="recueil call")


def _read(signed: str | None) -> uuid.UUID | None:
    """Return the id that a page of ours holds; none when it is not one of ours."""
    try:
        return uuid.UUID(_signer().loads(signed or ""))
    except (BadData, ValueError):
        return None


def _address(endpoint: str) -> str:
    origin = _origin()
    return url_for(
        endpoint, depuis=origin.slug if origin else None, facile="1" if is_easy() else None
    )


def _show(form: CallForm) -> str:
    return render_template(
        "calls/ask.html", form=form, ending=_ending(form.replaced.data), **_shared()
    )


def _ending(signed: str | None) -> str:
    """Return how the number to be replaced ends; nothing when none is, or it is erased already."""
    recontact_id = _read(signed)
    recontact = recontacts.get(db.session, recontact_id) if recontact_id else None
    return phones.last_digits(recontact.phone or "") if recontact else ""


def _shared() -> dict[str, object]:
    return {"easy": is_easy(), "origin": _origin()}
