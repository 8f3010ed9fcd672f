"""Asking to be called: for whoever would rather say than write."""

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
from werkzeug.wrappers import Response
from wtforms import Field, Form, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, StopValidation

from app.extensions import csrf, db
from app.mail.rendezvous import By
from app.models import Recontact, RecontactSource, RecontactWish
from app.services import bookings, phones, recontacts
from app.services.recontacts import Coordinates
from app.views import gate
from app.views.places import is_easy
from app.views.telling import commit_and_tell
from forms.schema import Library, Questionnaire

Page = str | Response | tuple[str, int]

blueprint = Blueprint("calls", __name__, url_prefix="/etre-rappele")
csrf.exempt(blueprint)  # its forms check their own token, and show themselves again when it is old

LEFT = "call"  # in the browser's cookie: which number was left, so that it can be erased at once
TOO_LONG = "Écrivez moins de %(max)d\u00a0signes."
EXAMPLE = "06\u00a012\u00a034\u00a056\u00a078"
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


def dialled(_form: Form, field: Field) -> None:
    """Refuse what nobody could dial."""
    if not phones.is_phone(field.data or ""):
        raise StopValidation(
            f"Un numéro de téléphone a 10\u00a0chiffres, par exemple {EXAMPLE}. "
            "Écrivez à nouveau votre numéro."
        )


class CallForm(FlaskForm):
    """Whom to call, at what number, and when."""

    phone = TelField(
        "Votre numéro de téléphone",
        [
            DataRequired("Écrivez votre numéro de téléphone."),
            dialled,
            Length(max=40, message=TOO_LONG),
        ],
        description=f"Par exemple {EXAMPLE}. Fixe ou mobile, comme vous voulez.",
        render_kw={"autocomplete": "tel"},
    )
    name = StringField(
        "Le nom ou le prénom à demander (facultatif)",
        [Length(max=120, message=TOO_LONG)],
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
    """Nothing but the token."""


@blueprint.get("")
def ask() -> Page:
    """Ask for a number to call."""
    return _show(_form())


@blueprint.post("")
def leave() -> Page:
    """Keep the number for the team; a second one replaces the first."""
    form, origin = _form(), _origin()
    if not form.validate() or gate.check("appel"):
        return _show(form), gate.status()
    _erase_left()
    recontact = recontacts.leave(
        db.session,
        Coordinates(
            phone=form.phone.data or "", name=form.name.data or "", hours=form.hours.data or ""
        ),
        audience=origin.audience.id if origin else form.audience.data,
        wish=RecontactWish.CALL,
        source=RecontactSource.CALL,
    )
    db.session.commit()
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
        form=EraseForm(formdata=None),
        ending=phones.last_digits(recontact.phone or ""),
        **_shared(),
    )


@blueprint.post("/effacer")
def erase() -> Page:
    """Erase the number that this browser has just left."""
    if not EraseForm().validate():
        flash("La page était restée ouverte trop longtemps. Appuyez à nouveau.", "warning")
        return redirect(_address(".kept"))
    _erase_left()
    db.session.commit()
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
    """Return what this browser left, if the team still holds it."""
    return recontacts.get(db.session, uuid.UUID(session[LEFT])) if LEFT in session else None


def _erase_left() -> None:
    """Erase what this browser left; whoever was to meet them is told."""
    if LEFT not in session:
        return
    try:
        change = bookings.withdraw(db.session, uuid.UUID(session.pop(LEFT)))
    except bookings.ErasedError:
        return
    commit_and_tell([change], by=By.ERASURE)


def _address(endpoint: str) -> str:
    origin = _origin()
    return url_for(
        endpoint, depuis=origin.slug if origin else None, facile="1" if is_easy() else None
    )


def _show(form: CallForm) -> str:
    return render_template("calls/ask.html", form=form, **_shared())


def _shared() -> dict[str, object]:
    return {"easy": is_easy(), "origin": _origin()}
