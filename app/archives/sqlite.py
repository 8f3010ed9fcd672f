"""SQLite's database: one moment of it copied beside writers, and put back."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine, make_url

from app.archives.sealing import ArchiveError
from app.archives.snapshots import NOTHING, Snapshot
from app.database import is_described

PIECE = 1 << 20
NAME = "base.sqlite3"


def path_of(url: str) -> Path:
    """Return the file of a database."""
    return Path(make_url(url).database or "")


@contextmanager
def snapshot(engine: Engine, folder: Path) -> Iterator[Snapshot]:
    """Give the database as it is at one instant, by SQLite's own copy, in one step.

    Writers go on meanwhile: with a WAL, who reads keeps nobody waiting. The copy lies in clear in
    `folder`, as the database does.
    """
    copy = folder / NAME
    source = path_of(str(engine.url.render_as_string(hide_password=False)))
    if is_empty(f"sqlite:///{source}"):
        raise ArchiveError(NOTHING)
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(copy)) as other,
    ):
        try:
            live.backup(other)
        except sqlite3.Error as error:
            raise ArchiveError(f"La base n’a pas pu être copiée\u00a0: {error}.") from None
        # One file and no journal beside it: what is saved is whole by itself.
        other.execute("PRAGMA journal_mode=DELETE")
        tables, revision = _told(other)
    with copy.open("rb") as stream:
        yield Snapshot(stream=stream, tables=tables, revision=revision)


def _told(connection: sqlite3.Connection) -> tuple[dict[str, int], str]:
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' "
            "ESCAPE '~' ORDER BY name"
        )
        if is_described(name, "table", None) and name != "alembic_version"
    ]
    tables = {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in names
    }
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return tables, revision


def is_empty(url: str) -> bool:
    """Say whether there is no table at all."""
    path = path_of(url)
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    except sqlite3.DatabaseError:
        return False


def pour(url: str, stream: BinaryIO) -> None:
    """Put a saved database where there is none: whole under another name, then named."""
    path = path_of(url)
    draft = path.with_name(f".{path.name}.restoring")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with draft.open("wb") as out:
        while piece := stream.read(PIECE):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    told = integrity(draft)
    if told != "ok":
        draft.unlink()
        raise ArchiveError(f"La base sauvegardée est abîmée\u00a0: {told}.")
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    draft.replace(path)


def integrity(path: Path) -> str:
    """Return « ok », or the first thing that SQLite finds wrong in a file."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if told == "ok" and connection.execute("PRAGMA foreign_key_check").fetchone():
                return "une ligne renvoie à une autre qui manque"
            return str(told)
    except sqlite3.DatabaseError as error:
        return str(error)


def counted(url: str) -> dict[str, int]:
    """Return how many rows each table holds."""
    with closing(sqlite3.connect(f"file:{path_of(url)}?mode=ro", uri=True)) as connection:
        return _told(connection)[0]


@contextmanager
def scratch(_url: str, folder: Path) -> Iterator[str]:
    """Give the address of a database for a while, in `folder`."""
    path = folder / "verification.sqlite3"
    try:
        yield f"sqlite:///{path}"
    finally:
        for each in folder.glob(f"*{path.name}*"):
            each.unlink()
