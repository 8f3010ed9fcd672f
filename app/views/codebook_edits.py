"""Changing a theme: added, defined, merged, split, retired and brought back."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from analysis import codebook_edits as edits
from analysis.codebook_edits import EditError, Raw, Sketch
from analysis.exchange.codebook_imports import LONGEST_LABEL
from analysis.themes import Theme
from app.extensions import db
from app.models import CodebookAct
from app.presentation import plural
from app.services import codebooks, theme_counts
from app.services.theme_counts import Borne
from app.views.codebook_acts import begin, keep, theme_or_as_seen
from app.views.codebook_forms import PARTS, ActForm, MergeForm, SplitForm, ThemeForm, kept

Page = str | Response | tuple[str, int]
Options = list[tuple[str, str]]


def add_pages(blueprint: Blueprint) -> None:
    """Give the room of the codebook these pages."""
    theme = "/themes/<theme_id>"
    for rule, endpoint, view in (
        ("/nouveau", "add", add),
        (f"{theme}/modifier", "define", define),
        (f"{theme}/fusionner", "merge", merge),
        (f"{theme}/scinder", "split", split),
        (f"{theme}/retirer", "retire", retire),
        (f"{theme}/remettre", "restore", restore),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=["GET", "POST"])


def add() -> Page:
    """Add a theme, which its cues will find."""
    form = ThemeForm()
    if not form.is_submitted():  # a code of a project to import leads here with its name
        form.label.data = " ".join(request.args.get("libelle", "").split())[:LONGEST_LABEL]
    grid = begin(form)
    form.offer(grid.codebook)
    del form.rank
    if not form.is_submitted():
        return render_template("codebook/define.html", form=form, theme=None)
    made: list[str] = []
    if form.validate() and keep(form, CodebookAct.ADDED, lambda raw: made.append(_add(raw, form))):
        flash("Le thème est dans la grille. Donnez-lui des indices\u00a0: ils le trouveront.")
        return redirect(url_for(".cues", theme_id=made[-1]))
    return render_template("codebook/define.html", form=form, theme=None), form.status


def _add(raw: Raw, form: ThemeForm) -> str:
    wanted = form.wanted()
    if form.new_family.data:
        wanted = replace(wanted, family=edits.add_family(raw, form.new_family.data))
    return edits.add(raw, wanted)


def define(theme_id: str) -> Page:
    """Change a theme's label, definition, examples, colour or place; its id stays."""
    sent = ThemeForm()
    grid = begin(sent)
    raw = theme_or_as_seen(sent, grid, theme_id)
    theme = next((each for each in grid.codebook.themes if each.id == theme_id), None)
    form = sent
    if not sent.is_submitted():
        rank = str(theme.rank) if theme else "1"
        form = ThemeForm(data=kept(edits.sketch(raw)) | {"rank": rank, "seen": sent.seen.data})
    form.offer(grid.codebook)
    del form.new_family
    if not form.is_submitted():
        return render_template("codebook/define.html", form=form, theme=raw)
    if form.validate():
        seen = form.seen_number
        if keep(form, CodebookAct.DEFINED, lambda raw: _define(raw, theme_id, form)):
            flash("C’est enregistré.", "success")
            return redirect(url_for(".show", theme_id=theme_id))
        if form.status == 409:
            _rebase(form, theme_id, seen)
    return render_template("codebook/define.html", form=form, theme=raw), form.status


def _define(raw: Raw, theme_id: str, form: ThemeForm) -> None:
    before = edits.sketch(edits.theme(raw, theme_id))
    own = [each for each in raw["themes"] if edits.sketch(each).family == before.family]
    rank = 1 + next(at for at, each in enumerate(own) if str(each["id"]) == theme_id)
    edits.redefine(raw, theme_id, form.wanted())
    asked = int(form.rank.data or rank)
    if asked != rank:
        edits.move(raw, theme_id, asked)


def _rebase(form: ThemeForm, theme_id: str, seen: int) -> None:
    before = codebooks.of_number(db.session, seen)
    now = codebooks.of_number(db.session, form.seen_number)
    try:
        if before and now:
            sketches = [edits.sketch(edits.theme(each.raw, theme_id)) for each in (before, now)]
            form.rebase(*sketches)
    except EditError:
        return  # it is no longer there: sending again says so


def merge(theme_id: str) -> Page:
    """Make a theme part of another: what bears it bears the other from then on."""
    form = MergeForm()
    grid = begin(form)
    raw = theme_or_as_seen(form, grid, theme_id)
    form.into.choices = [
        ("", "Choisissez"),
        *_options([each for each in grid.codebook.active.themes if each.id != theme_id]),
    ]
    its = theme_counts.count(db.session).get(theme_id, Borne())
    is_sent = form.is_submitted() and form.validate()
    if is_sent and keep(
        form, CodebookAct.MERGED, lambda raw: edits.merge(raw, theme_id, form.into.data)
    ):
        told = plural(its.total, "extrait a suivi", "extraits ont suivi")
        flash(f"Les deux thèmes n’en font plus qu’un. {told}.", "success")
        return redirect(url_for(".show", theme_id=form.into.data))
    page = render_template("codebook/merge.html", form=form, theme=raw, borne=its)
    return (page, form.status) if form.is_submitted() else page


def _options(themes: Sequence[Theme]) -> Options:
    return [(each.id, f"{each.code} {each.label}") for each in themes]


def split(theme_id: str) -> Page:
    """Add the themes that a theme is split into; its excerpts stay until somebody moves them."""
    form = SplitForm()
    grid = begin(form)
    raw = theme_or_as_seen(form, grid, theme_id)
    form.notions = edits.notions(grid.raw)
    if form.is_submitted() and form.validate():
        made: list[str] = []
        if keep(form, CodebookAct.SPLIT, lambda raw: _split(raw, theme_id, form, made)):
            flash("Les nouveaux thèmes sont dans la grille. Choisissez les extraits à y déplacer.")
            return redirect(url_for(".move", theme_id=theme_id, vers=made[0]))
    page = render_template("codebook/split.html", form=form, theme=raw, parts=range(1, PARTS + 1))
    return (page, form.status) if form.is_submitted() else page


def _split(raw: Raw, theme_id: str, form: SplitForm, made: list[str]) -> None:
    parent = edits.sketch(edits.theme(raw, theme_id))
    for label, definition, cues in form.parts():
        new = Sketch(parent.family, label, definition, color=parent.color)
        made.append(edits.add(raw, new, cues))


def retire(theme_id: str) -> Page:
    """Have a theme suggested no more; what bears it still counts."""
    return _switch(theme_id, CodebookAct.RETIRED)


def restore(theme_id: str) -> Page:
    """Have a theme suggested again."""
    return _switch(theme_id, CodebookAct.RESTORED)


def _switch(theme_id: str, act: CodebookAct) -> Page:
    form = ActForm()
    grid = begin(form)
    raw = theme_or_as_seen(form, grid, theme_id)
    is_leaving = act == CodebookAct.RETIRED
    if form.is_submitted() and form.validate():
        edit = edits.retire if is_leaving else edits.restore
        if keep(form, act, lambda raw: edit(raw, theme_id)):
            flash("Le thème est retiré." if is_leaving else "Le thème est de nouveau suggéré.")
            return redirect(url_for(".show", theme_id=theme_id))
    page = render_template(
        "codebook/retire.html",
        form=form,
        theme=raw,
        is_leaving=is_leaving,
        borne=theme_counts.count(db.session).get(theme_id, Borne()),
    )
    return (page, form.status) if form.is_submitted() else page
