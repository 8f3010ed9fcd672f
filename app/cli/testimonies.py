"""`flask testimonies`: what is done at somebody's request, and what comes back from elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from analysis.exchange import project as qda
from analysis.exchange.refi_qda import Bounds, UnreadableProjectError, read
from app import pipelines
from app.cli import testimony_lines
from app.cli.refusal import Refusal
from app.extensions import db
from app.services import qdpx_imports, qdpx_previews, receipts, search_index
from app.services import testimonies as service
from app.services.qdpx_plans import Choices, Fate, Plan
from app.tasks import sweep_untagged

GIGABYTE = 1024**3
BOUNDS = Bounds(description=2 * GIGABYTE, texts=8 * GIGABYTE, entries=1_000_000)
FATES = {
    Fate.ADDED: "ajoutés",
    Fate.PROPOSED: "remis comme propositions",
    Fate.ACCEPTED: "proposés ici, acceptés",
    Fate.KNOWN: "déjà ici",
    Fate.OTHERWISE: "rejetés ou corrigés ici, inchangés",
    Fate.PASSED: "rejetés là-bas ou propositions passées, laissés",
    Fate.NO_CODE: "sous un code inconnu, laissés",
    Fate.NO_ANSWER: "hors des réponses, laissés",
    Fate.NO_SOURCE: "dans un texte laissé de côté",
}

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


@testimonies.command()
@click.option("--all", "everything", is_flag=True, help="Refaire aussi ce qui l’est déjà.")
def index(*, everything: bool) -> None:
    """Préparer la recherche de mots dans les témoignages qui ne le sont pas encore."""
    ids = service.all_ids(db.session) if everything else search_index.missing(db.session)
    prepared = 0
    for testimony_id in ids:
        prepared += 1
        if service.hold(db.session, testimony_id):
            search_index.write(db.session, testimony_id)
        db.session.commit()
    search_index.scrub(db.session)
    db.session.commit()
    click.echo(f"Témoignages préparés : {prepared}.")


@testimonies.command("import")
@click.argument(
    "fichier", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option(
    "--accord",
    is_flag=True,
    help="Les personnes des textes inconnus ont accepté de participer\u00a0: je le sais.",
)
@click.option(
    "--questionnaire",
    default="",
    metavar="NOM.vN",
    help="Celui des textes qui ne disent pas le leur (entretien_elu.v1).",
)
@click.option(
    "--code",
    "codes",
    multiple=True,
    metavar="NOM=THÈME",
    help="À quel thème correspond un code inconnu.",
)
@click.option(
    "--rejets",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Où écrire les lignes refusées d’un .jsonl\u00a0; sinon, à côté du fichier.",
)
@click.option("--essai", is_flag=True, help="Dire ce qui se passerait, sans rien importer.")
def import_file(
    fichier: Path,
    *,
    accord: bool,
    questionnaire: str,
    codes: tuple[str, ...],
    rejets: Path | None,
    essai: bool,
) -> None:
    """Importer des témoignages ou des codages.

    Un .jsonl que Recueil a exporté (ou .jsonl.gz, ou - pour l’entrée standard)\u00a0: un témoignage
    par ligne, autant qu’il y en a. Ceux qui sont déjà ici restent tels quels\u00a0: arrêtée, la
    même commande reprend. Les lignes refusées vont dans un fichier, à corriger puis à importer.

    Un projet REFI-QDA (.qdpx)\u00a0: les codages faits ailleurs, et leurs textes.
    """
    if testimony_lines.is_lines(fichier):
        _import_lines(fichier, accord, questionnaire, codes, rejets, essai)
        return
    project = _read(fichier)
    choices = Choices(_codes(project, codes), accord, questionnaire)
    qdpx_imports.hold(db.session, project)
    library, codebook = current_app.extensions["questionnaires"], pipelines.codebook()
    planned = qdpx_previews.plan(db.session, project, library, codebook, choices)
    if essai:
        db.session.rollback()
    else:
        _carry_out(project, planned)
    click.echo("\n".join(_told(project, planned, is_done=not essai)))
    if not planned.found and not planned.made:
        raise Refusal("Aucun texte de ce projet ne mène à un témoignage.")


def _import_lines(
    path: Path,
    accord: bool,
    questionnaire: str,
    codes: tuple[str, ...],
    rejects: Path | None,
    is_trial: bool,
) -> None:
    if codes:
        raise Refusal("--code n’a de sens qu’avec un projet .qdpx.")
    if not accord and not is_trial:
        raise Refusal(testimony_lines.NO_CONSENT)
    testimony_lines.import_lines(path, rejects, questionnaire, is_trial=is_trial)


def _read(path: Path) -> qda.Project:
    try:
        with path.open("rb") as stream:
            return read(stream, BOUNDS)
    except UnreadableProjectError as error:
        raise Refusal(str(error)) from None


def _codes(project: qda.Project, said: tuple[str, ...]) -> dict[str, str]:
    """Return what each named code is, by its GUID. Raises Refusal."""
    known = {theme.id for theme in pipelines.codebook().themes}
    found = {}
    for each in said:
        name, _, theme = each.rpartition("=")
        guids = [guid for guid, code in project.codes.items() if code.name == name]
        if not guids:
            raise Refusal(f"Aucun code de ce projet ne s’appelle «\u00a0{name}\u00a0».")
        if theme not in known:
            raise Refusal(f"Aucun thème ne s’appelle «\u00a0{theme}\u00a0».")
        found[str(guids[0])] = theme
    return found


def _carry_out(project: qda.Project, planned: Plan) -> None:
    try:
        qdpx_imports.carry_out(db.session, project, planned, by=None)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Refusal("Quelqu’un importait au même moment\u00a0: rien n’a changé.") from None
    if planned.made:
        sweep_untagged.enqueue()


def _told(project: qda.Project, planned: Plan, *, is_done: bool) -> Iterator[str]:
    if not is_done:
        yield "Essai\u00a0: rien n’est importé. Voici ce qui se passerait."
    yield (
        f"Textes\u00a0: {len(planned.found)} déjà ici, {len(planned.made)} entrés, "
        f"{len(planned.lost)} laissés de côté."
    )
    for fate, words in FATES.items():
        if planned.counts[fate]:
            yield f"Codages {words}\u00a0: {planned.counts[fate]}."
    for code in planned.codes:
        yield f"Code inconnu\u00a0: «\u00a0{code.name}\u00a0» ({code.count} codages)."
    for each in planned.lost:
        yield f"«\u00a0{each.source.name}\u00a0»\u00a0: {each.reason}"
    yield from project.told
