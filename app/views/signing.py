"""Signing in and out: passwords by our rules, tries slowed, sessions that end everywhere."""

from typing import Any

from flask import Flask, after_this_request, g, request, session
from flask_login import user_logged_out
from flask_security import ChangePasswordForm, LoginForm, current_user, verify_password
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError

from app.extensions import accounts, db, security
from app.models import Account, Act
from app.services import audit, brakes, networks, passwords
from app.views import gate
from app.views.acting import refused
from app.views.lines import at_most

ADDRESS_LENGTH = 255
CSRF_KEY = "csrf_token"
FORMS = {"security.login", "security.change_password"}


class SignInForm(LoginForm):
    """Flask-Security's form, slowed, and without its box to stay signed in: desks are shared."""

    remember = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = "Adresse électronique"
        _bound(self.email, ADDRESS_LENGTH)
        _bound(self.password, passwords.LONGEST)

    def validate(self, **kwargs: Any) -> bool:
        """Say whether the address and the password are somebody's; a try is counted before.

        Of a refusal the log of acts keeps which account it was, if any.
        """
        watched = brakes.sign_in(gate.counts_here(), self.email.data or "", network_here())
        left = try_once(watched)
        if left:
            self.form_errors.append(too_many_tries(left))
            return False
        is_right = bool(super().validate(**kwargs))
        if is_right:
            forgive(watched)
        else:
            account = accounts.find_user(email=self.email.data or "")
            refused(account.id if account else None)
        return is_right


class OwnPasswordForm(ChangePasswordForm):
    """Flask-Security's form, its three fields named so that none is taken for another, and bounded:
    hashing what is long would tire the server.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = "Mot de passe actuel"
        self.new_password_confirm.label.text = "Le même, une seconde fois"
        for field in (self.password, self.new_password, self.new_password_confirm):
            _bound(field, passwords.LONGEST)

    def validate_password(self, field: Field) -> None:
        """Refuse another password than that of whoever is signed in. Raises ValidationError."""
        if field.data and not field.errors:
            check_own_password(field.data, "Ce n’est pas votre mot de passe actuel.")


def check_own_password(given: str, otherwise: str) -> None:
    """Refuse what is not the password of whoever is signed in, and slow whoever guesses it.

    Raises ValidationError, in the words of `otherwise` or in those of waiting.
    """
    watched = brakes.own_password(current_user.id)
    left = try_once(watched)
    if left:
        raise ValidationError(too_many_tries(left))
    if not verify_password(security.password_util.normalize(given), current_user.password):
        refused(current_user.id, "again")
        raise ValidationError(otherwise)
    forgive(watched)


def try_once(watched: brakes.Watched) -> int:
    """Count a try before it is made; return how long to wait, which this request then answers."""
    left = brakes.try_once(gate.counts_here(), watched)
    db.session.commit()
    if left:
        slow_down(left)
    return left


def forgive(watched: brakes.Watched) -> None:
    """What was tried is right: it was no guess."""
    brakes.forgive(gate.counts_here(), watched)
    db.session.commit()


def _bound(field: Field, longest: int) -> None:
    field.validators = [at_most(longest), *field.validators]


def network_here() -> str | None:
    """Return the hash of the network of this request, or none: see `services.networks`."""
    return networks.hashed(request.remote_addr, gate.counts_here().salt(make=True))


def too_many_tries(seconds: int) -> str:
    """Return how long to wait, in French."""
    wait = gate.waiting(seconds)
    return f"Trop d’essais. Attendez {wait}, puis essayez à nouveau."


def slow_down(seconds: int) -> None:
    """Answer this request 429, and say when to come back."""

    def tell(reply: Response) -> Response:
        reply.status_code = 429
        reply.headers["Retry-After"] = str(seconds)
        return reply

    after_this_request(tell)


def _refused(reply: Response) -> Response:
    """A form of the library shown again with its errors is a refusal: 422."""
    if request.method == "POST" and request.endpoint in FORMS and reply.status_code == 200:
        reply.status_code = 422
    return reply


def _end_sessions(_app: Flask, user: object) -> None:
    """Make every cookie of this account useless, copies included."""
    if isinstance(user, Account):
        audit.record(db.session, Act.SIGNED_OUT, by=user.id)
        accounts.set_uniquifier(user)
        accounts.commit()  # type: ignore[no-untyped-call]


def new_token() -> None:
    """Forget the token of forms: one known before somebody signed in is of no use after."""
    session.pop(CSRF_KEY, None)
    g.pop(CSRF_KEY, None)


def init_app(app: Flask) -> None:
    user_logged_out.connect(_end_sessions, app)
    app.after_request(_refused)
