"""What is encrypted, written again with the newest key, while everybody goes on working.

Every column of the type EncryptedText is walked through by the primary key, a batch at a time.
A value is replaced only where it still is what was read: whatever somebody writes meanwhile stays.
What is under the newest key already is passed over, so that stopping anywhere and beginning again
costs nothing but the reading. The keyed hash beside an address follows its address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, LargeBinary, Row, Table, func, literal, select, type_coerce, update
from sqlalchemy.orm import Session

from app.models import Base
from app.models.encryption import EncryptedText, key_ring

ROWS = 200
BYTES = 4 * 1024 * 1024  # a file on its way in may be tens of megabytes: it makes a batch alone
PRINT, PRINTED = "email_fingerprint", "email"


@dataclass(frozen=True)
class Batch:
    """What became of some rows. `last` is the key to go on after, none at the end.

    `renewed` values were written again; `unreadable` ones open with no key, and stay as they are;
    `busy` rows were somebody else's for a moment: another pass is needed.
    """

    last: Any = None
    rows: int = 0
    renewed: int = 0
    unreadable: int = 0
    busy: int = 0


def tables() -> list[Table]:
    """Return every table that has something encrypted."""
    return [table for table in Base.metadata.sorted_tables if encrypted(table)]


def encrypted(table: Table) -> list[Column[Any]]:
    """Return the encrypted columns of a table."""
    return [column for column in table.columns if isinstance(column.type, EncryptedText)]


def count(session: Session, table: Table) -> int:
    """Return how many rows a table has."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def renew(session: Session, table: Table, after: Any = None) -> Batch:
    """Write the next rows of a table again with the newest key. Whoever calls commits.

    Raises IntegrityError when an address is added at this very moment under another key, and
    OperationalError when the database gives up on one of two: roll back, and call it again.
    """
    ids = _next_ids(session, table, after)
    if not ids:
        return Batch()
    rows = _read(session, table, ids)
    # All is computed before anything is written: SQLite has one writer, who must be brief.
    wanted = [(row, *_changes(session, table, row)) for row in rows]
    written = sum(_write(session, table, row, new) for row, new, _ in wanted if new)
    changed = sum(1 for _, new, _ in wanted if new)
    return Batch(
        last=ids[-1],
        rows=len(ids),
        renewed=written,
        unreadable=sum(unreadable for _, _, unreadable in wanted),
        busy=len(ids) - len(rows) + changed - written,
    )


def uses(session: Session, table: Table, after: Any = None) -> tuple[Any, list[int | None]]:
    """Return where to go on, and the place of the key of each value of the next rows."""
    ids = _next_ids(session, table, after)
    if not ids:
        return None, []
    rows = _read(session, table, ids, is_locked=False)
    tokens = (row._mapping[column.name] for row in rows for column in encrypted(table))
    return ids[-1], [key_ring.key_of(bytes(token)) for token in tokens if token is not None]


def _key(table: Table) -> Column[Any]:
    (key,) = table.primary_key.columns
    return key


def _raw(column: Column[Any]) -> Any:
    """Return a column as the database has it, not deciphered."""
    return type_coerce(column, LargeBinary)


def _next_ids(session: Session, table: Table, after: Any) -> Sequence[Any]:
    """Return the primary keys of the next rows, as many as are not too much at once."""
    key = _key(table)
    sizes = [func.coalesce(func.length(_raw(column)), 0) for column in encrypted(table)]
    query = select(key, sum(sizes[1:], sizes[0])).order_by(key).limit(ROWS)
    if after is not None:
        query = query.where(key > after)
    ids: list[Any] = []
    left = BYTES
    for each, size in session.execute(query):
        left -= size
        if ids and left < 0:
            break
        ids.append(each)
    return ids


def _read(
    session: Session, table: Table, ids: Sequence[Any], *, is_locked: bool = True
) -> Sequence[Row[Any]]:
    columns = [_raw(column).label(column.name) for column in encrypted(table)]
    prints = [table.c[PRINT]] if PRINT in table.c else []
    query = select(_key(table).label("row_key"), *columns, *prints)
    query = query.where(_key(table).in_(ids))
    # What somebody else holds is left for the next pass: we never wait, so nobody waits for us.
    return session.execute(query.with_for_update(skip_locked=True) if is_locked else query).all()


def _changes(session: Session, table: Table, row: Row[Any]) -> tuple[dict[str, Any], int]:
    """Return what a row should hold, where it does not, and how many values cannot be read."""
    changes: dict[str, Any] = {}
    unreadable = 0
    for column in encrypted(table):
        token = row._mapping[column.name]
        place = 0 if token is None else key_ring.key_of(bytes(token))
        if place is None:
            unreadable += 1
        elif place > 0:
            changes[column.name] = key_ring.renew(bytes(token))
    return changes | _new_print(session, table, row), unreadable


def _new_print(session: Session, table: Table, row: Row[Any]) -> dict[str, str]:
    """Return the hash of a row's address under the newest key, if it is under an older one."""
    if PRINT not in table.c or row._mapping[PRINT] is None or row._mapping[PRINTED] is None:
        return {}
    try:
        email = key_ring.decrypt(bytes(row._mapping[PRINTED]))
    except InvalidToken:
        return {}
    newest, *older = key_ring.fingerprints(email)
    if row._mapping[PRINT] not in older:
        return {}
    column = table.c[PRINT]
    taken = select(_key(table)).where(column == newest, _key(table) != row.row_key)
    if column.unique and session.execute(taken.limit(1)).first():
        return {}  # two rows of one address: both are still found, under their own keys
    return {PRINT: newest}


def _write(session: Session, table: Table, row: Row[Any], changes: dict[str, Any]) -> int:
    """Replace what is still what was read; return how many rows that makes, 0 or 1."""
    same, new = [], {}
    for name, value in changes.items():
        is_print = name == PRINT
        column = table.c[name] if is_print else _raw(table.c[name])
        same.append(column == row._mapping[name])
        new[table.c[name]] = value if is_print else literal(value, LargeBinary())
    statement = update(table).where(_key(table) == row.row_key, *same).values(new)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
