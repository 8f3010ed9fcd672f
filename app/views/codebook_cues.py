"""A theme's cues: written, tried on the testimonies by the worker, then saved."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from analysis import codebook_edits as edits
from analysis import cue_lines
from analysis.codebook_edits import EditError, Raw
from app.extensions import db
from app.models import Answer, CodebookAct, CodebookDraft, DraftKind, Testimony
from app.services import codebook_drafts, codebooks
from app.services.codebooks import Grid
from app.services.words import Span
from app.tasks import try_cues
from app.views import filters
from app.views.codebook_acts import begin, keep, theme_or_as_seen
from app.views.codebook_forms import CuesForm, rebased

Page = str | Response | tuple[str, int]
TRY = "essayer"
FIELDS = (("indices", False), ("indices_faibles", True))


@dataclass(frozen=True)
class Sample:
    """A sentence that cues would tag, as it stands in its testimony now."""

    testimony: Testimony
    text: str
    found: Sequence[Span]


def add_pages(blueprint: Blueprint) -> None:
    """Give the room of the codebook these pages."""
    rule = "/themes/<theme_id>/indices"
    blueprint.add_url_rule(rule, "cues", cues, methods=["GET", "POST"])
    blueprint.add_url_rule("/essais/<uuid:draft_id>", "trial", trial)


def cues(theme_id: str) -> Page:
    """Show a theme's cues and what those being tried would tag; try others, or save them."""
    form = CuesForm()
    grid = begin(form)
    raw = theme_or_as_seen(form, grid, theme_id)
    form.notions = edits.notions(grid.raw)
    if form.is_submitted():
        return _sent(form, grid, raw, theme_id)
    draft = _draft(theme_id)
    for name, weak in FIELDS:
        lines = "\n".join(cue_lines.lines(edits.cues(raw, weak=weak)))
        form[name].data = draft.content[name] if draft else lines
    if draft:
        form.seen.data, form.why.data = str(draft.seen), draft.content.get("why", "")
    return _show(form, raw, draft)


def _sent(form: CuesForm, grid: Grid, raw: Raw, theme_id: str) -> Page:
    is_trial = request.form.get("acte") == TRY
    if is_trial:
        form.why.validators = ()
    if not form.validate():
        if request.accept_mimetypes.best == "application/json":
            return jsonify(errors=[*form.indices.errors, *form.indices_faibles.errors]), 422  # type: ignore[return-value]
        return _show(form, raw, None), form.status
    if is_trial:
        return _try(form, theme_id)
    seen = form.seen_number
    if keep(form, CodebookAct.CUED, lambda raw: edits.set_cues(raw, theme_id, *form.wanted())):
        flash(
            "Les indices sont enregistrés. Les témoignages vont être relus en arrière-plan\u00a0; "
            "ce qui a été décidé ne change pas.",
            "success",
        )
        return redirect(url_for(".show", theme_id=theme_id))
    if form.status == 409:
        _rebase(form, theme_id, seen)
    return _show(form, raw, None), form.status


def _try(form: CuesForm, theme_id: str) -> Page:
    content = {name: form[name].data or "" for name in ("indices", "indices_faibles", "why")}
    draft = codebook_drafts.keep(
        db.session,
        DraftKind.TRIAL,
        content,
        seen=max(form.seen_number, 0),
        by=current_user.id,
        theme=theme_id,
    )
    db.session.commit()
    try_cues.enqueue(str(draft.id))
    if request.accept_mimetypes.best == "application/json":
        return jsonify(trial=url_for(".trial", draft_id=draft.id))
    return redirect(url_for(".cues", theme_id=theme_id, essai=draft.id, _anchor="essai"))


def _rebase(form: CuesForm, theme_id: str, seen: int) -> None:
    """Lay what was typed over what somebody else has made of the cues since."""
    before = codebooks.of_number(db.session, seen)
    now = codebooks.of_number(db.session, form.seen_number)
    if not before or not now:
        return
    try:
        was, is_ = (edits.theme(each.raw, theme_id) for each in (before, now))
    except EditError:
        return  # it is no longer there: sending again says so
    for name, weak in FIELDS:
        lines = [cue_lines.lines(edits.cues(each, weak=weak)) for each in (was, is_)]
        form[name].data = rebased(form[name].data, *lines)


def _draft(theme_id: str) -> CodebookDraft | None:
    """Return the trial that the address names, if it is one's own and of this theme."""
    try:
        draft_id = uuid.UUID(request.args.get("essai", ""))
    except ValueError:
        return None
    draft = codebook_drafts.find(db.session, DraftKind.TRIAL, draft_id, by=current_user.id)
    return draft if draft and draft.theme == theme_id else None


def trial(draft_id: uuid.UUID) -> Page:
    """Give what a trial has found, for the page to show it; 202 while the worker is at it."""
    draft = codebook_drafts.find(db.session, DraftKind.TRIAL, draft_id, by=current_user.id)
    if draft is None:
        return "", 404
    page = render_template("codebook/trial.html", **_told(draft))
    return page, 200 if draft.result is not None else 202


def _show(form: CuesForm, raw: Raw, draft: CodebookDraft | None) -> str:
    return render_template("codebook/cues.html", form=form, theme=raw, **_told(draft))


def _told(draft: CodebookDraft | None) -> dict[str, Any]:
    result = draft.result if draft else None
    return {
        "draft": draft,
        "result": result,
        "samples": _samples(result["samples"]) if result else [],
        "choices": filters.choices(),
    }


def _samples(places: Sequence[dict[str, Any]]) -> list[Sample]:
    """Return the sentences that stand at these places, without those that have gone since."""
    found = []
    for place in places:
        answer = db.session.get(Answer, uuid.UUID(place["answer"]))
        if answer is None or not answer.text or place["end"] > len(answer.text):
            continue
        start = place["start"]
        marks = [(begun - start, ended - start) for begun, ended in place["marks"]]
        found.append(Sample(answer.testimony, answer.text[start : place["end"]], apart(marks)))
    return found


def apart(spans: Sequence[Span]) -> list[Span]:
    """Return spans in order, those that overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
