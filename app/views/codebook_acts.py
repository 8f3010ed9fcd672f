"""What each change of the codebook goes through: recorded, or told why not."""

from contextlib import suppress

from flask import abort, current_app, redirect, url_for
from flask_security import current_user
from werkzeug.exceptions import HTTPException

from analysis import codebook_edits
from analysis.codebook import Codebook, CodebookError
from analysis.codebook_edits import Edit, EditError, Raw
from app import pipelines
from app.extensions import db
from app.models import CodebookAct, CodebookVersion
from app.services import codebooks, tagging
from app.services.codebooks import Change, Grid, OvertakenError, UnchangedError
from app.tasks import sweep_untagged
from app.views.codebook_forms import ActForm

UNCHANGED = "Rien ne diffère de la grille en usage\u00a0: il n’y a rien à enregistrer."


def shipped() -> Codebook:
    """Return the codebook of CODEBOOK_PATH."""
    codebook: Codebook = current_app.extensions["codebook"]
    return codebook


def keep(
    form: ActForm, act: CodebookAct, edit: Edit, *, summary: str = ""
) -> CodebookVersion | None:
    """Record a change and commit; none when it cannot be, and the form then says why."""
    change = Change(
        act=act,
        why=" ".join((form.why.data or "").split()),
        seen=form.seen_number,
        by=current_user.id,
        summary=summary,
    )
    try:
        made = codebooks.record(db.session, shipped(), change, edit)
        db.session.commit()
    except OvertakenError as error:
        form.tell_overtaken(error.version)
        return None
    except UnchangedError:
        form.form_errors.append(UNCHANGED)
    except (EditError, CodebookError) as error:
        db.session.rollback()
        form.form_errors.append(str(error))
    else:
        if tagging.count_to_read_again(db.session):
            sweep_untagged.enqueue()
        return made
    return None


def begin(form: ActForm) -> Grid:
    """Return the codebook in use, and have a form that was not sent say that it has seen it."""
    grid = pipelines.grid()
    if not form.is_submitted():
        form.seen.data = str(grid.number)
    return grid


def theme_of(grid: Grid, theme_id: str) -> Raw:
    """Return a theme; that which a merged one is part of is shown instead, else 404."""
    standing = grid.codebook.resolve(theme_id)
    if standing != theme_id:
        abort(redirect(url_for(".show", theme_id=standing)))
    try:
        return codebook_edits.theme(grid.raw, theme_id)
    except EditError:
        return abort(404)


def theme_or_as_seen(form: ActForm, grid: Grid, theme_id: str) -> Raw:
    """Return a theme to change: as it was last, if somebody merged it since the form was shown."""
    try:
        return theme_of(grid, theme_id)
    except HTTPException:
        number = form.seen_number if form.is_submitted() else -1
        for seen in codebooks.texts_from(db.session, number):
            with suppress(EditError):
                return codebook_edits.theme(codebook_edits.load(seen), theme_id)
        raise
