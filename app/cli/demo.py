"""`flask demo`: an empty database becomes a whole fictional call, with someone for each room."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_security import hash_password

from app import pipelines
from app.cli.pipeline import need_tagger
from app.cli.refusal import Refusal
from app.extensions import db
from app.models import RoleName
from app.services import accounts, fictional_call, fictional_research
from app.services.codings import Suggester
from app.services.guide_names import Names

FOLDER = Path(__file__).resolve().parent.parent.parent / "demo"
PEOPLE = (
    ("equipe@recueil.example", "Samir Lefebvre", RoleName.STAFF),
    ("recherche@recueil.example", "Claire Morvan", RoleName.RESEARCHER),
    ("codage@recueil.example", "Nadia Ferrand", RoleName.RESEARCHER),
)


@click.command()
@with_appcontext
def demo() -> None:
    """Remplir une base vide d’un appel fictif : témoignages, codages, citations, contacts."""
    library = current_app.extensions["questionnaires"]
    suggester = need_tagger()
    try:
        filled = fictional_call.fill(db.session, library, suggester, FOLDER)
    except fictional_call.NotEmptyError:
        raise Refusal(
            "La base contient déjà des témoignages, des contacts ou une campagne : "
            "rien n’a été ajouté. Pour une base vide : INSTANCE_PATH=autre/dossier make demo"
        ) from None
    passwords = _open_accounts()
    done = fictional_research.carry_out(
        db.session, filled.named, _team(suggester), FOLDER / "research.yml"
    )
    db.session.commit()
    click.echo(
        f"{filled.testimonies} témoignages, {filled.suggestions} suggestions de thèmes, "
        f"{filled.contacts} contacts, {filled.invitations} invitations. Tout est fictif."
    )
    click.echo(
        f"{done.decisions} décisions, 2 codages à l’aveugle, {done.quotations} passages choisis."
    )
    for email, password in passwords:
        click.echo(f"  {email} : mot de passe à usage unique {password}")


def _open_accounts() -> list[tuple[str, str]]:
    """Open the accounts that are missing; return each with its one-time password."""
    return [
        (
            email,
            accounts.create(
                db.session, email=email, name=name, roles=[role], hash_password=hash_password
            ),
        )
        for email, name, role in PEOPLE
        if accounts.find(db.session, email) is None
    ]


def _team(suggester: Suggester) -> fictional_research.Team:
    from analysis.sentence_cutting import splitter  # noqa: PLC0415 - it loads spaCy

    emails = [email for email, _, role in PEOPLE if role is RoleName.RESEARCHER]
    found = [accounts.find(db.session, email) for email in emails]
    return fictional_research.Team(
        coders=[each.id for each in found if each is not None],
        suggester=suggester,
        sentences=splitter(),
        names=Names.of(
            current_app.extensions["questionnaires"],
            {theme.id: theme.label for theme in pipelines.codebook().themes},
        ),
    )
