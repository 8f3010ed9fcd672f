"""The directory of CLSMs: listed, looked through, imported, entered and corrected by hand."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import Clsm, ImportKind, RoleName
from app.services import clsm_entries, clsm_files, clsm_histories, clsm_imports, clsms
from app.services.clsm_files import Entry
from app.services.clsm_kinds import KINDS
from app.services.columns import Choices
from app.services.import_plans import Fate, Plan
from app.services.spreadsheets import Sheet
from app.services.territories import DEPARTEMENTS, REGIONS
from app.views import clsm_filters, imports
from app.views.access import only_for
from app.views.clsm_forms import ALREADY_HERE, ClsmForm
from app.views.clsm_histories import ACTS, said
from app.views.paging import paged

Page = str | Response | tuple[str, int]

blueprint = Blueprint("clsms", __name__, url_prefix="/equipe/clsm")
only_for(blueprint, RoleName.STAFF)
csrf.exempt(blueprint)  # each form checks its own token, as in the contacts room

TOO_LATE = "La page était restée ouverte trop longtemps. Recommencez."
IN_USE = "Des contacts sont rattachés à ce CLSM\u00a0: il peut être retiré, pas effacé."


def _plan(session: Session, sheet: Sheet, choices: Choices) -> Plan[Entry]:
    return clsm_imports.plan(session, clsm_files.rows(sheet, choices))


def _carry_out(session: Session, planned: Plan[Entry]) -> None:
    clsm_imports.carry_out(session, planned, account_id=current_user.id)


imports.add_pages(
    blueprint,
    imports.Importing(
        kind=ImportKind.CLSMS,
        columns=clsm_files.COLUMNS,
        plan=_plan,
        carry_out=_carry_out,
        title="Importer l’annuaire des CLSM",
        room="CLSM",
        one="CLSM",
        many="CLSM",
        who=("CLSM", "Territoire"),
        folder="clsms",
        fates=imports.FATES
        | {
            Fate.COMPLETED: imports.Told(
                "À mettre à jour", "À mettre à jour", "Mis à jour", "state-fixed"
            )
        },
    ),
)


@blueprint.get("/")
def index() -> str:
    """List the CLSMs, by region, kind, tag, state and words."""
    filters = clsm_filters.read()
    return render_template(
        "clsms/index.html",
        page=paged(clsms.matching(db.session, filters)),
        total=clsms.count(db.session),
        regions=REGIONS,
        departements=DEPARTEMENTS,
        kinds=KINDS,
        states=clsm_filters.STATES,
        tags={tag: tag for tag in clsms.tags(db.session)},
        chosen=clsm_filters.arguments(filters),
    )


@blueprint.get("/nouveau")
def new() -> str:
    """Show an empty form."""
    return _show(ClsmForm.of(None), None)


@blueprint.post("/nouveau")
def add() -> Page:
    """Enter a CLSM; a name already there changes nothing."""
    form = ClsmForm.of(None)
    if form.validate() and (clsm := _keep(form, None)):
        flash(f"{clsm.name} est dans l’annuaire.", "success")
        return redirect(url_for(".index"))
    return _show(form, None), 422


@blueprint.get("/<int:clsm_id>")
def edit(clsm_id: int) -> str:
    """Show one CLSM, to be corrected, and what was done to it."""
    clsm = _find(clsm_id)
    return _show(ClsmForm.of(clsm), clsm)


@blueprint.post("/<int:clsm_id>")
def correct(clsm_id: int) -> Page:
    """Correct a CLSM: the contacts that it has follow."""
    clsm = _find(clsm_id)
    form = ClsmForm.of(clsm)
    if form.validate() and _keep(form, clsm):
        flash(f"{clsm.name}\u00a0: c’est enregistré.", "success")
        return redirect(url_for(".edit", clsm_id=clsm.id))
    return _show(form, _find(clsm_id)), 422


@blueprint.post("/<int:clsm_id>/<any(retirer, remettre):act>")
def move(clsm_id: int, act: str) -> Response:
    """Take a CLSM out of the directory, or put it back."""
    clsm = _find(clsm_id)
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
    elif act == "retirer":
        clsm_entries.retire(db.session, clsm, account_id=current_user.id)
        flash(f"{clsm.name} est retiré de l’annuaire.", "success")
    else:
        clsm_entries.restore(db.session, clsm, account_id=current_user.id)
        flash(f"{clsm.name} est de nouveau dans l’annuaire.", "success")
    db.session.commit()
    return redirect(url_for(".edit", clsm_id=clsm.id))


@blueprint.post("/<int:clsm_id>/effacer")
def erase(clsm_id: int) -> Response:
    """Erase an entry that was a mistake, and its history."""
    clsm = _find(clsm_id)
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
        return redirect(url_for(".edit", clsm_id=clsm.id))
    try:
        clsm_entries.erase(db.session, clsm)
    except clsm_entries.ClsmInUseError:
        flash(IN_USE, "error")
        return redirect(url_for(".edit", clsm_id=clsm.id))
    db.session.commit()
    flash("Le CLSM est effacé de l’annuaire.", "success")
    return redirect(url_for(".index"))


def _find(clsm_id: int) -> Clsm:
    return clsm_entries.get(db.session, clsm_id) or abort(404)


def _keep(form: ClsmForm, clsm: Clsm | None) -> Clsm | None:
    """Write what was typed; none, and it is said beside the name, when the name is taken."""
    by = current_user.id
    try:
        if clsm is None:
            clsm = clsm_entries.add(db.session, form.wanted(), account_id=by)
        else:
            clsm_entries.correct(db.session, clsm, form.wanted(), account_id=by)
        db.session.commit()
    except (clsm_entries.ClsmExistsError, IntegrityError):
        db.session.rollback()
        form.name.errors = [ALREADY_HERE]
        return None
    return clsm


def _show(form: ClsmForm, clsm: Clsm | None) -> str:
    return render_template(
        "clsms/form.html",
        form=form,
        clsm=clsm,
        contacts=clsm_entries.count_contacts(db.session, clsm) if clsm else 0,
        history=clsm_histories.of(db.session, clsm) if clsm else [],
        acts=ACTS,
        said=said,
    )
