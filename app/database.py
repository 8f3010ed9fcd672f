"""The database: how a connection is opened, and whether the tables are those of this version."""

import fcntl
import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, ExceptionContext, event, func, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
SQLITE_WAIT_SECONDS = 30
CONNECTING_SECONDS = 5
SILENCE_MILLISECONDS = 20_000  # of the network, before what was sent is thought lost
MIGRATING = 0x52656375  # the number of PostgreSQL's advisory lock: any, as long as it is this one
TURN_SECONDS = 0.1
BUSY_TRIES = 120  # ten minutes: longer than a backup or an export holds a table
BUSY_PAUSE_SECONDS = 5
DISK_FULL = "53100"  # PostgreSQL's code of the error, as the standard's others
BUSY = frozenset({"55P03", "40P01"})  # a lock that is not free, a deadlock
FULL_TEXT = {
    "table": ("search_index",),
    "index": ("ix_search_parts_words", "ix_search_parts_stems"),
}
REVISION = re.compile(r"""^(down_)?revision\b[^=\n]*=\s*["']([^"']+)["']""", re.MULTILINE)
BOOT = Path("/proc/sys/kernel/random/boot_id")


def engine_options(url: str) -> dict[str, Any]:
    """Return what SQLAlchemy needs to open `url`; a busy SQLite is waited for, not refused.

    An error never repeats the parameters of its statement: words of a testimony would be logged.
    """
    options: dict[str, Any] = {"url": url, "hide_parameters": True}
    if url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": SQLITE_WAIT_SECONDS}}
    # A server that is away is said to be so, rather than waited for as long as the network does.
    connecting = {"connect_timeout": CONNECTING_SECONDS, "tcp_user_timeout": SILENCE_MILLISECONDS}
    return options | {"pool_pre_ping": True, "connect_args": connecting}


@event.listens_for(Engine, "connect")
def _make_sqlite_durable(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "handle_error")
def _keep_first_line(context: ExceptionContext) -> None:
    """Cut what PostgreSQL adds to its errors: the row itself (« Failing row contains … »)."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (first_line(error), *error.args[1:])


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says."""
    return next(iter(str(error.args[0] if error.args else error).splitlines()), "")


def is_full(error: BaseException | None) -> bool:
    """Say whether the database refused for want of room on its disk."""
    code = getattr(error, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(error, "sqlstate", None) == DISK_FULL


def alembic_config(engine: Engine) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - a page never needs alembic

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def is_reachable(engine: Engine) -> bool:
    """Say whether the database answers at all."""
    try:
        with engine.connect():
            return True
    except SQLAlchemyError:
        return False


def is_migrated(engine: Engine) -> bool:
    """Say whether the tables are those that this version of the code expects, or later ones.

    A migration leaves room for the version before it (docs/decisions/0030-…): while machines are
    updated one after another, one that is not yet starts all the same.
    """
    head, known = revisions()
    try:
        reached = revision(engine)
    except SQLAlchemyError:
        return False
    return reached is not None and (reached == head or reached not in known)


def revision(engine: Engine) -> str | None:
    """Return the version of the tables. Raises SQLAlchemyError where there are none."""
    with engine.connect() as connection:
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def expected_revision() -> str:
    """Return the version of the tables that this version of the code expects."""
    return revisions()[0]


@cache
def revisions() -> tuple[str, frozenset[str]]:
    """Return the last revision of the tables that this code knows, and all of them.

    Read from the text of the files: alembic would run them all, at each start and each /readyz.
    """
    told = [REVISION.findall(path.read_text()) for path in MIGRATIONS.glob("versions/*.py")]
    known = frozenset(name for found in told for is_before, name in found if not is_before)
    (head,) = known - {name for found in told for is_before, name in found if is_before}
    return head, known


def is_busy(error: BaseException | None) -> bool:
    """Say whether PostgreSQL gave up waiting for a table that somebody else holds."""
    return getattr(error, "sqlstate", None) in BUSY


def migrate(engine: Engine, *, lock: Path, to: str = "head") -> None:
    """Bring the tables to this version. Two processes that start together take turns.

    Whoever waits for a table that a long reading holds (a backup, an export) makes the whole site
    wait behind: a migration waits little (migrations.online), then is tried again, for ten minutes.
    Raises OperationalError, of which `is_busy` says whether that was the reason.
    """
    from alembic import command  # noqa: PLC0415 - a page never needs alembic

    with alone(engine, lock=lock):
        for tried in range(1, BUSY_TRIES + 1):
            try:
                command.upgrade(alembic_config(engine), to)
                return
            except OperationalError as error:
                if not is_busy(error.orig) or tried == BUSY_TRIES:
                    raise
                log.warning("tables are held by somebody else: try %s of %s", tried, BUSY_TRIES)
                time.sleep(BUSY_PAUSE_SECONDS)


@contextmanager
def alone(engine: Engine, *, lock: Path) -> Iterator[None]:
    """Let one process at a time run the block: on this machine by a file, by PostgreSQL on all.

    Nobody waits inside a statement: its snapshot would hold up the other's CREATE INDEX
    CONCURRENTLY. Not to be entered twice by one process.
    """
    with lock.open("w") as handle, engine.connect() as connection:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if connection.dialect.name == "sqlite":
            connection.close()
            yield
            return
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        taking = select(func.pg_try_advisory_lock(MIGRATING))
        while not connection.scalar(taking):
            time.sleep(TURN_SECONDS)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(MIGRATING)))


def is_described(name: str | None, kind: str, _parents: object) -> bool:
    """Say whether models describe a table or an index; each database has its own of full text."""
    prefixes = FULL_TEXT.get(kind, ())
    return not (name or "").startswith(prefixes)


def incarnation(connection: Connection) -> str:
    """Return what changes when what was committed without waiting for the disk may be lost.

    That is the start of the machine where SQLite's file is, or of PostgreSQL's server.
    """
    if connection.dialect.name == "sqlite":
        return BOOT.read_text().strip() if BOOT.exists() else "unknown"
    return str(connection.scalar(text("SELECT pg_postmaster_start_time()::text")))


@contextmanager
def quick_commits(connection: Connection) -> Iterator[None]:
    """Let commits return before they are on the disk, while the block runs.

    A process that dies loses none of them; a machine that dies may lose the last ones. Enter and
    leave it outside a transaction.
    """
    quick, sure = (
        ("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL")
        if connection.dialect.name == "sqlite"
        else ("SET synchronous_commit TO off", "SET synchronous_commit TO on")
    )
    _set(connection, quick)
    try:
        yield
    finally:
        _set(connection, sure)


def _set(connection: Connection, statement: str) -> None:
    """Run a setting's statement beside SQLAlchemy, which would open a transaction around it."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.cursor().execute(statement)
    driver.commit()
