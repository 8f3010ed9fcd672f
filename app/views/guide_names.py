"""What the guides' pages call things: the questionnaires' and the codebook's own words."""

from flask import abort, current_app

from app import pipelines
from app.extensions import db
from app.services import guide_counts
from app.services.guide_counts import LEAST, Call
from app.services.guide_names import Names
from app.views import filters as address
from guides.schema import Chapter, Guide, Library, UnknownGuide


def library() -> Library:
    """Return the guides of this application's definitions, with the themes that stand today."""
    found: Library = current_app.extensions["guides"]
    return found.resolved(pipelines.codebook().resolve)


def names() -> Names:
    """Return what profiles, themes and territories are called."""
    choices = address.choices()
    themes = {theme.id: theme.label for theme in choices.themes.values()}
    return Names.of(choices.library, themes)


def counted() -> Call:
    """Count the call, small numbers to be hidden as everywhere."""
    least = current_app.config.get("SMALLEST_COUNT", LEAST)
    return guide_counts.read(db.session, least=least)


def author() -> str:
    """Return who signs a document."""
    return str(current_app.config["ORGANISATION"].name)


def guide_or_404(slug: str) -> Guide:
    """Return a guide, or the page that says there is none."""
    try:
        return library().get(slug)
    except UnknownGuide:
        abort(404)


def chapter_or_404(guide: Guide, chapter_id: str) -> Chapter:
    """Return a chapter, or the page that says there is none."""
    try:
        return guide.chapter(chapter_id)
    except KeyError:
        abort(404)
