"""`flask themes`: have the pipeline read what waits, or everything again."""

import click
from flask.cli import AppGroup

from app.cli.pipeline import need_tagger
from app.extensions import db
from app.services import codings, testimonies

themes = AppGroup("themes", help="Les thèmes proposés par la chaîne d’analyse.")


@themes.command()
@click.option("--all", "everything", is_flag=True, help="Relire aussi ce qui a déjà été lu.")
def tag(*, everything: bool) -> None:
    """Lire les témoignages en attente. Les décisions humaines ne changent jamais."""
    suggester = need_tagger()
    ids = (
        testimonies.all_ids(db.session) if everything else testimonies.waiting_for_tags(db.session)
    )
    added = 0
    for testimony_id in ids:
        added += codings.suggest(db.session, suggester, testimony_id, again=everything)
        db.session.commit()
    click.echo(f"{len(ids)} témoignages lus, {added} suggestions nouvelles ({suggester.origin}).")
