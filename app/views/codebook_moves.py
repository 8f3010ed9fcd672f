"""Excerpts of a theme moved to another: chosen by what they contain, all at once or one by one."""

import uuid
from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app import pipelines
from app.extensions import db
from app.presentation import plural
from app.services import moves
from app.services.standings import State
from app.views import filters
from app.views.codebook_acts import theme_of
from app.views.codebook_forms import MoveForm

Page = str | Response | tuple[str, int]
STATES = {
    State.PROPOSED: ("Proposé", "state-wait"),
    State.ACCEPTED: ("Accepté", "state-done"),
    State.CORRECTED: ("Corrigé", "state-fixed"),
}


def add_pages(blueprint: Blueprint) -> None:
    """Give the room of the codebook this page."""
    rule = "/themes/<theme_id>/deplacer"
    blueprint.add_url_rule(rule, "move", move, methods=["GET", "POST"])


def move(theme_id: str) -> Page:
    """Show the excerpts of a theme that contain some words; move those that are chosen."""
    grid = pipelines.grid()
    raw, choices = theme_of(grid, theme_id), filters.choices()
    words = request.args.get("mots", "").strip()[: filters.LONGEST].replace("\0", "")
    form = MoveForm()
    form.into.choices = [("", "Choisissez")] + [
        (each.id, f"{each.code} {each.label}")
        for each in grid.codebook.themes
        if each.id != theme_id
    ]
    if not form.is_submitted():
        form.into.data = request.args.get("vers", "")
    elif form.validate():
        chosen = _chosen(theme_id, words)
        if chosen:
            moved = moves.move(
                db.session, chosen, of=theme_id, into=form.into.data, by=current_user.id
            )
            db.session.commit()
            told = plural(moved, "extrait déplacé", "extraits déplacés")
            flash(f"{told} vers «\u00a0{choices.themes[form.into.data].label}\u00a0».", "success")
            return redirect(
                url_for(".move", theme_id=theme_id, mots=words or None, vers=form.into.data)
            )
        form.form_errors.append("Cochez des extraits, ou déplacez-les tous.")
    total = moves.count(db.session, theme_id, words)
    last = max(1, -(-total // moves.PAGE_SIZE))
    number = filters.page_number(last)
    page = render_template(
        "codebook/move.html",
        form=form,
        theme=raw,
        words=words,
        total=total,
        page=number,
        last_page=last,
        excerpts=moves.page(db.session, theme_id, words, number=number),
        ticked=set(request.form.getlist("extrait")),
        most=moves.MOST,
        states=STATES,
        choices=choices,
    )
    return (page, 422) if form.is_submitted() else page


def _chosen(theme_id: str, words: str) -> list[uuid.UUID]:
    if "tout" in request.form:
        return moves.ids(db.session, theme_id, words)
    return list(_ids(request.form.getlist("extrait")))


def _ids(given: Iterable[str]) -> Iterable[uuid.UUID]:
    for each in given:
        try:
            yield uuid.UUID(each)
        except ValueError:
            continue
