"""« Mon compte »: what signs somebody in, and signing out everywhere.

An application that gives codes works without JavaScript; passkeys need it, and the page says so.
"""

import time
import uuid
from typing import Any

import segno
from flask import Blueprint, abort, current_app, flash, redirect, render_template, session, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from app.extensions import db
from app.mail import accounts as letters
from app.models import Act, Passkey
from app.models.encryption import key_ring
from app.services import accounts, audit, passkeys, passwords, second_steps
from app.services.passkeys import Site, WrongPasskeyError
from app.tasks import deliver_notice
from app.views import sessions, signing
from app.views.access import for_signed_in
from app.views.lines import LineField, at_most

Page = str | Response | tuple[str, int]

blueprint = Blueprint("account_safety", __name__, url_prefix="/compte/securite")
for_signed_in(blueprint)

PENDING, BEGUN = "totp_pending", "passkey_begun"
TO_MAKE_SECONDS = 10 * 60  # between the password and the key: the desk may be left meanwhile
WRONG_CODE = (
    "Ce code n’est pas le bon. Attendez le suivant\u00a0; s’il est refusé aussi, vérifiez l’heure "
    "de votre téléphone."
)
LONGEST_CODE = 60  # with spaces as they are copied
WRONG_PASSKEY = "Votre navigateur n’a pas donné de clé valable. Recommencez."


class PasswordAgainForm(FlaskForm):
    """What is asked before anything that signs somebody in is changed: a desk may be left open."""

    current = PasswordField(
        "Votre mot de passe actuel",
        [InputRequired("Écrivez votre mot de passe."), at_most(passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )

    def validate_current(self, field: Field) -> None:
        """Refuse another password, and slow whoever guesses. Raises ValidationError."""
        if not field.errors:
            signing.check_own_password(field.data, "Ce n’est pas votre mot de passe.")


class ApplicationForm(PasswordAgainForm):
    """The proof that an application has the key."""

    code = StringField(
        "Code à six chiffres",
        [InputRequired("Écrivez le code que donne l’application."), at_most(LONGEST_CODE)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class PasskeyForm(PasswordAgainForm):
    """The name of a passkey: the browser makes it once the password is right, or leaves none."""

    name = LineField(
        "Nom de la clé",
        [InputRequired("Donnez un nom à cette clé."), at_most(60)],
        description="Pour la reconnaître, par exemple «\u00a0clé du bureau\u00a0».",
        render_kw={"autocomplete": "off"},
    )


class MadePasskeyForm(FlaskForm):
    """The passkey that the browser has made."""

    answer = HiddenField()


def site() -> Site:
    """Return the application as browsers see it."""
    return Site(current_app.config["BASE_URL"])


@blueprint.get("")
def index() -> str:
    """Show what signs this account in."""
    mine = accounts.get(db.session, current_user.id)
    return render_template(
        "accounts/safety.html",
        passkeys=second_steps.passkeys(db.session, mine),
        codes_left=second_steps.codes_left(db.session, mine),
        is_set=second_steps.is_set(db.session, mine),
        is_needed=second_steps.is_needed(mine),
        site=site(),
    )


@blueprint.get("/application")
def ask_application() -> str:
    """Show the key to share with an application, drawn and written, until it is proved."""
    return _application(ApplicationForm(formdata=None), _pending())


@blueprint.post("/application")
def share() -> Page:
    """Keep the key once a code proves that the application has it."""
    form, key = ApplicationForm(), _pending()
    if not form.validate():
        return _application(form, key), 422
    mine = accounts.get(db.session, current_user.id)
    if not second_steps.share(db.session, mine, key, form.code.data):
        form.code.errors = [WRONG_CODE]
        return _application(form, key), 422
    session.pop(PENDING, None)
    return _added("application")


def _pending() -> str:
    """Return the key being shared; in the cookie it is encrypted."""
    if PENDING not in session:
        session[PENDING] = key_ring.encrypt(second_steps.new_key()).decode()
    return key_ring.decrypt(session[PENDING].encode())


def _application(form: ApplicationForm, key: str) -> str:
    where = second_steps.address_of_key(key, current_user.email, passkeys.NAME)
    drawing = segno.make(where, error="m").svg_inline(
        scale=5, border=4, light="#fff", svgclass=None, lineclass=None
    )
    return render_template(
        "accounts/application.html",
        form=form,
        drawing=Markup(drawing),  # noqa: S704 - drawn here, of squares only
        key=" ".join(key[n : n + 4] for n in range(0, len(key), 4)),
        where=where,
    )


@blueprint.get("/cle")
def ask_passkey() -> str:
    """Ask for the name of a passkey, and for the password."""
    return _named(PasskeyForm(formdata=None))


@blueprint.post("/cle")
def begin_passkey() -> Page:
    """Lead to where the browser makes a passkey: the password is right."""
    form = PasskeyForm()
    if not form.validate():
        return _named(form), 422
    session[BEGUN] = {
        "account": current_user.id,
        "name": form.name.data,
        "challenge": passkeys.new_challenge(),
        "until": int(time.time()) + TO_MAKE_SECONDS,
    }
    return redirect(url_for(".make_passkey"))


def _named(form: PasskeyForm) -> str:
    return render_template("accounts/passkey.html", form=form, site=site())


@blueprint.get("/cle/creer")
def make_passkey() -> Page:
    """Show the button by which the browser makes the passkey."""
    begun = _begun()
    return _making(MadePasskeyForm(formdata=None), begun) if begun else _to_begin_again()


@blueprint.post("/cle/creer")
def keep_passkey() -> Page:
    """Keep the passkey that the browser made."""
    form, begun = MadePasskeyForm(), _begun()
    if begun is None:
        return _to_begin_again()
    if not form.validate():
        return _making(form, begun), 422
    mine = accounts.get(db.session, current_user.id)
    made = {"name": begun["name"], "answer": form.answer.data or ""}
    try:
        passkeys.keep(db.session, site(), mine, challenge=begun["challenge"], **made)
    except WrongPasskeyError:
        session[BEGUN] = begun | {"challenge": passkeys.new_challenge()}
        form.form_errors.append(WRONG_PASSKEY)
        return _making(form, session[BEGUN]), 422
    session.pop(BEGUN)
    return _added("cle")


def _begun() -> dict[str, Any] | None:
    """Return the name and the challenge of the passkey being made, while there is time."""
    begun: dict[str, Any] | None = session.get(BEGUN)
    if not begun or begun["account"] != current_user.id or begun["until"] < time.time():
        return None
    return begun


def _to_begin_again() -> Page:
    flash("Écrivez votre mot de passe à nouveau\u00a0: trop de temps a passé.", "info")
    return redirect(url_for(".ask_passkey"))


def _making(form: MadePasskeyForm, begun: dict[str, Any]) -> str:
    mine = accounts.get(db.session, current_user.id)
    known = second_steps.passkeys(db.session, mine)
    options = passkeys.options_to_make(site(), mine, known, begun["challenge"])
    return render_template(
        "accounts/make_passkey.html", form=form, options=options, name=begun["name"]
    )


def _added(what: str) -> Page:
    """A second step is there: this session has passed it; the first comes with codes to keep."""
    mine = accounts.get(db.session, current_user.id)
    has_codes = second_steps.codes_left(db.session, mine) > 0
    codes = [] if has_codes else second_steps.new_codes(db.session, mine)
    audit.record(db.session, Act.FACTOR_CHANGED, mine.id, detail=what)
    told = letters.tell(db.session, mine.email, what)
    db.session.commit()
    deliver_notice.enqueue(str(told))
    sessions.proved()
    if codes:
        return render_template("accounts/codes.html", codes=codes)
    flash("C’est enregistré.", "success")
    return redirect(url_for(".index"))


@blueprint.get("/cle/<uuid:which>", defaults={"what": "cle"})
@blueprint.get("/<any(application, codes):what>/changer")
def ask_change(what: str, which: uuid.UUID | None = None) -> str:
    """Ask for the password before an application or a key is removed, or codes are drawn anew."""
    return _change(PasswordAgainForm(formdata=None), what, which)


@blueprint.post("/cle/<uuid:which>", defaults={"what": "cle"})
@blueprint.post("/<any(application, codes):what>/changer")
def change(what: str, which: uuid.UUID | None = None) -> Page:
    """Remove the application or a passkey of one's own, or draw codes anew."""
    form = PasswordAgainForm()
    if not form.validate():
        return _change(form, what, which), 422
    mine = accounts.get(db.session, current_user.id)
    if not second_steps.is_set(db.session, mine):
        abort(404)
    codes: list[str] = []
    if what == "codes":
        codes = second_steps.new_codes(db.session, mine)
    elif what == "application":
        second_steps.stop_sharing(db.session, mine)
    else:
        second_steps.remove_passkey(db.session, mine, _own_passkey(which))
    audit.record(db.session, Act.FACTOR_CHANGED, mine.id, detail=f"{what}:changed")
    told = letters.tell(db.session, mine.email, f"{what}:changed")
    db.session.commit()
    deliver_notice.enqueue(str(told))
    if codes:
        return render_template("accounts/codes.html", codes=codes)
    flash("C’est enregistré.", "success")
    return redirect(url_for(".index"))


def _change(form: PasswordAgainForm, what: str, which: uuid.UUID | None) -> str:
    if not second_steps.is_set(db.session, current_user):
        abort(404)
    passkey = _own_passkey(which) if what == "cle" else None
    return render_template("accounts/change_step.html", form=form, what=what, passkey=passkey)


def _own_passkey(which: uuid.UUID | None) -> Passkey:
    """Return a passkey of whoever is signed in; that of anybody else does not exist (404)."""
    mine = {each.id: each for each in second_steps.passkeys(db.session, current_user)}
    if which not in mine:
        abort(404)
    return mine[which]
