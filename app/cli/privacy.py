"""`flask privacy purge`: what has been kept long enough, said rule by rule, then erased."""

import os
from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.refusal import Refusal
from app.extensions import db
from app.presentation import day, number, plural
from app.services import retention, survivors
from app.services.retention_rules import Rule
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


@privacy.command("survivors")
@click.argument("sortie", type=click.Path(dir_okay=False, path_type=Path))
def list_survivors(sortie: Path) -> None:
    """Écrire la liste de ce qui vit ici, sans contenu, pour « flask restore --survivors »."""
    draft = sortie.with_name(f".{sortie.name}.partial")
    try:
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        with draft.open("w", encoding="utf-8") as out:
            for line in survivors.written(db.session):
                out.write(f"{line}\n")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(sortie)  # the list of a moment ago is of no use any more
    except OSError as error:
        raise Refusal(
            f"«\u00a0{sortie}\u00a0» ne peut pas être écrit\u00a0: {error.strerror}."
        ) from None
    click.echo(f"Liste écrite\u00a0: {sortie}")
