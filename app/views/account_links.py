"""A forgotten password, and the links of messages by which one is chosen. GET changes nothing."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_security import hash_password
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, Field, PasswordField, ValidationError
from wtforms.validators import Email, EqualTo, InputRequired, Length

from app.extensions import csrf, db, security
from app.mail import accounts as letters
from app.models import Account, Act, LinkPurpose
from app.services import account_links, accounts, audit, notices, passwords
from app.tasks import deliver_notice
from app.views import gate
from app.views.access import for_holders
from app.views.lines import at_most

Page = str | Response | tuple[str, int]

blueprint = Blueprint("account_links", __name__, url_prefix="/compte")
for_holders(blueprint)
csrf.exempt(blueprint)  # its forms check their own token, and show themselves again when it is old

NO_TOKEN = "0" * 43
ANSWER = (
    "Si cette adresse a un compte, un message vient de partir. Son lien sert une fois, pendant une "
    "heure. Regardez aussi dans les indésirables."
)


class ForgottenForm(FlaskForm):
    """The address of whoever has lost their password."""

    email = EmailField(
        "Votre adresse électronique",
        [
            InputRequired("Écrivez l’adresse de votre compte."),
            Length(max=255, message="Cette adresse est trop longue."),
            Email("Cette adresse n’est pas complète. Écrivez par exemple nom@organisme.fr."),
        ],
        render_kw={"autocomplete": "username"},
    )


def normal(password: str | None) -> str:
    """Return a password as all are hashed: an accent is one, however a keyboard composes it."""
    return str(security.password_util.normalize(password or ""))


class ChosenPasswordForm(FlaskForm):
    """A new password, twice."""

    password = PasswordField(
        "Nouveau mot de passe",
        [InputRequired("Choisissez un mot de passe."), at_most(passwords.LONGEST)],
        filters=[normal],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "Le même, une seconde fois",
        [
            EqualTo("password", "Les deux mots de passe diffèrent."),
            at_most(passwords.LONGEST),
        ],
        filters=[normal],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = account

    def validate_password(self, field: Field) -> None:
        """Refuse what `services.passwords` refuses. Raises ValidationError."""
        wrong, _ = security.password_util.validate(field.data, False, user=self.account)
        if wrong:
            raise ValidationError(" ".join(wrong))


@blueprint.get("/oubli")
def ask() -> str:
    """Ask for the address of whoever has lost their password."""
    return render_template("accounts/forgotten.html", form=ForgottenForm(formdata=None))


@blueprint.post("/oubli")
def send() -> Page:
    """Send a link, if there is an account; say the same, in the same time, if there is none."""
    form = ForgottenForm()
    if not form.validate() or gate.check("oubli"):
        return render_template("accounts/forgotten.html", form=form), gate.status()
    posted = _post_link(form.email.data)
    deliver_notice.enqueue(str(posted))
    flash(ANSWER, "info")
    return redirect(url_for("security.login"))


def _post_link(email: str) -> uuid.UUID:
    """Return the id of the message; where nobody is to be written to, of one erased at once.

    The same is written, committed and queued in both cases: how long it takes tells nothing.
    """
    account = accounts.find(db.session, email)
    is_for = account if account is not None and _may_recover(account) else None
    token = account_links.add(db.session, is_for, LinkPurpose.RECOVERY) if is_for else NO_TOKEN
    posted = letters.post(db.session, email, LinkPurpose.RECOVERY, token)
    if is_for is None:
        db.session.delete(notices.get(db.session, posted))
    db.session.commit()
    return posted


def _may_recover(account: Account) -> bool:
    is_open = account.active and account.password is not None
    return is_open and not account_links.asked_too_often(db.session, account)


@blueprint.get("/lien/<token>")
def choose(token: str) -> Page:
    """Show the form of a new password, and nothing of whose: others may open the message."""
    link = account_links.find(db.session, token)
    if link is None:
        return render_template("accounts/link_over.html"), 404
    return _form(ChosenPasswordForm(link.account), token)


@blueprint.post("/lien/<token>")
def use(token: str) -> Page:
    """Keep the password chosen; the link has served, and older sessions are over."""
    link = account_links.find(db.session, token)
    if link is None:
        return render_template("accounts/link_over.html"), 404
    form = ChosenPasswordForm(link.account)
    if not form.validate():
        return _form(form, token), 422
    hashed, is_first = hash_password(form.password.data), link.account.password is None
    account = account_links.use(db.session, token, hashed)
    if account is None:
        return render_template("accounts/link_over.html"), 404
    audit.record(db.session, Act.PASSWORD_CHANGED, account.id, detail="link", by=account.id)
    told = None if is_first else letters.tell(db.session, account.email, "password")
    db.session.commit()
    if told:
        deliver_notice.enqueue(str(told))
    flash("Votre mot de passe est enregistré. Connectez-vous.", "success")
    return redirect(url_for("security.login"))


def _form(form: ChosenPasswordForm, token: str) -> str:
    return render_template("accounts/choose_password.html", form=form, token=token)
