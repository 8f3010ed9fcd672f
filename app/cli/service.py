"""`flask setup`, `flask start`, `flask worker`: from a fresh checkout to a service that answers."""

import logging
import sys
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_security import hash_password

from app import supervisor, task_queue
from app.cli.pipeline import need_tagger
from app.cli.refusal import Refusal
from app.database import is_migrated, is_reachable, migrate
from app.extensions import db
from app.models import RoleName
from app.services import accounts, drafts, encrypted_rows
from app.services.periods import periods

UNREACHABLE = "La base de données ne répond pas : vérifiez DATABASE_URL, et que son serveur tourne."
UNMIGRATED = "La base de données n’est pas à jour : lancez « flask setup » d’abord."
WRONG_KEYS = (
    "DATA_KEYS n’ouvre pas ce qui est chiffré dans la base : "
    "remettez les clés d’avant, derrière la nouvelle s’il y en a une."
)


@click.command()
@with_appcontext
def setup() -> None:
    """Mettre la base à jour et, la première fois, ouvrir le compte d’administration."""
    _need_database()
    instance = Path(current_app.config["INSTANCE_PATH"])
    migrate(db.engine, lock=instance / "migration.lock")
    accounts.ensure_roles(db.session)
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
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)  # our tasks say themselves what they did
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    consumer = app.extensions["huey"].create_consumer(workers=1, periodic=True)
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
