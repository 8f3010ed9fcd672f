"""`flask themes`: have the pipeline read what waits, or learn from what was decided."""

import sys
import uuid
from collections.abc import Iterator

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from analysis.chart_text import percent
from app import pipelines
from app.cli.pipeline import need_tagger
from app.cli.refusal import Refusal
from app.extensions import db
from app.models import Act, ThemeVersion, VersionState
from app.presentation import plural
from app.services import audit, decisions, tagging, theme_versions
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
    if everything:
        tagging.ask_again(db.session)
        db.session.commit()
    read, added = 0, 0
    total = tagging.count_waiting(db.session)
    for testimony_id in _waiting():
        added += pipelines.read_or_leave(testimony_id)
        read += 1
        _show_reading(read, total)
    click.echo(
        f"{plural(read, 'témoignage lu', 'témoignages lus')}, "
        f"{plural(added, 'suggestion nouvelle', 'suggestions nouvelles')} ({suggester.origin})."
    )


def _waiting() -> Iterator[uuid.UUID]:
    """Yield what waits: first what no worker is at, then what is left, whoever is at it.

    A worker that was killed may have left a range: nobody waits here for its lease to end.
    """
    for number in tagging.ranges(db.session):
        chain = tagging.begin(db.session, number)
        db.session.commit()
        if chain is not None:
            yield from _in_range(number, chain)
            tagging.finish(db.session, chain)
            db.session.commit()
    for number in tagging.ranges(db.session):
        yield from _in_range(number, None)


def _in_range(number: int, chain: tagging.Chain | None) -> Iterator[uuid.UUID]:
    after: uuid.UUID | None = None
    tagging.mark(db.session, number)
    while ids := tagging.waiting(db.session, number, after):
        if chain is not None:
            tagging.go_on(db.session, chain)
        db.session.commit()
        yield from ids
        after = ids[-1]


def _show_reading(read: int, total: int) -> None:
    if sys.stderr.isatty() and (read % 20 == 0 or read == total):
        click.echo(f"\r{read} témoignages lus sur {total}", err=True, nl=read == total)


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
    audit.record(db.session, Act.DESK_DONE, version.id, detail="theme_versions.train")
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
        f"Version {version.name}, apprise de "
        f"{plural(version.learnt or 0, 'décision', 'décisions')}.",
        f"Sur {plural(apart['decisions'], 'décision mise', 'décisions mises')} à part "
        f"({plural(apart['testimonies'], 'témoignage', 'témoignages')}) :",
    ]
    for name, each in (("en usage", figures["in_use"]), ("nouvelle", apart)):
        lines.append(
            f"  {name} ({each['origin']}) : "
            f"{plural(each['right'], 'suggestion juste', 'suggestions justes')} sur "
            f"{each['suggested']} ({percent(each['precision'])}), "
            f"{plural(each['right'], 'thème retrouvé', 'thèmes retrouvés')} sur "
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
        if changed:
            audit.record(db.session, Act.DESK_DONE, detail="theme_versions.use")
        db.session.commit()
    except theme_versions.NotReadyError:
        raise Refusal(f"La version {name} n’est pas prête.") from None
    except IntegrityError:
        raise Refusal("Quelqu’un vient de changer la version en usage.") from None
    if not changed:
        click.echo("Elle est déjà en usage.")
        return
    sweep_untagged.enqueue()
    stale = tagging.count_to_read_again(db.session)
    click.echo(f"En usage. Témoignages que le travail en file va relire : {stale}.")


@themes.command(name="list")
def list_() -> None:
    """Dire les versions apprises, et laquelle est en usage."""
    versions = theme_versions.every(db.session)
    for version in versions:
        state = "en usage" if version.is_in_use else STATES[version.state]
        learnt = plural(version.learnt or 0, "décision", "décisions")
        click.echo(f"{version.name} : {state}, {learnt}")
    is_original = not any(version.is_in_use for version in versions)
    click.echo(f"{ORIGIN} : {'en usage' if is_original else 'prête'}")
