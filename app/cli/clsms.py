"""`flask clsms import`: the directory of CLSMs that the questionnaires offer."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.refusal import Refusal
from app.extensions import db
from app.services import clsm_files
from app.services.clsms import Directory
from app.services.contact_files import UnreadableFileError

clsms = AppGroup("clsms", help="L’annuaire des CLSM, proposé dans les questionnaires.")


@clsms.command("import")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(fichier: Path) -> None:
    """Importer un fichier CSV : nom et, si possible, region et departement (codes INSEE)."""
    try:
        entries = clsm_files.parse(fichier.read_bytes())
    except UnreadableFileError as error:
        raise Refusal(str(error)) from None
    directory = Directory(db.session)
    for entry in entries:
        directory.publish(entry.name, region=entry.region, departement=entry.departement)
    db.session.commit()
    click.echo(f"{len(entries)} CLSM dans le fichier, {len(directory.entries)} dans l’annuaire.")
