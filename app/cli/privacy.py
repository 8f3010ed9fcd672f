"""`flask privacy purge`: what has been kept long enough, said rule by rule, then erased."""

import click
from flask.cli import AppGroup

from app.extensions import db
from app.presentation import day, number, plural
from app.services import retention
from app.services.retention import Rule
from app.tasks import erase_due

privacy = AppGroup("privacy", help="Ce qui est gardé, et combien de temps.")


@privacy.command()
@click.option("--dry-run", is_flag=True, help="Dire ce qui serait effacé, sans rien effacer.")
def purge(*, dry_run: bool) -> None:
    """Effacer ce dont la durée de conservation est passée, comme chaque heure en file."""
    if dry_run:
        click.echo("Rien n’est effacé. Voici ce que chaque règle effacerait maintenant.\n")
        total = sum(_explain(rule) for rule in retention.rules())
        click.echo(f"En tout\u00a0: {number(total)} à effacer.")
        return
    total = sum(_erase(rule) for rule in retention.rules())
    click.echo(f"En tout\u00a0: {plural(total, 'ligne effacée', 'lignes effacées')}.")


def _explain(rule: Rule) -> int:
    due = retention.count_due(db.session, rule)
    click.echo(rule.sentence)
    if rule.setting:
        click.echo(f"  Réglage\u00a0: {rule.setting}")
    click.echo(f"  À effacer\u00a0: {number(due)}, {_until(rule)}\n")
    return due


def _until(rule: Rule) -> str:
    if rule.has_own_term:
        return "dont le terme, fixé à l’enregistrement, est passé."
    return f"d’avant le {day(rule.first_kept)}."


def _erase(rule: Rule) -> int:
    erased = erase_due(rule)
    if erased:
        click.echo(f"{rule.what}\u00a0: {plural(erased, 'effacé', 'effacés')}.")
    return erased
