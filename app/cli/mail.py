"""`flask mail check`: whether mail can leave, and what the sender's domain should publish."""

import click
from flask.cli import AppGroup

from app.cli.refusal import Refusal
from app.mail import health
from app.mail.health import Finding

group = AppGroup("mail", help="L’envoi des messages.")
SIGNS = {True: "bien", False: "À REPRENDRE", None: "à vérifier"}


@group.command("check")
@click.option("--a", "to", metavar="ADRESSE", help="Envoyer aussi un message d’essai.")
def check(to: str | None) -> None:
    """Essayer le serveur de messagerie, pas à pas, et dire ce que le domaine doit publier."""
    tried = health.try_server(to=to)
    for finding in [*tried, *health.advice()]:
        click.echo(_line(finding))
    if any(finding.is_well is False for finding in tried):
        raise Refusal("L’envoi ne fonctionne pas.")


def _line(finding: Finding) -> str:
    return f"{finding.title} ({SIGNS[finding.is_well]}) : {finding.words}"
