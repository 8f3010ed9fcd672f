"""The database: how a connection is opened, and whether the tables are those of this version."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, ExceptionContext, event, text
from sqlalchemy.exc import SQLAlchemyError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
SQLITE_WAIT_SECONDS = 30
BOOT = Path("/proc/sys/kernel/random/boot_id")


def engine_options(url: str) -> dict[str, Any]:
    """Return what SQLAlchemy needs to open `url`; a busy SQLite is waited for, not refused.

    An error never repeats the parameters of its statement: words of a testimony would be logged.
    """
    options: dict[str, Any] = {"url": url, "hide_parameters": True}
    if url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": SQLITE_WAIT_SECONDS}}
    return options | {"pool_pre_ping": True}


@event.listens_for(Engine, "connect")
def _make_sqlite_durable(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
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


def alembic_config(engine: Engine) -> Config:
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
    """Say whether the tables are those that this version of the code expects."""
    expected = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == expected
    except SQLAlchemyError:
        return False


def migrate(engine: Engine, *, lock: Path) -> None:
    """Bring the tables to this version. Two processes that start together take turns."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        command.upgrade(alembic_config(engine), "head")


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
