"""How long a session lasts, and what it must show before a page opens: two steps, an own password.

A session ends after a time without a request, after a time in all, and wherever the account is
signed out. `begin` is where it starts; the guards run before each request, in the order of
`init_app`: what they do not let through opens nothing but the pages that mend it.
"""

import time

from flask import Flask, abort, flash, g, redirect, request, session, url_for
from flask import current_app as here
from flask_login import user_logged_in
from flask_security import current_user, password_changed
from werkzeug.wrappers import Response

from app.extensions import accounts, db
from app.mail import accounts as letters
from app.models import Account, Act
from app.services import account_links, audit, second_steps
from app.tasks import deliver_notice
from app.views import access, signing

BEGAN, SEEN, PROVED, NEXT = "session_began", "session_seen", "second_step", "after_second_step"
SEEN_EVERY_SECONDS = 60
# What a session opens before its second step: the step itself, and the way out.
HALF_WAY = {"second_step.ask", "second_step.check", "security.logout"}
# … before its account has a second step, where a role needs one.
TO_SET_UP = HALF_WAY | {"security.change_password"}
WITH_GIVEN_PASSWORD = access.WITHOUT_DATABASE | {"security.change_password", "security.logout"}


def proved() -> None:
    """This session has passed its second step."""
    session[PROVED] = True


def is_proved() -> bool:
    """Say whether this session has passed its second step."""
    return session.get(PROVED) is True


def asked_for() -> str | None:
    """Return the page that was asked for before the second step, once: a path of ours."""
    path: str | None = session.pop(NEXT, None)
    return path


def _begin(_app: Flask, **_: object) -> None:
    """A session starts. One that changes its password goes on as it was."""
    if request.endpoint != "security.change_password":
        session.pop(PROVED, None)
        session[BEGAN] = int(time.time())
    session[SEEN] = int(time.time())
    signing.new_token()


def _end_old() -> None:
    """Forget who was signed in too long ago, or has asked for nothing for too long."""
    if not current_user.is_authenticated:
        return
    moment = int(time.time())
    began, seen = session.get(BEGAN, 0), session.get(SEEN, 0)
    is_over = (
        moment - seen > here.config["SESSION_IDLE"].total_seconds()
        or moment - began > here.config["SESSION_LONGEST"].total_seconds()
    )
    if "_user_id" not in session:
        abort(403)  # somebody shows a token: nothing opens here but by a session
    if is_over:
        _forget()
        flash("Votre session a pris fin. Connectez-vous à nouveau.", "info")
    elif moment - seen >= SEEN_EVERY_SECONDS:
        session[SEEN] = moment


def _forget() -> None:
    """Sign this browser out, and no other; what it holds of a testimony stays."""
    for key in ("_user_id", "_fresh", "_id", "fs_paa", BEGAN, SEEN, PROVED, NEXT):
        session.pop(key, None)
    g.pop("_login_user", None)


def _needs_second_step() -> Response | None:
    """Lead to the second step, or to where it is set up."""
    wanted = access.declared(request.endpoint or "static")
    if wanted in (access.EVERYBODY, access.HOLDER) or request.endpoint in HALF_WAY:
        return None
    if not current_user.is_authenticated or is_proved():
        return None
    if second_steps.is_set(db.session, current_user):
        if request.method == "GET":
            session[NEXT] = request.full_path.removesuffix("?")
        return redirect(url_for("second_step.ask"))
    is_setting_up = request.endpoint in TO_SET_UP or request.blueprint == "account_safety"
    if second_steps.is_needed(current_user) and not is_setting_up:
        return redirect(url_for("account_safety.index"))
    return None


def _needs_own_password() -> Response | None:
    """Send whoever still has a password given by someone else to choose their own."""
    if not current_user.is_authenticated or not current_user.must_change_password:
        return None
    if request.endpoint in WITH_GIVEN_PASSWORD or request.endpoint in HALF_WAY:
        return None
    return redirect(url_for("security.change_password"))


def _has_own_password(_app: Flask, user: Account, **_: object) -> None:
    is_first, user.must_change_password = user.must_change_password, False
    audit.record(db.session, Act.PASSWORD_CHANGED, by=user.id)
    told = None if is_first else letters.tell(db.session, user.email, "password")
    account_links.end_all(db.session, user)  # whoever reads this mailbox may have asked for one
    accounts.commit()  # type: ignore[no-untyped-call]
    if told:
        deliver_notice.enqueue(str(told))


def init_app(app: Flask) -> None:
    user_logged_in.connect(_begin, app)
    password_changed.connect(_has_own_password, app)
    for guard in (_end_old, access.check, _needs_second_step, _needs_own_password):
        app.before_request(guard)
