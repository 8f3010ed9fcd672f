"""A codebook from a file: read, shown as what would change, imported after a yes."""

import uuid
from typing import cast

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from analysis.exchange import codebook_imports as laying
from analysis.exchange.codebooks import ExchangeError
from app import pipelines
from app.extensions import db
from app.models import CodebookAct, DraftKind
from app.services import codebook_drafts, codebook_files
from app.services.spreadsheets import UnreadableFileError
from app.views.codebook_acts import begin, keep
from app.views.codebook_forms import ActForm, GridFileForm
from app.views.import_forms import sent_file

Page = str | Response | tuple[str, int]
UNPROCESSABLE, TOO_BIG = 422, 413
GONE = "Ce fichier n’est plus là\u00a0: envoyez-le à nouveau. Rien n’a été importé."


def add_pages(blueprint: Blueprint) -> None:
    """Give the room of the codebook these pages."""
    blueprint.add_url_rule("/importer", "choose_file", choose_file)
    blueprint.add_url_rule("/importer", "import_file", import_file, methods=["POST"])
    rule = "/importer/<uuid:draft_id>"
    blueprint.add_url_rule(rule, "preview", preview, methods=["GET", "POST"])


def choose_file() -> str:
    """Ask for a file."""
    return _ask(_offering(GridFileForm()))


def import_file() -> Page:
    """Read a file, keep what was read, and go on to what it would change."""
    form = _offering(cast(GridFileForm, sent_file(GridFileForm)))
    if form.file.errors:
        return _ask(form), TOO_BIG
    if not form.validate():
        return _ask(form), UNPROCESSABLE
    grid = pipelines.grid()
    try:
        entries = codebook_files.read(form.file.data.read())
        laying.lay(grid.raw, entries, family=form.family.data)
    except (ExchangeError, UnreadableFileError) as error:
        form.file.errors = [str(error)]
        return _ask(form), UNPROCESSABLE
    content = {"entries": codebook_files.packed(entries), "family": form.family.data}
    draft = codebook_drafts.keep(
        db.session, DraftKind.FILE, content, seen=grid.number, by=current_user.id
    )
    db.session.commit()
    return redirect(url_for(".preview", draft_id=draft.id))


def _offering(form: GridFileForm) -> GridFileForm:
    families = pipelines.codebook().families
    form.family.choices = [(each.id, each.title) for each in families]
    form.file.label.text = "Fichier (.qdc, .xlsx ou .csv)"
    form.file.description = "Dix mégaoctets au plus."
    form.file.render_kw = {"accept": ".qdc,.csv,.xlsx,.xml,text/csv,application/xml"}
    return form


def _ask(form: GridFileForm) -> str:
    return render_template("codebook/import.html", form=form)


def preview(draft_id: uuid.UUID) -> Page:
    """Show what a file would change; import it."""
    form = ActForm()
    grid = begin(form)
    draft = codebook_drafts.find(db.session, DraftKind.FILE, draft_id, by=current_user.id)
    if draft is None:
        flash(GONE, "warning")
        return redirect(url_for(".choose_file"))
    entries, family = codebook_files.unpacked(draft.content["entries"]), draft.content["family"]
    try:
        laid = laying.lay(grid.raw, entries, family=family)
    except ExchangeError as error:  # somebody has changed the codebook since
        flash(f"{error} Rien n’a été importé.", "warning")
        return redirect(url_for(".choose_file"))
    if form.is_submitted() and form.validate():
        made = keep(
            form,
            CodebookAct.IMPORTED,
            lambda raw: laying.lay(raw, entries, family=family).raw,
        )
        if made:
            codebook_drafts.forget(db.session, draft)
            db.session.commit()
            flash("La grille est importée.", "success")
            return redirect(url_for(".index"))
    page = render_template("codebook/preview.html", form=form, laid=laid)
    return (page, form.status) if form.is_submitted() else page
