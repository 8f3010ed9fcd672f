"""PostgreSQL's database, by its own programs: one moment of it, and put back, or not at all."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, make_url

from app.archives.sealing import ArchiveError
from app.archives.snapshots import NOTHING, Snapshot
from app.database import first_line

PIECE = 1 << 20
LONGEST_NAME = 63  # PostgreSQL cuts the rest
QUEUE = "huey"  # its tables may share the database: what they hold, sweeps find again
OURS = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
    "AND tablename NOT LIKE 'huey~_%' ESCAPE '~' ORDER BY tablename"
)


def _given(url: str) -> dict[str, Any]:
    """Return how to connect, as libpq names it."""
    read = make_url(url)
    _, given = read.get_dialect()().create_connect_args(read)
    return dict(given)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ArchiveError(
            f"{name} manque sur cette machine\u00a0: sous Debian, apt install postgresql-client."
        )
    return found


def _command(name: str, url: str, *options: str) -> tuple[list[str], dict[str, str]]:
    """Return what to run, and its environment: the password is never among the arguments."""
    given = _given(url)
    password = given.pop("password", None)
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    return [_program(name), f"--dbname={make_conninfo(**given)}", *options], environment


@contextmanager
def snapshot(engine: Engine, _folder: Path) -> Iterator[Snapshot]:
    """Give the database as `pg_dump` sees it, rows being counted in the very same snapshot."""
    url = engine.url.render_as_string(hide_password=False)
    with _connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        if connection.execute(OURS).fetchone() is None:
            raise ArchiveError(NOTHING)
        (name,) = _one(connection, "SELECT pg_export_snapshot()")
        tables = _counted(connection)
        (revision,) = _one(connection, "SELECT version_num FROM alembic_version")
        command, environment = _command(
            "pg_dump",
            url,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--exclude-table={QUEUE}_*",
            f"--snapshot={name}",
        )
        with (
            tempfile.TemporaryFile() as complaint,
            _running(command, environment, complaint, stdout=subprocess.PIPE) as process,
        ):
            assert process.stdout is not None
            yield Snapshot(stream=process.stdout, tables=tables, revision=revision)
            _end(process, complaint)


def _one(connection: psycopg.Connection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)


def _counted(connection: psycopg.Connection) -> dict[str, int]:
    names = [name for (name,) in connection.execute(OURS) if name != "alembic_version"]
    return {
        name: _one(connection, f'SELECT count(*) FROM "{name}"')[0]  # noqa: S608
        for name in names
    }


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], complaint: Any, **streams: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for as long as the block lasts: whatever happens there, none stays behind."""
    process = subprocess.Popen(  # noqa: S603
        command, env=environment, stderr=complaint, **streams
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None and not stream.closed:
                stream.close()
        process.wait()


def _end(process: subprocess.Popen[bytes], complaint: Any) -> None:
    """Wait for a program; raise ArchiveError with the first line of its complaint.

    The lines after it may quote a row.
    """
    if process.wait() == 0:
        return
    complaint.seek(0)
    lines = complaint.read(4096).decode(errors="replace").splitlines()
    raise ArchiveError(f"PostgreSQL\u00a0: {lines[0] if lines else process.returncode}")


def is_empty(url: str) -> bool:
    """Say whether there is no table, those of the queue aside."""
    with _connected(url) as connection:
        return connection.execute(OURS).fetchone() is None


@contextmanager
def _connected(url: str, **more: Any) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(**_given(url), **more)
    except psycopg.OperationalError:
        raise ArchiveError(
            "La base de données ne répond pas\u00a0: vérifiez DATABASE_URL, et que son serveur "
            "tourne."
        ) from None
    with connection:
        yield connection


def pour(url: str, stream: BinaryIO) -> None:
    """Put a saved database in an empty one, in one transaction."""
    command, environment = _command(
        "pg_restore",
        url,
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
    )
    with (
        tempfile.TemporaryFile() as complaint,
        _running(
            command, environment, complaint, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        ) as process,
    ):
        assert process.stdin is not None
        try:
            while piece := stream.read(PIECE):
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it stopped by itself, and says why
        _end(process, complaint)


def counted(url: str) -> dict[str, int]:
    """Return how many rows each table holds."""
    with _connected(url) as connection:
        return _counted(connection)


@contextmanager
def scratch(url: str, _folder: Path) -> Iterator[str]:
    """Give the address of a database for a while, beside the one of `url`.

    What a verification that was killed left there goes first.
    """
    name = f"recueil_scratch_{make_url(url).database}"[:LONGEST_NAME]
    with _connected(url, autocommit=True) as connection:
        _drop(connection, name)
        try:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except psycopg.errors.InsufficientPrivilege:
            raise ArchiveError(
                "Pour vérifier, il faut pouvoir créer une base\u00a0: "
                "ALTER ROLE … CREATEDB, ou vérifiez sur une autre machine."
            ) from None
        except psycopg.Error as error:
            raise ArchiveError(f"PostgreSQL\u00a0: {first_line(error)}") from None
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(url, autocommit=True) as connection:
            _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
