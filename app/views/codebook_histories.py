"""The codebook's versions: who changed what, when, why; and the way back to any of them."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from analysis import codebook_edits as edits
from analysis.codebook_changes import differences
from app import pipelines
from app.extensions import db
from app.models import CodebookAct
from app.services import codebooks, theme_counts
from app.views.codebook_acts import begin, keep
from app.views.codebook_forms import ActForm
from app.views.paging import paged

Page = str | Response | tuple[str, int]
ACTS = {
    CodebookAct.SHIPPED: "Grille d’origine",
    CodebookAct.ADDED: "Thème ajouté",
    CodebookAct.DEFINED: "Thème redéfini",
    CodebookAct.CUED: "Indices changés",
    CodebookAct.MERGED: "Thèmes réunis",
    CodebookAct.SPLIT: "Thème scindé",
    CodebookAct.RETIRED: "Thème retiré",
    CodebookAct.RESTORED: "Thème remis en usage",
    CodebookAct.IMPORTED: "Grille importée",
    CodebookAct.WENT_BACK: "Retour en arrière",
}


def add_pages(blueprint: Blueprint) -> None:
    """Give the room of the codebook these pages."""
    blueprint.add_url_rule("/historique", "history", history)
    rule = "/historique/<int(max=2147483647):number>"
    blueprint.add_url_rule(rule, "version", version, methods=["GET", "POST"])


def history() -> str:
    """List the versions, the newest first."""
    return render_template(
        "codebook/history.html",
        page=paged(codebooks.every(db.session)),
        acts=ACTS,
        using=codebooks.number_in_use(db.session),
    )


def version(number: int) -> Page:
    """Show what a version changed, and what going back to it would change; go back to it."""
    form = ActForm()
    grid = begin(form)
    target = codebooks.of_number(db.session, number)
    about = codebooks.version(db.session, number)
    if target is None or about is None:
        abort(404)
    before = codebooks.of_number(db.session, number - 1) if number else None
    bearing = theme_counts.count(db.session)
    if form.is_submitted() and form.validate():
        made = keep(
            form,
            CodebookAct.WENT_BACK,
            lambda raw: edits.go_back(raw, target.raw, bearing=bearing),
            summary=f"Retour à la version {number}.",
        )
        if made:
            flash(f"La grille est de nouveau celle de la version {number}.", "success")
            return redirect(url_for(".index"))
    now = pipelines.grid()
    page = render_template(
        "codebook/version.html",
        form=form,
        version=about,
        acts=ACTS,
        using=grid.number,
        changed=differences(before.raw, target.raw) if before else [],
        back=differences(now.raw, edits.go_back(now.raw, target.raw, bearing=bearing)),
    )
    return (page, form.status) if form.is_submitted() else page
