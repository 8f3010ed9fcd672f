"""A project from another program, on its way in: what it would add, the yes, what it added."""

import uuid
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.fields.choices import SelectChoice

from analysis.exchange.refi_qda import UnreadableProjectError
from app import pipelines
from app.extensions import csrf, db
from app.models import Account, ProjectImport, RoleName
from app.services import project_files, qdpx_imports, qdpx_previews
from app.services.qdpx_plans import DONE, Choices, Fate, Plan
from app.tasks import sweep_untagged
from app.views import filters as address
from app.views.access import only_for
from app.views.choices import ListField
from app.views.import_forms import receive

Page = str | Response | tuple[str, int]

blueprint = Blueprint("project_imports", __name__, url_prefix="/recherche/exports/importer")
only_for(blueprint, RoleName.RESEARCHER)
csrf.exempt(blueprint)

UNPROCESSABLE, NOT_FOUND, TOO_BIG = 422, 404, 413
LATE = "La page était restée ouverte trop longtemps. Recommencez."
CHANGED = "Depuis cet aperçu, quelque chose a changé ici. Relisez-le, puis recommencez."
LEFT = "Laisser de côté"
FATES = {  # one, many
    Fate.ADDED: ("ajouté, comme posé à la main", "ajoutés, comme posés à la main"),
    Fate.PROPOSED: (
        "remis comme proposition de la chaîne d’analyse",
        "remis comme propositions de la chaîne d’analyse",
    ),
    Fate.ACCEPTED: (
        "proposé ici et posé là-bas\u00a0: accepté",
        "proposés ici et posés là-bas\u00a0: acceptés",
    ),
    Fate.KNOWN: ("déjà ici\u00a0: rien ne change", "déjà ici\u00a0: rien ne change"),
    Fate.OTHERWISE: (
        "rejeté ou corrigé ici\u00a0: ce qui a été décidé ici reste",
        "rejetés ou corrigés ici\u00a0: ce qui a été décidé ici reste",
    ),
    Fate.PASSED: (
        "rejeté là-bas, ou proposition d’une chaîne qui ne tient plus ici",
        "rejetés là-bas, ou propositions d’une chaîne qui ne tiennent plus ici",
    ),
    Fate.NO_CODE: (
        "sous un code qui n’est pas un thème d’ici",
        "sous un code qui n’est pas un thème d’ici",
    ),
    Fate.NO_ANSWER: (
        "hors des réponses (sur une question, par exemple)",
        "hors des réponses (sur une question, par exemple)",
    ),
    Fate.NO_SOURCE: (
        "dans un texte qui ne mène nulle part ici",
        "dans un texte qui ne mène nulle part ici",
    ),
}


class ProjectForm(FlaskForm):
    """A project to import."""

    file = FileField(
        "Projet (.qdpx)",
        [FileRequired("Choisissez un fichier.")],
        description="Exporté de NVivo, ATLAS.ti, MAXQDA, QualCoder ou Recueil. Vingt mégaoctets "
        "au plus.",
        render_kw={"accept": ".qdpx"},
    )


class ChoicesForm(FlaskForm):
    """What the project leaves open; its codes are added by `_choices_form`."""

    consent = BooleanField("Ces personnes ont donné leur accord pour participer\u00a0: je le sais")
    questionnaire = ListField("Les textes qui ne disent pas leur questionnaire")

    @property
    def codes(self) -> list[ListField]:
        return [field for field in self if field.name.startswith("code-")]

    def chosen(self) -> Choices:
        """Return what was chosen."""
        return Choices(
            codes={field.name.removeprefix("code-"): field.data or "" for field in self.codes},
            has_consent=self.consent.data,
            questionnaire=self.questionnaire.data or "",
        )


class ImportForm(FlaskForm):
    """The yes to what a preview shows; `seen` says which one."""

    seen = HiddenField()


@blueprint.get("")
def choose_file() -> str:
    """Ask for a file."""
    return render_template("exports/import.html", form=ProjectForm(formdata=None))


@blueprint.post("")
def import_file() -> Page:
    """Read a file, and keep it until what it would do was seen."""
    form = receive(ProjectForm, project_files.MAX_BYTES, project_files.TOO_BIG)
    if form.file.errors:
        return render_template("exports/import.html", form=form), TOO_BIG
    if not form.validate():
        return render_template("exports/import.html", form=form), UNPROCESSABLE
    data = form.file.data.read()
    try:
        project_files.parse(data)
    except UnreadableProjectError as error:
        form.file.errors = [str(error)]
        return render_template("exports/import.html", form=form), UNPROCESSABLE
    project_files.purge_expired(db.session)
    kept = project_files.keep(db.session, data, account_id=current_user.id)
    db.session.commit()
    return redirect(url_for(".preview", import_id=kept.id), 303)


@blueprint.get("/<uuid:import_id>")
def preview(import_id: uuid.UUID) -> Page:
    """Show what importing would do; once it is done, what it did."""
    kept = _find(import_id)
    if kept is None:
        return _gone()
    if kept.imported_at:
        return render_template("exports/imported.html", kept=kept, fates=FATES)
    project = project_files.project(kept)
    planned = _plan(project, project_files.choices(kept))
    return render_template(
        "exports/preview.html",
        kept=kept,
        project=project,
        planned=planned,
        fates=FATES,
        done=DONE,
        form=ImportForm(formdata=None, data={"seen": planned.digest}),
        choices_form=_choices_form(planned, project_files.choices(kept)),
        coders=_coders(project, planned),
    )


@blueprint.post("/<uuid:import_id>/choix")
def choose(import_id: uuid.UUID) -> Page:
    """Keep what is said of unknown codes and texts, and show the preview again."""
    kept = _find(import_id)
    if kept is None or kept.imported_at:
        return _gone()
    former = project_files.choices(kept)
    form = _choices_form(_plan(project_files.project(kept), former), former, is_sent=True)
    if form.validate():
        said = form.chosen()
        codes = {**former.codes, **said.codes}
        project_files.choose(db.session, kept, Choices(codes, said.has_consent, said.questionnaire))
        db.session.commit()
    else:
        flash(LATE, "warning")
    return redirect(url_for(".preview", import_id=import_id), 303)


@blueprint.post("/<uuid:import_id>")
def carry_out(import_id: uuid.UUID) -> Page:
    """Import what the preview showed, all of it or nothing. Asked twice, it is done once."""
    kept = _find(import_id)
    if kept is None:
        return _gone()
    form = ImportForm()
    if not form.validate():
        flash(LATE, "warning")
    elif not kept.imported_at and not _do(kept, seen=form.seen.data or ""):
        flash(CHANGED, "warning")
    return redirect(url_for(".preview", import_id=import_id), 303)


@blueprint.post("/<uuid:import_id>/abandonner")
def drop(import_id: uuid.UUID) -> Page:
    """Erase a file that is no longer wanted."""
    kept = _find(import_id)
    if kept is not None and FlaskForm().validate():
        project_files.drop(db.session, kept)
        db.session.commit()
        flash("Le fichier envoyé est effacé d’ici.", "success")
    return redirect(url_for(".choose_file"), 303)


def _do(kept: ProjectImport, *, seen: str) -> bool:
    """Import; say no, and change nothing, when that is not what was seen any more."""
    project, chosen = project_files.project(kept), project_files.choices(kept)
    if not project_files.begin(db.session, kept):
        db.session.rollback()
        return True
    qdpx_imports.hold(db.session, project)
    planned = _plan(project, chosen)
    if planned.digest != seen or not planned.total:
        db.session.rollback()
        return False
    try:
        qdpx_imports.carry_out(db.session, project, planned, by=current_user.id)
        project_files.finish(db.session, kept, planned)
        db.session.commit()
    except IntegrityError:  # somebody brought one of these testimonies at this very moment
        db.session.rollback()
        return False
    if planned.made:
        sweep_untagged.enqueue()
    return True


def _plan(project: Any, chosen: Choices) -> Plan:
    library, codebook = current_app.extensions["questionnaires"], pipelines.codebook()
    return qdpx_previews.plan(db.session, project, library, codebook, chosen)


def _find(import_id: uuid.UUID) -> ProjectImport | None:
    return project_files.find(db.session, import_id, account_id=current_user.id)


def _choices_form(planned: Plan, chosen: Choices, *, is_sent: bool = False) -> ChoicesForm:
    themes = address.choices().themes.values()
    offered = [SelectChoice("", LEFT)]
    offered += [SelectChoice(theme.id, f"{theme.code} {theme.label}") for theme in themes]
    asked = {str(each.guid): each for each in planned.codes}
    fields: dict[str, Any] = {
        f"code-{guid}": ListField(
            f"{asked[guid].name or 'Code sans nom'} ({asked[guid].count})"
            if guid in asked
            else "Code déjà choisi",
            choices=offered,
        )
        for guid in asked
    }
    made = type("ProjectChoicesForm", (ChoicesForm,), fields)
    data = {f"code-{guid}": theme for guid, theme in chosen.codes.items() if guid in asked} | {
        "consent": chosen.has_consent,
        "questionnaire": chosen.questionnaire,
    }
    form: ChoicesForm = made(data=data) if is_sent else made(formdata=None, data=data)
    interviews = current_app.extensions["questionnaires"].interviews
    form.questionnaire.choices = [SelectChoice("", LEFT)] + [
        SelectChoice(f"{each.slug}.v{each.version}", each.title) for each in interviews
    ]
    return form


def _coders(project: Any, planned: Plan) -> list[tuple[str, str | None]]:
    """Return who coded there, each with the account that it is here, if any."""
    found: list[tuple[str, str | None]] = []
    for coder in project.coders:
        account_id = planned.coders.get(coder.guid)
        account = db.session.get(Account, account_id) if account_id else None
        here = (account.name or account.email) if account else None
        found.append((coder.name or "sans nom", here))
    return found


def _gone() -> tuple[str, int]:
    return render_template("exports/gone.html"), NOT_FOUND
