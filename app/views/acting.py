"""Who acts by a request, told to the log of acts; and what of signing in and out leaves a row.

Whatever a colleague's form changes leaves a row: that of the act which is recorded for it, or else
one that names the page (`views.desk_acts`).
"""

import uuid

from flask import Flask, has_request_context, request
from flask_login import user_logged_in
from flask_security import current_user

from app.extensions import db
from app.models import Account, Act, Actor
from app.services import audit
from app.services.audit import ObjectId, Unnamed, Who
from app.views import desk_acts


def _who() -> Who:
    """Return the account signed in, or else whoever the page is open to."""
    if current_user.is_authenticated:
        return Who(Actor.ACCOUNT, current_user.id)
    return Who(Actor.PERSON)


def _otherwise() -> Unnamed | None:
    """Return what is written of a colleague's form that changes something unnamed."""
    if not has_request_context() or request.method != "POST" or not request.endpoint:
        return None
    if not current_user.is_authenticated or request.endpoint in desk_acts.WITHOUT_ROW:
        return None
    if request.blueprint == "security":
        return None  # the library commits more than once; its signals leave the rows
    values = (request.view_args or {}).values()
    ids = [each for each in values if isinstance(each, (int, uuid.UUID))]
    return Unnamed(ids[-1] if ids else None, request.endpoint)


def _say_who() -> None:
    audit.acting(db.session, _who, _otherwise)


def _signed_in(_app: Flask, user: object) -> None:
    # Whoever changes their password is signed in anew, by the same session.
    if isinstance(user, Account) and request.endpoint != "security.change_password":
        audit.record(db.session, Act.SIGNED_IN, by=user.id)
        db.session.commit()


def refused(account_id: int | None, what: str = "") -> None:
    """Write down who could not prove who they are: an account, or an address that has none.

    `what` was asked: nothing for the page of signing in, else a word of `audit_words.DETAILS`.
    """
    audit.record(db.session, Act.SIGN_IN_REFUSED, account_id, detail=what)
    db.session.commit()


def looked(
    act: Act, object_id: ObjectId = None, *, count: int | None = None, detail: str = ""
) -> None:
    """Write down that a page of somebody's data is about to be shown, once an hour.

    Of all that a GET does here, the one thing that is kept: a trace, which no page shows back.
    """
    if audit.record_sitting(db.session, act, object_id, count=count, detail=detail):
        db.session.commit()


def init_app(app: Flask) -> None:
    app.before_request(_say_who)
    user_logged_in.connect(_signed_in, app)
