"""`flask themes`: have the pipeline read what waits, or learn from what was decided."""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from analysis.chart_text import percent
from app import pipelines
from app.cli.pipeline import need_tagger
from app.cli.refusal import Refusal
from app.extensions import db
from app.models import ThemeVersion, VersionState
from app.services import decisions, testimonies, theme_versions
from app.tasks import sweep_untagged

ORIGIN = "origine"
STATES = {
    VersionState.TRAINING: "apprentissage en cours",
    VersionState.READY: "prête",
    VersionState.FAILED: "échouée",
}

themes = AppGroup("themes", help="Les thèmes proposés par la chaîne d’analyse.")


@themes.command()
@click.option("--all", "everything", is_flag=True, help="Relire aussi ce qui a déjà été lu.")
def tag(*, everything: bool) -> None:
    """Lire les témoignages en attente. Les décisions humaines ne changent jamais."""
    suggester = need_tagger()
    ids = (
        testimonies.all_ids(db.session) if everything else testimonies.waiting_for_tags(db.session)
    )
    added = sum(pipelines.read(testimony_id, again=everything) for testimony_id in ids)
    click.echo(f"{len(ids)} témoignages lus, {added} suggestions nouvelles ({suggester.origin}).")


@themes.command()
def train() -> None:
    """Apprendre des suggestions acceptées et rejetées une nouvelle version, sans l’utiliser."""
    need_tagger()
    try:
        version = theme_versions.ask(db.session, decisions.count(db.session), by=None)
    except theme_versions.TooFewDecisionsError as error:
        raise Refusal(str(error)) from None
    except theme_versions.AlreadyTrainingError:
        raise Refusal("Un apprentissage est déjà en cours : attendez qu’il finisse.") from None
    db.session.commit()
    pipelines.train(version.id, _show_progress)
    db.session.refresh(version)
    if version.state != VersionState.READY:
        raise Refusal(version.failure or "L’apprentissage a été repris par un autre processus.")
    click.echo(_compared(version))


def _show_progress(share: float) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rApprentissage : {round(100 * share)} %", err=True, nl=share >= 1)


def _compared(version: ThemeVersion) -> str:
    figures = version.figures or {}
    apart = figures["new"]
    lines = [
        f"Version {version.name}, apprise de {version.learnt} décisions.",
        f"Sur {apart['decisions']} décisions mises à part ({apart['testimonies']} témoignages) :",
    ]
    for name, each in (("en usage", figures["in_use"]), ("nouvelle", apart)):
        lines.append(
            f"  {name} ({each['origin']}) : "
            f"{each['right']} suggestions justes sur {each['suggested']} "
            f"({percent(each['precision'])}), {each['right']} thèmes retrouvés sur "
            f"{each['given']} ({percent(each['recall'])}), "
            f"F1 {percent(each['f1'])}"
        )
    lines.append(f"Pour la mettre en usage : flask themes use {version.name}")
    return "\n".join(lines)


@themes.command()
@click.argument("name", metavar="VERSION")
def use(name: str) -> None:
    """Mettre une version en usage (« origine » : celle d’origine), et faire tout relire."""
    version = None if name == ORIGIN else theme_versions.find(db.session, name)
    if version is None and name != ORIGIN:
        raise Refusal(f"Aucune version ne s’appelle « {name} » : voyez « flask themes list ».")
    if version is not None and not pipelines.version_folder(version.name).is_dir():
        raise Refusal(f"Les fichiers manquent : {pipelines.version_folder(version.name)}.")
    try:
        changed = theme_versions.use(db.session, version, by=None)
        db.session.commit()
    except theme_versions.NotReadyError:
        raise Refusal(f"La version {name} n’est pas prête.") from None
    except IntegrityError:
        raise Refusal("Quelqu’un vient de changer la version en usage.") from None
    if not changed:
        click.echo("Elle est déjà en usage.")
        return
    sweep_untagged.enqueue()
    stale = theme_versions.count_stale(db.session)
    click.echo(f"En usage. Témoignages que le travail en file va relire : {stale}.")


@themes.command(name="list")
def list_() -> None:
    """Dire les versions apprises, et laquelle est en usage."""
    versions = theme_versions.every(db.session)
    for version in versions:
        state = "en usage" if version.is_in_use else STATES[version.state]
        click.echo(f"{version.name} : {state}, {version.learnt or 0} décisions")
    is_original = not any(version.is_in_use for version in versions)
    click.echo(f"{ORIGIN} : {'en usage' if is_original else 'prête'}")
