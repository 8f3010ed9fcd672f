"""`flask export`: what leaves for other programs, as from the page, and as big as it may be."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from flask import current_app

from app import pipelines
from app.cli.files import TAKEN, new
from app.cli.refusal import Refusal
from app.extensions import db
from app.services import export_filters, export_packages, export_traces
from app.services.export_packages import Package
from app.services.export_writers import MAIN
from app.services.exports import Codings, Kind, Tally, Wanted

HELP = {
    "profil": "Ce profil seulement (elu, usager…).",
    "canal": "questionnaire ou entretien.",
    "theme": "Ceux qui portent ce thème.",
    "mots": "Ceux où se trouvent ces mots.",
}


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the filters of the pages, by the same names."""
    for name in reversed(export_filters.NAMES.values()):
        help_ = HELP.get(name, "Comme dans l’adresse de la page.")
        command = click.option(f"--{name}", name, default="", help=help_)(command)
    return command


@click.command("export")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("out", metavar="SORTIE", type=click.Path(path_type=Path))
@click.option(
    "--brut", is_flag=True, help="Les mots tels quels, sans pseudonymes. Laisse une trace."
)
@click.option("--memos", is_flag=True, help="Avec les mémos.")
@click.option(
    "--codages",
    type=click.Choice([each.value for each in Codings]),
    default=Codings.STANDING.value,
    help="Lesquels\u00a0: tous (sauf les rejetés), gardes, rejetes (tous, rejetés compris), aucun.",
)
@click.option(
    "--thematique", is_flag=True, help="IRaMuTeQ\u00a0: la question avant chaque réponse."
)
@_filters
def export(
    kind: str,
    out: Path,
    *,
    brut: bool,
    memos: bool,
    codages: str,
    thematique: bool,
    **given: str,
) -> None:
    """Exporter les témoignages, pseudonymisés, avec leurs codages.

    SORTIE finit par .zip\u00a0: une archive. Par l’extension du format (x.csv, x.qdpx…)\u00a0: ce
    fichier, les autres à côté. Sinon\u00a0: un dossier. Rien n’est jamais écrasé.
    """
    try:
        filters = export_filters.filters(given)
    except export_filters.BadFilterError as error:
        raise Refusal(str(error)) from None
    wanted = Wanted(
        kind=Kind(kind),
        filters=filters,
        codings=Codings(codages),
        has_memos=memos,
        is_raw=brut,
        is_thematic=thematique,
    )
    _check(out)
    named = _beside(out) if _is_file(out, wanted.kind) else str
    library, codebook = current_app.extensions["questionnaires"], pipelines.codebook()
    with export_packages.made(db.session, wanted, library, codebook, named) as package:
        _check_each(package, out)
        db.session.commit()  # what was read is over: the trace waits for no other writer
        export_traces.record(db.session, wanted, package.tally, account_id=None)
        db.session.commit()
        placed = list(_place(package, out))
    click.echo("\n".join([*_told(wanted.kind, package.tally), *placed]))


def _is_file(out: Path, kind: Kind) -> bool:
    return out.suffix.lower() == Path(MAIN[kind]).suffix


def _beside(out: Path) -> Callable[[str], str]:
    """Name the main file as it was asked, and the others after it."""
    mains = set(MAIN.values())
    return lambda name: out.name if name in mains else f"{out.stem}.{name}"


def _check(out: Path) -> None:
    if not out.parent.is_dir():
        raise Refusal(f"Le dossier {out.parent} n’existe pas.")
    if out.is_dir() and not out.suffix and not any(out.iterdir()):
        return
    if out.exists() or out.is_symlink():
        raise Refusal(TAKEN.format(out))


def _folder(package: Package, out: Path) -> Path:
    return out.parent if _is_file(out, package.wanted.kind) else out


def _check_each(package: Package, out: Path) -> None:
    """Refuse before anything is written, or said to have left. Raises Refusal."""
    folder = _folder(package, out)
    taken = [folder / name for name in package.files if (folder / name).exists()]
    if taken and out.suffix.lower() != ".zip":
        raise Refusal(TAKEN.format(taken[0]))


def _place(package: Package, out: Path) -> Iterator[str]:
    """Write the files, all or none of them, readable by their owner alone."""
    if out.suffix.lower() == ".zip":
        with new(out) as stream:
            export_packages.zipped(package, stream)
        yield f"{export_packages.checksum_of(out)}  {out}"
        return
    folder = _folder(package, out)
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in package.files:
        with new(folder / name) as stream:
            for piece in package.pieces(name):
                stream.write(piece)
    yield from (f"{digest}  {folder / name}" for name, digest in package.checksums.items())


def _told(kind: Kind, tally: Tally) -> list[str]:
    if kind is Kind.QDC:
        return ["Grille exportée."]
    return [
        f"Témoignages\u00a0: {tally.testimonies}. Réponses\u00a0: {tally.answers}. "
        f"Codages\u00a0: {tally.codings}. Mémos\u00a0: {tally.memos}.",
        f"Laissés de côté\u00a0: {tally.unconfirmed} à relire (données personnelles), "
        f"{tally.without_consent} sans accord.",
    ]
