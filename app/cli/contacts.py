"""`flask contacts import`: the same reading and the same report as on the page."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.refusal import Refusal
from app.extensions import db
from app.services import contact_files, contact_imports
from app.services.contact_words import Lexicon

group = AppGroup("contacts", help="Les personnes à qui écrire.")


@group.command("import")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(fichier: Path) -> None:
    """Importer un fichier CSV : courriel, nom, profil et, si possible, clsm et région."""
    lexicon = Lexicon.of(current_app.extensions["questionnaires"])
    try:
        read = contact_files.parse(fichier.read_bytes(), lexicon)
    except contact_files.UnreadableFileError as error:
        raise Refusal(str(error)) from None
    report = contact_imports.bring_in(db.session, read)
    db.session.commit()
    click.echo("\n".join(report.lines()))
    if not read.rows:
        raise Refusal("Aucune ligne n’a pu être lue.")
