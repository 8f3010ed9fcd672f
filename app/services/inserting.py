"""Rows written in the words of the database at hand: `INSERT … ON CONFLICT`, and many at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Base

_INSERTS: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_into(session: Session, model: type[Base]) -> Any:
    """Return an insertion into a model's table, to which `on_conflict_…` can be said."""
    return _INSERTS[session.get_bind(model).dialect.name](model)


def insert_all(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many rows to a model's table, by COPY where there is one; no object is made of them.

    Each row names the same columns, and all those that have no default of the database's own.
    Raises IntegrityError.
    """
    if not rows:
        return
    table = model.__table__
    assert isinstance(table, Table)
    if session.get_bind(model).dialect.name == "postgresql":
        _copy(session, table, rows)
    else:
        session.connection().execute(insert(table), list(rows))


def _copy(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    import psycopg  # noqa: PLC0415 - where the database is SQLite, it is never loaded

    connection = session.connection()
    dialect, driver = connection.dialect, connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    quoted = dialect.identifier_preparer
    columns = [table.c[name] for name in rows[0]]
    ways = [each.type.dialect_impl(dialect).bind_processor(dialect) for each in columns]
    named = ", ".join(quoted.format_column(each) for each in columns)
    statement = f"COPY {quoted.format_table(table)} ({named}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copying:
            for row in rows:
                values = zip(ways, row.values(), strict=True)
                copying.write_row([way(value) if way else value for way, value in values])
    except psycopg.IntegrityError as error:
        # Nothing of what it says beside the first line: it repeats the row.
        first = str(error).partition("\n")[0]
        raise IntegrityError(statement, None, psycopg.IntegrityError(first)) from None
