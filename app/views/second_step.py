"""The second step of signing in: a code, or a passkey; then the page that was asked for."""

import secrets

from flask import Blueprint, current_app, redirect, render_template, session, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from app.extensions import db
from app.services import accounts, brakes, passkeys, second_steps
from app.services.passkeys import Site, WrongPasskeyError
from app.views import sessions, signing
from app.views.access import for_signed_in
from app.views.account_safety import LONGEST_CODE, WRONG_CODE, WRONG_PASSKEY
from app.views.acting import refused
from app.views.lines import at_most

Page = str | Response | tuple[str, int]

blueprint = Blueprint("second_step", __name__, url_prefix="/compte/deux-etapes")
for_signed_in(blueprint)

CHALLENGE = "second_step_challenge"


class SecondStepForm(FlaskForm):
    """A code, or the answer of a passkey."""

    code = StringField(
        "Code de l’application, ou code de secours",
        [at_most(LONGEST_CODE)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"},
    )
    answer = HiddenField()


@blueprint.get("")
def ask() -> Page:
    """Ask for the second step of whoever has given a password."""
    if sessions.is_proved() or not second_steps.is_set(db.session, current_user):
        return redirect(url_for("accounts.home"))
    return _page(SecondStepForm(formdata=None))


@blueprint.post("")
def check() -> Page:
    """Let the session in, or slow whoever guesses."""
    form, watched = SecondStepForm(), brakes.second_step(current_user.id)
    challenge = session.pop(CHALLENGE, secrets.token_hex())
    if not form.validate():
        return _page(form), 422
    left = signing.try_once(watched)
    if left:
        form.form_errors.append(signing.too_many_tries(left))
        return _page(form), 429
    if not _is_right(form, challenge):
        db.session.rollback()
        refused(current_user.id, "second")
        return _page(form), 422
    signing.forgive(watched)
    sessions.proved()
    return redirect(sessions.asked_for() or url_for("accounts.home"))


def _is_right(form: SecondStepForm, challenge: str) -> bool:
    mine = accounts.get(db.session, current_user.id)
    if not form.answer.data:
        is_right = second_steps.passes(db.session, mine, form.code.data or "")
        form.code.errors = [] if is_right else [WRONG_CODE]
        return is_right
    known = second_steps.passkeys(db.session, mine)
    here = Site(current_app.config["BASE_URL"])
    try:
        passkeys.prove(db.session, here, known, answer=form.answer.data, challenge=challenge)
    except WrongPasskeyError:
        form.form_errors.append(WRONG_PASSKEY)
        return False
    return True


def _page(form: SecondStepForm) -> str:
    mine = accounts.get(db.session, current_user.id)
    known = second_steps.passkeys(db.session, mine)
    options = None
    if known:
        session[CHALLENGE] = passkeys.new_challenge()
        here = Site(current_app.config["BASE_URL"])
        options = passkeys.options_to_prove(here, known, session[CHALLENGE])
    return render_template(
        "accounts/second_step.html",
        form=form,
        options=options,
        has_application=mine.totp_key is not None,
    )
