"""`flask demo`: an empty database becomes a whole fictional call, with someone for each room."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_security import hash_password

from app.cli.pipeline import need_tagger
from app.cli.refusal import Refusal
from app.extensions import db
from app.models import RoleName
from app.services import accounts, fictional_call

FOLDER = Path(__file__).resolve().parent.parent.parent / "demo"
PEOPLE = (
    ("equipe@recueil.example", "Samir Lefebvre", RoleName.STAFF),
    ("recherche@recueil.example", "Claire Morvan", RoleName.RESEARCHER),
)


@click.command()
@with_appcontext
def demo() -> None:
    """Remplir une base vide d’un appel fictif : témoignages, thèmes, contacts, campagne."""
    library = current_app.extensions["questionnaires"]
    try:
        filled = fictional_call.fill(db.session, library, need_tagger(), FOLDER)
    except fictional_call.NotEmptyError:
        raise Refusal(
            "La base contient déjà des témoignages, des contacts ou une campagne : "
            "rien n’a été ajouté. Pour une base vide : INSTANCE_PATH=autre/dossier make demo"
        ) from None
    passwords = [
        (
            email,
            accounts.create(
                db.session, email=email, name=name, roles=[role], hash_password=hash_password
            ),
        )
        for email, name, role in PEOPLE
        if accounts.find(db.session, email) is None
    ]
    db.session.commit()
    click.echo(
        f"{filled.testimonies} témoignages, {filled.suggestions} suggestions de thèmes, "
        f"{filled.contacts} contacts, {filled.invitations} invitations. Tout est fictif."
    )
    for email, password in passwords:
        click.echo(f"  {email} : mot de passe à usage unique {password}")
