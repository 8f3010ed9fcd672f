"""Real servers for tests, each on 127.0.0.1 with a free port, stopped by whoever started it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import create_engine

from app.database import engine_options, migrate
from tests.programs import need

PATIENCE_SECONDS = 60


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(
    is_ready: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS
) -> None:
    """Wait for a condition, looking often; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str], **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process for as long as the block lasts, then tell it to stop."""
    process = subprocess.Popen(command, **options)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server of its own; give the address of an empty database's server."""
    with postgresql_files() as (address, run), run():
        yield address


Run = Callable[[], AbstractContextManager[subprocess.Popen[bytes]]]


@contextmanager
def postgresql_files() -> Iterator[tuple[str, Run]]:
    """Make the files of a PostgreSQL server; give its address, and what runs it, more than once.

    The address ends without a database name: `f"{address}/recueil"`. PostgreSQL refuses to run as
    root, so it runs as Debian's user postgres when the tests are root's.
    """
    binaries = "usr/lib/postgresql/*/bin"
    initdb = need("initdb", package="postgresql", among=binaries)
    server = need("postgres", package="postgresql", among=binaries)
    folder = Path(tempfile.mkdtemp(prefix="recueil-postgresql-"))
    owner = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        owner = {"user": "postgres", "group": "postgres", "extra_groups": []}
    data, port = folder / "data", free_port()
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **owner}
    try:
        subprocess.run(  # type: ignore[call-overload]
            [
                initdb,
                "--pgdata",
                data,
                "--username",
                "recueil",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
                "--no-sync",
            ],
            check=True,
            **quiet,
        )
        command = [
            server,
            "-D",
            data,
            "-p",
            str(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={folder}",
            "-c",
            "fsync=off",
        ]
        address = f"postgresql://recueil@127.0.0.1:{port}"

        @contextmanager
        def run() -> Iterator[subprocess.Popen[bytes]]:
            with running(command, **quiet) as process:
                wait_until(lambda: _accepts(f"{address}/postgres"), "PostgreSQL")
                yield process

        yield address, run
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _accepts(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(server: str, name: str) -> str:
    """Make an empty database on a server; return its address."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


def for_sqlalchemy(url: str) -> str:
    """Return the address that SQLAlchemy takes, with the name of the driver."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def migrated(url: str, *, lock: Path) -> str:
    """Make the tables of a database; return its address for SQLAlchemy."""
    engine = create_engine(**engine_options(for_sqlalchemy(url)))
    migrate(engine, lock=lock)
    engine.dispose()
    return for_sqlalchemy(url)


TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = %s"


def keep_first_rows(url: str) -> None:
    """Put aside, in a schema of their own, the rows that migrations wrote: `empty` gives them back.

    A schema that no search path names: nobody else sees it.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(f"{TABLES} AND tablename <> 'alembic_version'", ["public"])
        connection.execute("CREATE SCHEMA first_rows")
        for (table,) in tables.fetchall():
            if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                connection.execute(f"CREATE TABLE first_rows.{table} AS TABLE {table}")


def empty(url: str) -> None:
    """Leave in a migrated PostgreSQL database what migrations wrote, and start its numbers again.

    Whoever was still connected is put out. No trigger and no foreign key has its say: deleting
    few rows costs a hundredth of what TRUNCATE or another database would.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = connection.execute(
            f"{TABLES} AND tablename <> 'alembic_version'", ["public"]
        ).fetchall()
        first = connection.execute(TABLES, ["first_rows"]).fetchall()
        numbers = connection.execute(
            "SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL"
        ).fetchall()
        connection.execute(
            ";".join(
                [
                    "SET session_replication_role = replica",
                    "SET lock_timeout = '20s'",
                    *(f"DELETE FROM {table}" for (table,) in tables),
                    *(f"INSERT INTO {table} TABLE first_rows.{table}" for (table,) in first),
                    *(f"ALTER SEQUENCE {number} RESTART" for (number,) in numbers),
                ]
            )
        )


@contextmanager
def redis(port: int | None = None) -> Iterator[str]:
    """Run a Redis server of its own, on this port if one is given; give its address."""
    server = need("redis-server", package="redis-server")
    port = port or free_port()
    command = [
        server,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    with running(command, stdout=subprocess.DEVNULL):
        wait_until(lambda: listens(port), "Redis")
        yield f"redis://127.0.0.1:{port}/0"
