"""Agreement between coders: rounds of blind coding, made, followed, closed, and their figures."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import AgreementRound, RoleName
from app.presentation import plural
from app.services import (
    agreement_cuts,
    agreement_differences,
    agreement_figures,
    agreement_marks,
    agreement_rounds,
    row_figures,
)
from app.services.agreement_rounds import Plan
from app.tasks import cut_round
from app.views import agreement_words as words
from app.views import filters as address
from app.views.access import only_for
from app.views.agreement_forms import ButtonForm, RoundForm

Page = str | Response | tuple[str, int]

blueprint = Blueprint("agreements", __name__, url_prefix="/recherche/accord")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)
csrf.exempt(blueprint)  # each form checks its own token, and shows itself again when it is too old

OLD_PAGE = "La page était restée ouverte trop longtemps. Appuyez à nouveau."
NOTHING = "Aucune réponse en mots libres ne passe ces filtres\u00a0: élargissez-les."
USUAL_SIZE = 60


def asked(round_id: uuid.UUID) -> AgreementRound:
    """Return the round of the address; 404 where there is none."""
    return agreement_rounds.get(db.session, round_id) or abort(404)


def asked_closed(round_id: uuid.UUID) -> AgreementRound:
    """Return a closed round; 403 while it is open: what others say of it is not to be seen yet."""
    round_ = asked(round_id)
    if round_.closed_at is None:
        abort(403)
    return round_


def may_close(round_: AgreementRound) -> bool:
    """Say whether the signed-in account may close a round: its maker, or all when there is none."""
    return round_.made_by_id in (None, current_user.id)


@blueprint.get("")
def index() -> str:
    """List the rounds: those to code, then all of them."""
    rounds = agreement_rounds.every(db.session)
    return render_template(
        "agreements/index.html",
        rounds=rounds,
        progress={each.id: agreement_rounds.progress(db.session, each) for each in rounds},
        words=words,
    )


@blueprint.get("/nouveau")
def new() -> str:
    """Show an empty form."""
    themes = list(address.choices().themes)
    form = _round_form(formdata=None, data={"size": USUAL_SIZE, "themes": themes})
    return _new(form)


@blueprint.post("/nouveau")
def make() -> Page:
    """Draw a round's sample; the worker cuts it into sentences."""
    form = _round_form()
    if not form.validate():
        return _new(form), 422
    plan = Plan(
        title=form.title.data or "",
        size=form.size.data or 0,
        themes=form.themes.data or (),
        coders=form.coders.data or (),
        filters=address.read(),
    )
    try:
        made = agreement_rounds.make(db.session, plan, by=current_user.id)
    except agreement_rounds.NothingToDrawError:
        form.size.errors = [NOTHING]
        return _new(form), 422
    db.session.commit()
    cut_round.enqueue(str(made.id))
    flash("Le codage croisé est créé. Ses phrases se préparent en arrière-plan.", "success")
    return redirect(url_for(".show", round_id=made.id))


@blueprint.get("/<uuid:round_id>")
def show(round_id: uuid.UUID) -> str:
    """Show where a round is; once closed, how far its coders agree."""
    round_ = asked(round_id)
    if round_.closed_at is not None:
        return _figures(round_)
    return render_template(
        "agreements/open.html",
        round=round_,
        left=agreement_rounds.remaining(db.session, round_),
        progress=agreement_rounds.progress(db.session, round_),
        mine=agreement_marks.coder_of(db.session, round_id, current_user.id),
        may_close=may_close(round_),
        longest=agreement_cuts.LONGEST,
        choices=address.choices(),
        words=words,
    )


@blueprint.get("/<uuid:round_id>/clore")
def ask_close(round_id: uuid.UUID) -> Page:
    """Say what closing does, and who has not finished."""
    round_ = asked(round_id)
    if not may_close(round_):
        abort(403)
    if round_.closed_at is not None:
        return redirect(url_for(".show", round_id=round_id))
    return render_template(
        "agreements/close.html",
        round=round_,
        progress=agreement_rounds.progress(db.session, round_),
        words=words,
        form=ButtonForm(),
    )


@blueprint.post("/<uuid:round_id>/clore")
def close(round_id: uuid.UUID) -> Response:
    """Close a round: nothing is coded any more, and all may read what was."""
    if not may_close(asked(round_id)):
        abort(403)
    if not ButtonForm().validate():
        flash(OLD_PAGE, "warning")
        return redirect(url_for(".ask_close", round_id=round_id))
    if agreement_rounds.close(db.session, round_id, by=current_user.id):
        db.session.commit()
        flash("Le codage croisé est clos. Voici ce qu’il donne.", "success")
    return redirect(url_for(".show", round_id=round_id))


@blueprint.post("/<uuid:round_id>/abandonner")
def abandon(round_id: uuid.UUID) -> Response:
    """Erase a round that is not closed, and all that was said in it."""
    round_ = asked(round_id)
    if not may_close(round_):
        abort(403)
    if round_.closed_at is not None:
        flash("Ce codage croisé est clos\u00a0: ses chiffres restent.", "warning")
        return redirect(url_for(".show", round_id=round_id))
    if not ButtonForm().validate():
        flash(OLD_PAGE, "warning")
        return redirect(url_for(".ask_close", round_id=round_id))
    agreement_rounds.abandon(db.session, round_id)
    db.session.commit()
    flash("Le codage croisé est abandonné\u00a0: rien n’en reste.", "success")
    return redirect(url_for(".index"))


def _round_form(**options: object) -> RoundForm:
    people = agreement_rounds.researchers(db.session)
    return RoundForm.offering(people, address.choices(), **options)


def _new(form: RoundForm) -> str:
    filters = address.read()
    choices = address.choices()
    counts = agreement_rounds.count_answers(db.session, filters)
    return render_template(
        "agreements/new.html",
        form=form,
        filters=filters,
        choices=choices,
        arguments=address.arguments,
        counts=[
            (choices.audiences.get(name, name), plural(number, "réponse", "réponses"))
            for name, number in counts.items()
        ],
        total=sum(counts.values()),
        longest=agreement_cuts.LONGEST,
    )


def _figures(round_: AgreementRound) -> str:
    coders, level = words.compared(round_), words.level()
    found = agreement_figures.measure(db.session, round_, coders, level)
    return render_template(
        "agreements/closed.html",
        round=round_,
        left=agreement_rounds.remaining(db.session, round_),
        progress=agreement_rounds.progress(db.session, round_),
        found=found,
        drawn=row_figures.describe_agreement(found, words.labels()),
        coders=coders,
        level=level,
        open_differences=len(
            agreement_differences.spot(
                db.session, round_, coders, stage=agreement_differences.Stage.OPEN
            )
        ),
        choices=address.choices(),
        words=words,
    )
