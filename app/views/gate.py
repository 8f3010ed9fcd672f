"""The gate of public forms against robots, and the page where staff ask for a proof of work.

Three lines put a form behind it. In the view, last, once all else is right:

    if not form.validate() or (refusal := gate.check("question")):
        return _page(form), gate.status()

In the template (`{% from "shared/gate.html" import gate_fields, gate_refusal %}`), at the head of
the page `{{ gate_refusal() }}`, inside the form `{{ gate_fields("question") }}`; the title begins
with « Erreur : » when `gate_refused()`. The names are those of `services.gate.FORMS`. The script
errors.js leads to what is refused.

`check` commits what it counts: call it before anything is written. What was typed comes back by the
form itself. Where GATE_LEAST_SECONDS is 0, as in tests, a form may be sent at once.
"""

import logging
from dataclasses import dataclass

from flask import (
    Blueprint,
    Flask,
    after_this_request,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response
from wtforms import SelectChoice, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app import presentation
from app.extensions import db
from app.models import RoleName
from app.services import gate, networks, proofs, switches
from app.services.counts import Counts, RedisCounts, TableCounts, open_redis
from app.views.access import only_for

log = logging.getLogger(__name__)
TRAP, STAMP, PROOF = "site_web", "gate", "altcha"  # the names of the fields
REDIS_TIMEOUT_SECONDS = 2

desk = Blueprint("protection", __name__, url_prefix="/equipe/protection")
only_for(desk, RoleName.STAFF)


@dataclass(frozen=True)
class State:
    """What the fields of a form hold: its stamp, its challenge, if any, and whether it fell."""

    stamp: str
    challenge: dict[str, object] | None
    is_trapped: bool


def check(form_name: str) -> gate.Refusal | None:
    """Return why this form must be shown again, or none: it passes, and is counted."""
    refusal = _gate(form_name, salts=True).check(_sent(form_name))
    db.session.commit()
    g.gate_refusal = refusal
    if refusal is not None and refusal.why is gate.Why.WAIT:
        after_this_request(lambda reply: _ask_to_wait(reply, refusal.seconds))
    return refusal


def status() -> int:
    """Return the status of a form shown again: 422, or 429 when it must wait."""
    refusal = refused()
    return refusal.status if refusal else 422


def forgive(form_name: str) -> None:
    """What was tried through this form is right: it does not count as a guess."""
    _gate(form_name, salts=False).forgive()
    db.session.commit()


def refused() -> gate.Refusal | None:
    """Return why the form of this request was refused, or none."""
    found: gate.Refusal | None = g.get("gate_refusal")
    return found


def state(form_name: str) -> State:
    """Return what the fields of a form must hold on the page about to be shown."""
    refusal, signing_keys = refused(), current_app.config["SIGNING_KEYS"]
    sent = _sent(form_name).stamp if request.method == "POST" else None
    is_needed = _gate(form_name, salts=False).needs_proof()
    return State(
        stamp=gate.write_stamp(gate.next_stamp(sent, refusal), form_name, signing_keys),
        challenge=proofs.challenge(form_name, signing_keys[-1]) if is_needed else None,
        is_trapped=refusal is not None and refusal.why is gate.Why.TRAP,
    )


def _sent(form_name: str) -> gate.Sent:
    signing_keys = current_app.config["SIGNING_KEYS"]
    return gate.Sent(
        trap=request.form.get(TRAP, ""),
        stamp=gate.read_stamp(request.form.get(STAMP, ""), form_name, signing_keys),
        proof=proofs.solved(request.form.get(PROOF, ""), form_name, signing_keys),
    )


def _gate(form_name: str, *, salts: bool) -> gate.Gate:
    """Return the gate before this visitor; the day's salt is drawn when `salts` says so."""
    counts = counts_here()
    if salts and networks.network(request.remote_addr) is None:
        _note_missing_proxies()
    return gate.Gate(
        form=form_name,
        counts=counts,
        who=networks.hashed(request.remote_addr, counts.salt(make=salts)),
        is_asked=switches.is_on(db.session, _switch(form_name)),
        least=current_app.config["GATE_LEAST_SECONDS"],
    )


def counts_here() -> Counts:
    """Return where this application counts: beside its queue when that is Redis."""
    tables = TableCounts(db.session)
    client = current_app.extensions["gate"]
    return RedisCounts(client, otherwise=tables) if client else tables


def _note_missing_proxies() -> None:
    """Say once that nobody can be told from anybody, where that is surely not meant."""
    config = current_app.config
    if config["IS_PRODUCTION"] and not config["TRUSTED_PROXIES"]:
        if not current_app.extensions.get("gate_noted"):
            log.warning("every visitor seems to come from this machine: set TRUSTED_PROXIES")
        current_app.extensions["gate_noted"] = True


def _ask_to_wait(reply: Response, seconds: int) -> Response:
    reply.headers["Retry-After"] = str(seconds)
    return reply


def _switch(form_name: str) -> str:
    return f"proof:{form_name}"


class ProtectionForm(FlaskForm):
    """The forms before which a proof of work is asked."""

    asked = SelectMultipleField(
        "Demander un calcul au navigateur avant\u00a0:",
        choices=[SelectChoice(name, form.label) for name, form in gate.FORMS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


@desk.get("")
def index() -> str:
    """Show what passed and what was refused, and before which forms a proof is asked."""
    touched = switches.among(db.session, map(_switch, gate.FORMS))
    asked = [
        name for name in gate.FORMS if _switch(name) in touched and touched[_switch(name)].is_on
    ]
    counts = counts_here()
    return render_template(
        "gate/index.html",
        form=ProtectionForm(formdata=None, data={"asked": asked}),
        forms=gate.FORMS,
        figures={name: gate.last_hour(counts, name) for name in gate.FORMS},
        since={name: touched[_switch(name)].changed_at for name in asked},
    )


@desk.post("")
def ask() -> Response:
    """Ask for a proof of work before the forms chosen, and before no other."""
    form = ProtectionForm()
    chosen = set(form.asked.data or [])
    for name in gate.FORMS if form.validate() else ():
        is_on = name in chosen
        if switches.turn(db.session, _switch(name), is_on=is_on, by_id=current_user.id):
            log.warning("account %d: proof before %s: %s", current_user.id, name, is_on)
    db.session.commit()
    flash("C’est enregistré.", "success")
    return redirect(url_for(".index"))


def waiting(seconds: int) -> str:
    """Return how long to wait, rounded up: « 40 secondes », « 8 minutes »."""
    if seconds < 60:
        return presentation.plural(seconds, "seconde", "secondes")
    return presentation.plural(-(-seconds // 60), "minute", "minutes")


def init_app(app: Flask) -> None:
    """Bind the gate: where it counts, whose word it takes for an address, its templates' words."""
    proxies, url = app.config["TRUSTED_PROXIES"], app.config["QUEUE_URL"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    is_redis = url.startswith(("redis://", "rediss://"))
    app.extensions["gate"] = open_redis(url) if is_redis else None
    app.add_template_global(state, "gate_state")
    app.add_template_filter(waiting)
    app.add_template_global(refused, "gate_refused")
