"""The guides: how far each is, what its chapters hold, what may be chosen, and the drafts."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf, db
from app.models import Act, RoleName
from app.models.base import today
from app.services import (
    activity,
    candidates,
    guide_drafts,
    guide_editions,
    guides,
    quotations,
)
from app.services.guides import Progress
from app.services.quotable import Why
from app.views import filters as address
from app.views.access import only_for
from app.views.acting import looked
from app.views.guide_names import author, chapter_or_404, counted, guide_or_404, library, names
from guides import summary as summaries
from guides.loader import ACTIVITY
from guides.schema import KINDS, Activity

blueprint = Blueprint("guides", __name__, url_prefix="/recherche/guides")
only_for(blueprint, RoleName.RESEARCHER)
csrf.exempt(blueprint)  # each form checks its own token, and leads back to its page when it is old

FORMS = {"docx": "Word (.docx)", "odt": "LibreOffice (.odt)", "md": "Markdown (.md)"}
PROGRESS = {
    Progress.EMPTY: ("À commencer", "state-wait"),
    Progress.BEGUN: ("En cours", "state-sending"),
    Progress.FURNISHED: ("Garni", "state-done"),
    Progress.WRONG: ("À revoir", "state-bad"),
}
REASONS = {
    Why.CONSENT: "Son autrice ou auteur n’accepte plus d’être cité.",
    Why.PERSONAL: "Ses données personnelles sont à relire.",
    Why.EMPTY: "Il n’en reste aucun mot à citer.",
}
TOO_LATE = "La page était restée ouverte trop longtemps. Recommencez."


@blueprint.get("/")
def index() -> str:
    """List the guides, each with its chapters and how far they are."""
    call, told = counted(), names()
    return render_template(
        "guides/index.html",
        states=[guides.state(db.session, each, told, call) for each in library().guides],
        activity=library().activity,
        progress=PROGRESS,
    )


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    """Show a guide: its chapters, what changed since its last draft, the drafts to take."""
    guide, told = guide_or_404(slug), names()
    state = guides.state(db.session, guide, told, counted())
    return render_template(
        "guides/show.html",
        guide=guide,
        state=state,
        since=guide_editions.since_last(db.session, state, told.themes),
        traces=guide_editions.traces(db.session, guide.slug),
        progress=PROGRESS,
        kinds=KINDS,
        forms=FORMS,
    )


@blueprint.get("/<slug>/<chapter_id>")
def chapter(slug: str, chapter_id: str) -> str:
    """Show a chapter: its tallies, what was chosen, what may be."""
    guide, told = guide_or_404(slug), names()
    own = chapter_or_404(guide, chapter_id)
    looked(Act.TESTIMONIES_SEARCHED, detail=f"guide:{slug}")
    whole = guides.state(db.session, guide, told, counted())
    state = next(each for each in whole.chapters if each.chapter == own)
    chosen = quotations.of(db.session, guide.slug, own.id)
    places = [(each.answer.testimony_id, each.answer_id, each.start, each.end) for each in chosen]
    excerpts, count = candidates.best(db.session, own, state.balance, places)
    return render_template(
        "guides/chapter.html",
        guide=guide,
        chapter=own,
        state=state,
        names=told,
        choices=address.choices(),
        kinds=KINDS,
        progress=PROGRESS,
        reasons=REASONS,
        least=whole.call.least,
        excerpts=excerpts,
        excerpt_count=count,
        most_read=candidates.MOST_READ,
        removed=quotations.of(db.session, guide.slug, own.id, removed=True),
        following=_neighbour(guide.chapters, own, 1),
        previous=_neighbour(guide.chapters, own, -1),
    )


def _neighbour(chapters: tuple[Any, ...], own: Any, step: int) -> Any:
    place = chapters.index(own) + step
    return chapters[place] if 0 <= place < len(chapters) else None


@blueprint.post("/<slug>/brouillon.<any(docx, odt, md):form>")
def make(slug: str, form: str) -> AnyResponse:
    """Give a guide's draft as a file, and write down that it left."""
    guide, told = guide_or_404(slug), names()
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
        return redirect(url_for(".show", slug=slug), 303)
    state = guides.state(db.session, guide, told, counted())
    document = guide_drafts.draft(db.session, state, told, author=author(), made_on=today())
    data = guide_drafts.write(document, form)
    contents = guide_editions.contents(state)
    made = guide_editions.record(db.session, slug, form, contents, by=current_user.id)
    db.session.commit()
    return _file(data, f"guide-{slug}-v{made.number}", form)


@blueprint.get(f"/{ACTIVITY}")
def activity_page() -> str:
    """Show the activity summary, and the files to take."""
    told = activity.summary(
        db.session,
        counted(),
        _activity(),
        names(),
        author=author(),
        made_on=today(),
        is_drawn=False,
    )
    return render_template(
        "guides/activity.html",
        summary=told,
        document=summaries.compose(told),
        traces=guide_editions.traces(db.session, ACTIVITY),
        forms=FORMS,
    )


@blueprint.post(f"/{ACTIVITY}.<any(docx, odt, md):form>")
def make_activity(form: str) -> AnyResponse:
    """Give the activity summary as a file, and write down that it left."""
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
        return redirect(url_for(".activity_page"), 303)
    told = activity.summary(
        db.session, counted(), _activity(), names(), author=author(), made_on=today()
    )
    data = guide_drafts.write(summaries.compose(told), form)
    contents = activity.contents(told)
    guide_editions.record(db.session, ACTIVITY, form, contents, by=current_user.id)
    db.session.commit()
    return _file(data, "bilan-activite", form)


def _activity() -> Activity:
    return library().activity or abort(404)


def _file(data: bytes, name: str, form: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
        "Cache-Control": "no-store",
    }
    return Response(data, content_type=guide_drafts.TYPES[form], headers=headers)
