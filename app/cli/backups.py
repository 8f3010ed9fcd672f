"""`flask backup`, `flask restore`, `flask backup-keys`: leaving with all of it, and coming back."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from pyrage import x25519

from app.archives import manifests, restoring, sealing, writing
from app.archives.manifests import Manifest
from app.archives.restoring import Place
from app.archives.sealing import ArchiveError
from app.cli.refusal import Refusal
from app.database import is_migrated, is_reachable, migrate
from app.extensions import db
from app.models import Act
from app.presentation import moment, number, plural
from app.services import audit, audit_checks, backups, restorations, survivors
from app.services.survivors import Listed, SurvivorsError

FILE = click.Path(dir_okay=False, path_type=Path)
IDENTITY = click.option(
    "--identity", type=FILE, help="Le fichier de la clé secrète, que « flask backup-keys » a fait."
)


@click.command()
@click.argument("sortie", type=FILE)
@click.option(
    "--to", "key", metavar="CLÉ", help="La clé publique (« age1… »)\u00a0; sinon BACKUP_KEY."
)
@click.option(
    "--verify",
    is_flag=True,
    help="Restaurer à blanc, comparer, effacer\u00a0; une sauvegarde déjà faite, telle quelle.",
)
@IDENTITY
@with_appcontext
def backup(sortie: Path, *, key: str | None, verify: bool, identity: Path | None) -> None:
    """Sauvegarder tout, pendant que le service tourne, dans un fichier chiffré pour une clé."""
    try:
        keys = _identities(identity) if verify else []
        if not (verify and sortie.exists() and not key):
            _make(sortie, key or current_app.config["BACKUP_KEY"])
        if verify:
            _verify(sortie, keys)
    except (ArchiveError, OSError) as error:
        raise Refusal(_why(error)) from None


def _make(out: Path, key: str | None) -> None:
    if not key:
        raise Refusal(
            "Donnez la clé publique à laquelle chiffrer, par --to ou BACKUP_KEY "
            "(« flask backup-keys FICHIER » fait une paire de clés)."
        )
    if not is_reachable(db.engine):
        raise Refusal("La base de données ne répond pas\u00a0: vérifiez DATABASE_URL.")
    place = _place()
    made = writing.write(
        out, sealing.recipient(key), engine=db.engine, instance=place.instance, keys=place.keys
    )
    size = out.stat().st_size
    click.echo(f"Sauvegarde faite\u00a0: {out} ({number(size)} octets, {_told(made)}).")
    if is_migrated(db.engine):  # not yet where one saves before a new version's setup
        backups.record(db.session, name=out.name, made_at=made.moment, size=size, rows=made.rows)
        audit.record(db.session, Act.BACKUP_MADE, count=made.rows)
        db.session.commit()


def _verify(path: Path, keys: list[x25519.Identity]) -> None:
    held = restoring.verify(path, keys, _place())
    click.echo(
        f"Sauvegarde vérifiée\u00a0: du {moment(held.moment)}, elle se restaure et s’ouvre "
        f"({_told(held)})."
    )
    if is_migrated(db.engine):
        backups.record_verified(db.session, name=path.name, made_at=held.moment)
        db.session.commit()


def _told(manifest: Manifest) -> str:
    files = len(manifest.parts) - 1
    return (
        f"{plural(len(manifest.tables), 'table', 'tables')}, "
        f"{plural(manifest.rows, 'ligne', 'lignes')}, {plural(files, 'fichier', 'fichiers')}"
    )


@click.command()
@click.argument("sauvegarde", type=FILE)
@IDENTITY
@click.option(
    "--survivors",
    type=FILE,
    help="La liste que « flask privacy survivors » a écrite après la sauvegarde\u00a0: ce qui a "
    "été retiré ou effacé entre les deux l’est de nouveau.",
)
@with_appcontext
def restore(sauvegarde: Path, *, identity: Path | None, survivors: Path | None) -> None:
    """Restaurer une sauvegarde dans une base et un dossier vides\u00a0; rien n’est écrasé."""
    place = _place()
    db.engine.dispose()  # SQLite's file gets its name back
    try:
        keys = _identities(identity)
        listed = _read_survivors(survivors) if survivors else None
        held = restoring.restore(
            sauvegarde, keys, place, listed_at=listed.made_at if listed else None
        )
    except (ArchiveError, OSError) as error:
        raise Refusal(_why(error)) from None
    click.echo(f"Restauré\u00a0: la sauvegarde du {moment(held.moment)} ({_told(held)}).")
    if restoring.is_older(held):
        click.echo("Elle vient d’une version plus ancienne\u00a0: la base est mise à jour.")
    # Whatever its version: a migration that adds nothing here costs nothing.
    migrate(db.engine, lock=place.instance / "migration.lock")
    _calm(held, listed)
    _say_what_is_next(held, place, listed)


def _read_survivors(path: Path) -> Listed:
    try:
        with path.open(encoding="utf-8") as lines:
            return survivors.read(lines)
    except (OSError, UnicodeDecodeError, SurvivorsError) as error:
        raise Refusal(str(error)) from None


def _calm(held: Manifest, listed: Listed | None) -> None:
    """Have the database send nothing twice and keep nothing that was erased since."""
    waiting = restorations.hold_messages(db.session)
    audit_checks.begin_again(db.session)
    db.session.commit()
    audit_checks.note_again(db.session)
    if listed is not None:
        erased = survivors.keep_only(db.session, listed)
        db.session.commit()
        click.echo(f"Effacé de nouveau\u00a0: {plural(erased.total(), 'ligne', 'lignes')}.")
    click.echo(
        f"Mis en attente, car peut-être parti depuis\u00a0: "
        f"{plural(waiting.campaigns, 'campagne en pause', 'campagnes en pause')}, "
        f"{plural(waiting.notices, 'message incertain', 'messages incertains')}."
    )


def _say_what_is_next(held: Manifest, place: Place, listed: Listed | None) -> None:
    click.echo("À faire maintenant\u00a0:")
    if place.keys.secret_key != held.keys.secret_key:
        click.echo(
            f"- SECRET_KEY n’est pas celle d’alors (empreinte {held.keys.secret_key})\u00a0: "
            "remettez-la, ou chaque personne se reconnectera."
        )
    if listed is None:
        click.echo(
            f"- ce qui a été retiré, effacé ou refusé depuis le {moment(held.moment)} est "
            "revenu\u00a0: si l’ancienne base s’ouvre encore, « flask privacy survivors » puis "
            "« flask restore --survivors » l’effacent de nouveau\u00a0;"
        )
    click.echo("- « flask privacy purge »\u00a0: effacer ce dont la durée est passée depuis\u00a0;")
    click.echo("- regarder les comptes et leurs droits\u00a0: ce sont ceux d’alors\u00a0;")
    click.echo("- regarder, à l’équipe, les messages incertains et les campagnes en pause\u00a0;")
    click.echo("- lancer le service, et refaire une sauvegarde.")


@click.command()
@click.argument("fichier", type=FILE)
def backup_keys(fichier: Path) -> None:
    """Faire une paire de clés de sauvegarde\u00a0: la secrète dans FICHIER, la publique montrée."""
    try:
        public = sealing.make_identity(fichier)
    except ArchiveError as error:
        raise Refusal(str(error)) from None
    click.echo(f"Clé secrète\u00a0: {fichier}, à garder hors de cette machine.", err=True)
    click.echo(public)


def _why(error: ArchiveError | OSError) -> str:
    """Return the line to show; a full disk says so in the system's own words."""
    if isinstance(error, OSError):
        return f"Le disque refuse\u00a0: {error.strerror or error}."
    return str(error)


def _identities(path: Path | None) -> list[x25519.Identity]:
    if path is None:
        raise Refusal("Donnez le fichier de la clé secrète par --identity.")
    return sealing.identities(path)


def _place() -> Place:
    config = current_app.config
    return Place(
        url=config["DATABASE_URL"],
        instance=Path(config["INSTANCE_PATH"]),
        keys=manifests.keys_of(config["SECRET_KEY"], config["DATA_KEYS"]),
    )
