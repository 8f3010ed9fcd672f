"""`flask guides`: the drafts, made without a page."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app import pipelines
from app.cli.files import new
from app.cli.refusal import Refusal
from app.extensions import db
from app.models.base import today
from app.services import activity, guide_counts, guide_drafts, guide_editions
from app.services import guides as service
from app.services.guide_counts import LEAST, Call
from app.services.guide_names import Names
from guides import summary
from guides.document import Document
from guides.loader import ACTIVITY
from guides.schema import Library, UnknownGuide

guides = AppGroup("guides", help="Les guides et le bilan d’activité.")


@guides.command()
@click.argument("guide")
@click.argument("out", metavar="FICHIER", type=click.Path(dir_okay=False, path_type=Path))
def make(guide: str, out: Path) -> None:
    """Écrire le brouillon d’un guide (ou « activite ») : .docx, .odt ou .md, selon le nom.

    Rien n’est jamais écrasé : on a pu travailler dans le brouillon d’avant.
    """
    form = out.suffix.removeprefix(".").lower()
    if form not in guide_drafts.WRITERS:
        raise Refusal("Le nom du fichier doit finir par .docx, .odt ou .md.")
    document, contents = _activity() if guide == ACTIVITY else _draft(guide)
    data = guide_drafts.write(document, form)
    made = guide_editions.record(db.session, guide, form, contents, by=None)
    try:
        with new(out) as stream:
            stream.write(data)
    except Refusal:
        db.session.rollback()  # what did not leave has no trace
        raise
    db.session.commit()
    click.echo(f"{out} : version {made.number}.")


@guides.command(name="list")
def list_() -> None:
    """Dire les guides, leurs chapitres et combien de passages y sont choisis."""
    library = _library()
    for each in library.guides:
        state = service.state(db.session, each, _names(), _counted())
        click.echo(f"{each.slug} : {each.title}")
        for chapter in state.chapters:
            click.echo(f"  {chapter.chapter.id} : {chapter.chapter.title} ({chapter.count})")
    if library.activity:
        click.echo(f"{ACTIVITY} : {library.activity.title}")


def _library() -> Library:
    found: Library = current_app.extensions["guides"]
    return found.resolved(pipelines.codebook().resolve)


def _names() -> Names:
    return Names.of(
        current_app.extensions["questionnaires"],
        {theme.id: theme.label for theme in pipelines.codebook().themes},
    )


def _counted() -> Call:
    least = current_app.config.get("SMALLEST_COUNT", LEAST)
    return guide_counts.read(db.session, least=least)


def _author() -> str:
    return str(current_app.config["ORGANISATION"].name)


def _draft(slug: str) -> tuple[Document, dict[str, object]]:
    try:
        guide = _library().get(slug)
    except UnknownGuide:
        known = [*(each.slug for each in _library().guides), ACTIVITY]
        raise Refusal(
            f"Aucun guide ne s’appelle « {slug} ». Guides : {', '.join(known)}."
        ) from None
    names = _names()
    state = service.state(db.session, guide, names, _counted())
    document = guide_drafts.draft(db.session, state, names, author=_author(), made_on=today())
    return document, guide_editions.contents(state)


def _activity() -> tuple[Document, dict[str, object]]:
    told = _library().activity
    if told is None:
        raise Refusal("Les définitions n’ont pas de bilan (activite.yml).")
    made = activity.summary(
        db.session, _counted(), told, _names(), author=_author(), made_on=today()
    )
    return summary.compose(made), activity.contents(made)
