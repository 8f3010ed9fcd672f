"""What a migration does to a great table while the site goes on serving (docs/decisions/0030)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import op
from sqlalchemy import Connection, text

# All who ask for a table wait behind a migration that waits for it. Less than PostgreSQL's
# deadlock_timeout (a second): it is the migration that gives way, rather than somebody's page.
WAITING = "SET lock_timeout = '500ms'"


@contextmanager
def giving_way(connection: Connection) -> Iterator[None]:
    """Let what a migration does here fail rather than wait long for a table, and be tried again.

    By `app.database.migrate`. The connection, set so, is closed rather than given to anybody.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(text(WAITING))
    connection.commit()
    try:
        yield
    finally:
        connection.invalidate()


@contextmanager
def _patiently() -> Iterator[None]:
    """Wait for readers and writers as long as they last: nobody waits behind what is concurrent."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        yield
        op.execute(WAITING)


def create_index(name: str, table: str, columns: list[str], *, where: str | None = None) -> None:
    """Create an index without stopping whoever writes: concurrently, on PostgreSQL.

    What an interrupted try left there, which PostgreSQL calls invalid, is dropped first. On SQLite
    writers wait, for as long as it takes: seconds for a million rows.
    """
    partial: dict[str, Any] = {}
    if where is not None:
        partial = {f"{op.get_context().dialect.name}_where": text(where)}
    if op.get_context().dialect.name != "postgresql":
        op.create_index(name, table, columns, **partial)
        return
    with _patiently():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **partial)


def drop_index(name: str, table: str) -> None:
    """Drop an index without stopping whoever writes."""
    if op.get_context().dialect.name != "postgresql":
        op.drop_index(name, table)
        return
    with _patiently():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
