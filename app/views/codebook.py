"""The codebook, for researchers: its families and themes, what bears them, and what changes it."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from analysis import codebook_edits as edits
from analysis import cue_lines
from app import pipelines
from app.extensions import csrf, db
from app.models import RoleName
from app.services import (
    codebook_files,
    codebooks,
    tagging,
    testimonies,
    theme_counts,
    theme_versions,
)
from app.services.theme_counts import Borne
from app.views import (
    codebook_cues,
    codebook_edits,
    codebook_histories,
    codebook_imports,
    codebook_moves,
    filters,
)
from app.views.access import only_for
from app.views.codebook_acts import theme_of

blueprint = Blueprint("codebook", __name__, url_prefix="/recherche/grille")
only_for(blueprint, RoleName.RESEARCHER)
csrf.exempt(blueprint)  # each form checks its own token: what was typed survives an old page
filters.explain_in(blueprint)
for _part in (
    codebook_edits,
    codebook_cues,
    codebook_moves,
    codebook_histories,
    codebook_imports,
):
    _part.add_pages(blueprint)


@blueprint.get("/")
def index() -> str:
    """Show the codebook in use, with what bears each theme."""
    grid = pipelines.grid()
    return render_template(
        "codebook/index.html",
        grid=grid,
        version=codebooks.version(db.session, grid.number) if grid.number else None,
        choices=filters.choices(),
        borne=theme_counts.count(db.session),
        nothing=Borne(),
        learnt=theme_versions.name_in_use(db.session),
        stale=tagging.count_to_read_again(db.session),
        total=testimonies.count(db.session),
    )


@blueprint.get("/themes/<theme_id>")
def show(theme_id: str) -> str:
    """Show a theme: what it means, by what it is found, what bears it."""
    grid = pipelines.grid()
    raw = theme_of(grid, theme_id)
    return render_template(
        "codebook/show.html",
        theme=grid.codebook.theme(theme_id),
        formers=grid.codebook.formers(theme_id),
        strong=cue_lines.lines(edits.cues(raw)),
        weak=cue_lines.lines(edits.cues(raw, weak=True)),
        choices=filters.choices(),
        borne=theme_counts.count(db.session).get(theme_id, Borne()),
    )


@blueprint.get("/exporter/grille.<any(csv, xlsx, qdc, yml):kind>")
def export(kind: str) -> Response:
    """Give the codebook in use as a file."""
    grid = pipelines.grid()
    content = codebook_files.write(kind, grid, theme_counts.count(db.session))
    name = f"recueil-grille-{grid.codebook.version}.{kind}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, mimetype=codebook_files.TYPES[kind], headers=headers)
