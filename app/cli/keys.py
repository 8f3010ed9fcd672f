"""`flask keys`: what is encrypted, under which key; and written again with the newest."""

import sys
from collections import Counter
from collections.abc import Iterator

import click
from flask.cli import AppGroup
from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError, OperationalError

from app.cli.refusal import Refusal
from app.cli.service import UNMIGRATED
from app.database import is_migrated
from app.extensions import db
from app.models import Act
from app.models.encryption import key_ring
from app.presentation import number, plural
from app.services import audit, audit_chains, audit_checks, key_rotation, look_up_keys
from app.services.key_rotation import Batch

TRIES = 5  # for a batch that meets somebody else's writing
PASSES = 10
UNREADABLE = (
    "{} avec aucune des clés de DATA_KEYS\u00a0: rien n’y a été touché. Remettez la clé qui "
    "manque, à la fin de DATA_KEYS, puis relancez la commande. Ne retirez aucune clé."
)
BROKEN = (
    "Tout est chiffré avec la clé la plus récente, mais le journal est rompu\u00a0: {}. "
    "Ne retirez encore aucune clé\u00a0: elles seules disent jusqu’où il est sûr."
)
BUSY = (
    "Des lignes changent sans cesse\u00a0: relancez la commande à un moment plus calme. "
    "Ne retirez encore aucune clé."
)

keys = AppGroup("keys", help="Les clés qui chiffrent les adresses et les brouillons.")


@keys.command("list")
def show() -> None:
    """Dire combien de valeurs chaque clé de DATA_KEYS chiffre, sans rien changer."""
    _need_tables()
    used = Counter(place for table in key_rotation.tables() for place in _uses(table))
    for place, name in enumerate(key_ring.names):
        role = ", la plus récente" if place == 0 else ""
        click.echo(f"Clé {place + 1} ({name}{role})\u00a0: {_values(used[place])}.")
    if used[None]:
        raise Refusal(UNREADABLE.format(_unread(used[None])))


@keys.command()
def rotate() -> None:
    """Chiffrer à nouveau, avec la clé la plus récente, tout ce qui l’est avec une autre.

    Le site peut servir pendant ce temps. Interrompue, la commande se relance sans rien perdre.
    """
    _need_tables()
    look_up_keys.keep(db.session)
    db.session.commit()
    for turn in range(PASSES):
        done = [_renew(table, is_first=turn == 0) for table in key_rotation.tables()]
        if not any(each.renewed or each.busy for each in done):
            break
    else:
        raise Refusal(BUSY)
    if unreadable := sum(each.unreadable for each in done):
        raise Refusal(UNREADABLE.format(_unread(unreadable)))
    _read_the_log()
    audit.record(db.session, Act.KEYS_ROTATED)
    db.session.commit()
    click.echo(_what_may_go())


def _read_the_log() -> None:
    """Have the newest key answer for all that the older ones signed, once it was read."""
    report = audit_checks.check(db.session)
    if report.fault is None:
        audit_chains.seal_again(db.session)
    db.session.commit()
    if report.fault is not None:
        raise Refusal(BROKEN.format(audit_checks.told(report.fault)))


def _need_tables() -> None:
    if not is_migrated(db.engine):
        raise Refusal(UNMIGRATED)


def _uses(table: Table) -> Iterator[int | None]:
    last, places = key_rotation.uses(db.session, table)
    while last is not None:
        yield from places
        last, places = key_rotation.uses(db.session, table, last)
    db.session.rollback()


def _renew(table: Table, *, is_first: bool) -> Batch:
    """Go once through a table; on the first pass, say how far it is, then how many it was."""
    label = f"{table.name}\u00a0:"
    total = key_rotation.count(db.session, table)
    last, renewed, unreadable, busy = None, 0, 0, 0
    is_hidden = not (is_first and total and sys.stderr.isatty())
    with click.progressbar(length=total, label=label, file=sys.stderr, hidden=is_hidden) as bar:
        while (batch := _batch(table, last)).last is not None:
            bar.update(batch.rows)
            last, renewed = batch.last, renewed + batch.renewed
            unreadable, busy = unreadable + batch.unreadable, busy + batch.busy
    if is_first and total:
        again = plural(renewed, "chiffrée à nouveau", "chiffrées à nouveau")
        click.echo(f"{label} {plural(total, 'ligne', 'lignes')}, {again}")
    return Batch(rows=total, renewed=renewed, unreadable=unreadable, busy=busy)


def _batch(table: Table, after: object) -> Batch:
    """Renew one batch and commit; try again when somebody wrote the same rows meanwhile."""
    for left in reversed(range(TRIES)):
        try:
            batch = key_rotation.renew(db.session, table, after)
            db.session.commit()
        except (IntegrityError, OperationalError):
            db.session.rollback()
            if not left:
                raise
        else:
            return batch
    raise AssertionError("unreachable")


def _what_may_go() -> str:
    name, *older = key_ring.names
    told = f"Tout ce qui est chiffré l’est avec la clé la plus récente ({name})."
    if not older:
        return f"{told} Il n’y en a pas d’autre."
    which = "la clé qui la suit" if len(older) == 1 else "les clés qui la suivent"
    return (
        f"{told}\nVous pouvez retirer de DATA_KEYS {which} ({', '.join(older)}), si tous les "
        "processus avaient redémarré, avant cette commande, avec la nouvelle en premier (sinon, "
        "relancez-la quand ils l’auront fait)\u00a0; puis redémarrez. "
        "Gardez-la à part aussi longtemps que vos sauvegardes d’avant ce jour."
    )


def _values(count: int) -> str:
    return plural(count, "valeur", "valeurs")


def _unread(count: int) -> str:
    is_one = count < 2
    return f"{number(count)} valeur{' ne s’ouvre' if is_one else 's ne s’ouvrent'}"
