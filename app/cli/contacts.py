"""`flask contacts import`: the same reading, the same plan and the same report as on the page."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.files import read_file, tell, write_refusals
from app.cli.refusal import Refusal
from app.extensions import db
from app.services import contact_files, contact_imports
from app.services.columns import Choices
from app.services.contact_words import Lexicon

group = AppGroup("contacts", help="Les personnes à qui écrire.")


@group.command("import")
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profil", default="", help="Profil des lignes qui n’en disent pas.")
@click.option("--essai", is_flag=True, help="Dire ce qui se passerait, sans rien importer.")
@click.option(
    "--refus",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Écrire les lignes refusées dans ce fichier.",
)
def import_file(fichier: Path, profil: str, essai: bool, refus: Path | None) -> None:
    """Importer un fichier CSV ou XLSX : courriel, nom, profil et, si possible, clsm et région."""
    lexicon = Lexicon.of(current_app.extensions["questionnaires"])
    if profil and profil not in {each.id for each in lexicon.audiences}:
        raise Refusal(f"Profils possibles : {', '.join(each.id for each in lexicon.audiences)}.")
    sheet, rows = read_file(
        fichier, lambda data: contact_files.parse(data, lexicon, audience=profil)
    )
    planned = contact_imports.plan(db.session, rows)
    if not essai:
        contact_imports.carry_out(db.session, planned)
        db.session.commit()
    if refus is not None:
        write_refusals(refus, sheet, planned)
    left = contact_files.ignored(sheet, Choices(contact_files.COLUMNS.guess(sheet.titles)))
    click.echo("\n".join(tell(sheet, planned, left, is_done=not essai)))
    if all(row.wanted is None for row in rows):
        raise Refusal("Aucune ligne n’a pu être lue.")
