"""`flask setup`, `flask start`, `flask worker`: from a fresh checkout to a service that answers."""

import sys
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_security import hash_password
from sqlalchemy.exc import OperationalError

from app import supervisor, task_queue
from app.cli.pipeline import need_tagger
from app.cli.refusal import Refusal
from app.database import alone, is_busy, is_migrated, is_reachable, migrate
from app.extensions import db
from app.models import RoleName
from app.observation.beating import beating
from app.services import accounts, drafts, encrypted_rows
from app.services.periods import periods
from app.tasks import draw_missing_digests, sweep_unindexed

UNREACHABLE = "La base de données ne répond pas : vérifiez DATABASE_URL, et que son serveur tourne."
UNMIGRATED = "La base de données n’est pas à jour : lancez « flask setup » d’abord."
BUSY = (
    "La base de données n’a pas pu être mise à jour\u00a0: une table est tenue depuis dix minutes, "
    "par une sauvegarde ou un export sans doute. Le site, lui, n’a pas cessé de répondre. "
    "Attendez la fin, puis relancez «\u00a0flask setup\u00a0»."
)
WRONG_KEYS = (
    "DATA_KEYS n’ouvre pas ce qui est chiffré dans la base : "
    "remettez les clés d’avant, derrière la nouvelle s’il y en a une."
)


@click.command()
@with_appcontext
def setup() -> None:
    """Mettre la base à jour et, la première fois, ouvrir le compte d’administration."""
    _need_database()
    lock = Path(current_app.config["INSTANCE_PATH"]) / "migration.lock"
    _migrate(lock)
    sweep_unindexed()  # before anybody searches: what was written by an older version
    draw_missing_digests()  # of an installation older than digests
    with alone(db.engine, lock=lock):
        _open_first_account()


def _migrate(lock: Path) -> None:
    try:
        migrate(db.engine, lock=lock)
    except OperationalError as error:
        if not is_busy(error.orig):
            raise
        raise Refusal(BUSY) from error


def _open_first_account() -> None:
    accounts.ensure_roles(db.session)
    db.session.commit()
    if accounts.has_administrator(db.session):
        db.session.commit()
        return
    address = current_app.config["ADMIN_EMAIL"]
    password = accounts.create(
        db.session, email=address, roles=[RoleName.ADMINISTRATOR], hash_password=hash_password
    )
    db.session.commit()
    click.echo(
        f"\n  Compte d’administration : {address}\n  Mot de passe à usage unique : {password}\n"
        "  Il ne sera plus montré. Vous en choisirez un autre en vous connectant.\n"
    )


@click.command()
@with_appcontext
def start() -> None:
    """Lancer le site, le travail en file et, sans MAIL_SERVER, la boîte aux lettres locale."""
    _need_all()
    _say_what_the_notice_lacks()
    for taken in supervisor.taken_ports(current_app.config):
        raise Refusal(taken)
    sys.exit(supervisor.run(current_app.config))


@click.command()
@with_appcontext
def worker() -> None:
    """Lancer le travail en file : lecture des témoignages, envoi des messages."""
    _need_all()
    need_tagger()  # now rather than at the first testimony, where nobody would see what is wrong
    db.session.rollback()  # what was read for it would be held as long as the worker works
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    consumer = app.extensions["huey"].create_consumer(workers=1, periodic=True)
    with beating(db.engine):
        consumer.run()


def _say_what_the_notice_lacks() -> None:
    """Name, in production, the settings without which people are not told all they must be."""
    missing = current_app.config["ORGANISATION"].missing
    if current_app.config["IS_PRODUCTION"] and missing:
        click.echo(
            f"La page « Vos données » est incomplète : donnez {', '.join(missing)} "
            "(voir le README, « En production »).",
            err=True,
        )


def _need_database() -> None:
    if not is_reachable(db.engine):
        raise Refusal(UNREACHABLE)


def _need_all() -> None:
    _need_database()
    if not is_migrated(db.engine):
        raise Refusal(UNMIGRATED)
    if not encrypted_rows.can_be_opened(db.session):
        raise Refusal(WRONG_KEYS)
    gone = drafts.missing_versions(db.session, current_app.extensions["questionnaires"])
    if gone:
        raise Refusal(
            f"Des personnes ont commencé un questionnaire qui n’est plus là ({', '.join(gone)}) : "
            f"remettez ce fichier parmi les définitions, au moins {periods.of.drafts}."
        )
    db.session.rollback()
    if not task_queue.is_answering(current_app.extensions["huey"]):
        raise Refusal(task_queue.UNREACHABLE)
