"""`flask clsms import`: the directory of CLSMs that the questionnaires offer."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.files import read_file, tell
from app.cli.refusal import Refusal
from app.extensions import db
from app.models import Act
from app.services import audit, clsm_files, clsm_imports
from app.services import clsms as service

clsms = AppGroup("clsms", help="L’annuaire des CLSM, proposé dans les questionnaires.")


@clsms.command("import")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(fichier: Path) -> None:
    """Importer un fichier CSV ou XLSX : nom et, si possible, région et département."""
    sheet, rows = read_file(fichier, clsm_files.parse)
    planned = clsm_imports.plan(db.session, rows)
    clsm_imports.carry_out(db.session, planned)
    if planned.additions or planned.completions:
        audit.record(db.session, Act.DESK_DONE, detail="clsms.carry_out")
    db.session.commit()
    click.echo("\n".join(tell(sheet, planned, [], is_done=True)))
    click.echo(f"{service.count(db.session)} CLSM dans l’annuaire.")
    if all(row.wanted is None for row in rows):
        raise Refusal("Aucune ligne n’a pu être lue.")
