"""Signing in and out: a session ends with the browser or the button, wherever it was copied."""

from flask import Flask
from flask_login import user_logged_out
from flask_security import LoginForm

from app.extensions import accounts
from app.models import Account


class SignInForm(LoginForm):
    """Flask-Security's form, without its box to stay signed in: desks are shared."""

    remember = None


def _end_sessions(_app: Flask, user: object) -> None:
    """Make every cookie of this account useless, copies included."""
    if isinstance(user, Account):
        accounts.set_uniquifier(user)
        accounts.commit()  # type: ignore[no-untyped-call]


def init_app(app: Flask) -> None:
    user_logged_out.connect(_end_sessions, app)
