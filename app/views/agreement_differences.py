"""Where the coders of a closed round differ, side by side, for a third person to settle."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_security import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import AgreementRound, RoleName
from app.presentation import plural
from app.services import agreement_differences
from app.services.agreement_differences import Stage
from app.views import agreement_words as words
from app.views import filters as address
from app.views.access import only_for
from app.views.agreement_forms import SettlementForm
from app.views.agreements import OLD_PAGE, asked_closed
from app.views.filters import BadFilter
from app.views.paging import paged

blueprint = Blueprint("agreement_differences", __name__, url_prefix="/recherche/accord")
only_for(blueprint, RoleName.RESEARCHER)
csrf.exempt(blueprint)  # the form checks its own token

STAGES = {
    Stage.OPEN: "À trancher",
    Stage.SETTLED: "Tranchés",
    Stage.ALL: "Tous",
}
ANSWERS = {"oui": True, "non": False, "": None}
GONE = "Cette phrase n’est plus là\u00a0: la personne l’a retirée ou changée."
NOT_YOU = (
    "Vous avez codé ces phrases\u00a0: c’est à quelqu’un d’autre de trancher. "
    "Rien n’est enregistré."
)


@blueprint.get("/<uuid:round_id>/desaccords")
def index(round_id: uuid.UUID) -> str:
    """List where coders differ, of one theme or of all."""
    round_ = asked_closed(round_id)
    coders, theme, stage = words.compared(round_), words.theme(round_), _stage()
    found = agreement_differences.spot(db.session, round_, coders, theme=theme, stage=stage)
    page = paged(found)
    settlers = agreement_differences.settlers(db.session, round_)
    return render_template(
        "agreements/differences.html",
        round=round_,
        coders=coders,
        theme=theme,
        stage=stage,
        stages=STAGES,
        page=page,
        differences=agreement_differences.show(db.session, page.items),
        may_settle=current_user.id in settlers,
        is_alone=any(coder.account_id == current_user.id for coder in round_.coders),
        form=SettlementForm(formdata=None),
        choices=address.choices(),
        words=words,
        here=_here(round_),
    )


@blueprint.post("/<uuid:round_id>/desaccords/<int(max=2147483647):unit_id>")
def settle(round_id: uuid.UUID, unit_id: int) -> Response:
    """Keep what is settled of a sentence, and carry it over to the codings where asked."""
    round_ = asked_closed(round_id)
    form, back = SettlementForm(), url_for(".index", round_id=round_id, **_here(round_))
    if not form.validate():
        flash(OLD_PAGE, "warning")
        return redirect(back)
    try:
        changed = agreement_differences.settle(
            db.session,
            round_,
            unit_id,
            _said(round_),
            by=current_user,
            carry=bool(form.carry.data),
        )
        db.session.commit()
    except agreement_differences.NotSettlerError:
        db.session.rollback()
        flash(NOT_YOU, "warning")
    except (agreement_differences.NoSuchDifferenceError, IntegrityError):
        db.session.rollback()
        flash(GONE, "warning")
    else:
        flash(_told(changed, carried=bool(form.carry.data)), "success")
    return redirect(back)


def _said(round_: AgreementRound) -> dict[str, bool | None]:
    """Return what the form says of each theme; 400 for what no page sends."""
    said = {
        name.removeprefix("regle-"): value
        for name, value in request.form.items()
        if name.startswith("regle-")
    }
    if not set(said.values()) <= ANSWERS.keys() or not said.keys() <= set(round_.themes):
        abort(400)
    return {theme: ANSWERS[value] for theme, value in said.items()}


def _told(changed: int, *, carried: bool) -> str:
    if not carried:
        return "C’est tranché."
    if not changed:
        return (
            "C’est tranché. Les codages du témoignage n’ont pas changé\u00a0: ils le disaient "
            "déjà, ou quelqu’un les a corrigés autrement."
        )
    done = plural(changed, "codage du témoignage a changé", "codages du témoignage ont changé")
    return f"C’est tranché, et {done}."


def _stage() -> Stage:
    """Return which differences the address asks for. Raises BadFilter."""
    given = request.args.get("etat") or Stage.OPEN.value
    if given not in set(Stage):
        raise BadFilter("Un désaccord est à trancher, ou tranché.")
    return Stage(given)


def _here(round_: AgreementRound) -> dict[str, Any]:
    """Return the arguments of this page's address, as it was opened."""
    given: dict[str, Any] = {
        "theme": words.theme(round_),
        "etat": request.args.get("etat", ""),
        "qui": words.ranks(words.compared(round_)) if request.args.get("qui") else [],
        "page": request.args.get("page", type=int),
    }
    return {name: value for name, value in given.items() if value}


@blueprint.errorhandler(BadFilter)
def explain(error: BadFilter) -> tuple[str, int]:
    """Say what is wrong with an address, and the way back to the rounds."""
    return render_template("agreements/bad_address.html", sentence=error.description), 400
