"""`flask testimonies`: what is done at the request of somebody who testified."""

import click
from flask.cli import AppGroup

from app.cli.refusal import Refusal
from app.extensions import db
from app.services import receipts
from app.services import testimonies as service

testimonies = AppGroup("testimonies", help="Les témoignages.")


@testimonies.command()
@click.argument("reference")
@click.confirmation_option(prompt="Effacer ce témoignage et tout ce qui en a été tiré ?")
def withdraw(reference: str) -> None:
    """Effacer le témoignage de cette référence, à la demande de son autrice ou auteur."""
    testimony = service.find(db.session, reference)
    if testimony is None:
        raise Refusal(f"Aucun témoignage ne porte la référence {reference}.")
    receipts.withdraw(db.session, testimony)
    db.session.commit()
    click.echo(f"Le témoignage {reference.upper()} est effacé.")
