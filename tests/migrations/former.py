"""The site of the version before, as a database sees it: it knows the columns of its own tables.

Each table is written and read as it was reflected before a migration: a row with all its columns,
an UPDATE of each, a SELECT of each, by one connection whose statements are prepared.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, MetaData, Table, insert, inspect, null, select, update
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Numeric,
    String,
    TypeEngine,
    Uuid,
)

from tests import servers

CHOICE = re.compile(r"\(?(\w+)\)?(?:::text)? = ANY \(+ARRAY\['(\w+)'")  # of a CHECK … IN (…)
ONLY_ADDED_TO = {"audit_entries"}
ONE_ROW = {"audit_chain", "clock_marks"}
NOT_OURS = {"alembic_version"}
# What a CHECK asks that is not a choice among words.
SPAN = {"start": 0, "end": 9}
GIVEN: dict[str, dict[str, Any]] = {
    "answers": {"text": "Des mots."},
    "codings": SPAN | {"score": 0.5},
    "pseudonym_decisions": SPAN,
    "quotations": SPAN,
    "round_units": SPAN,
    "slots": {"capacity": 1, "duration_minutes": 45},
    "testimonies": {"invitation_id": None, "is_anonymous": True},
    "theme_versions": {"state": "ready", "progress": 0.5},
}
NUMBERS = count(1_000_000)


def _word() -> str:
    """Return another word each time, that differs from the last by its first letters."""
    return f"{next(NUMBERS)}"[::-1]


MADE: list[tuple[type[TypeEngine[Any]], Callable[[], Any]]] = [
    (Boolean, lambda: False),
    (Integer, lambda: next(NUMBERS)),
    (Numeric, lambda: 0.5),
    (DateTime, lambda: datetime.now(UTC)),
    (Date, lambda: date.fromordinal(next(NUMBERS))),
    (LargeBinary, lambda: _word().encode()),
    (Uuid, uuid4),
    (JSON, dict),
    (TSVECTOR, lambda: "un:1 mot:2"),
]


def _value(kind: TypeEngine[Any]) -> Any:
    """Return a value of a column's type, unlike those before wherever it may have to be."""
    if isinstance(kind, String):
        return _word()[: kind.length]
    return next(make for known, make in MADE if isinstance(kind, known))()


class FormerSite:
    """The tables that a version knew, and somebody who goes on using them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.rounds = 0
        self.errors: list[str] = []
        self._over = Event()
        known = MetaData()
        known.reflect(engine)
        self.tables = [each for each in known.sorted_tables if each.name not in NOT_OURS]
        self.choices = {
            (name, column): word
            for (_, name), checks in inspect(engine).get_multi_check_constraints().items()
            for check in checks
            for column, word in CHOICE.findall(check["sqltext"])
        }

    def _row(self, table: Table, made: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """Return a row with each column of the table; `made` are those that it may refer to."""
        given, row = GIVEN.get(table.name, {}), {}
        for column in table.columns:
            parent = next(iter(column.foreign_keys), None)
            if column.name in given:
                row[column.name] = given[column.name]
            elif parent is not None and parent.column.table.name in made:
                row[column.name] = made[parent.column.table.name][parent.column.name]
            elif column.nullable:
                row[column.name] = null()
            else:
                choice = self.choices.get((table.name, column.name))
                row[column.name] = choice or _value(column.type)
        return row

    def _use(self, connection: Connection) -> None:
        """Write, change and read a row of each table, a transaction each, as pages do."""
        made: dict[str, dict[str, Any]] = {}
        for table in self.tables:
            mine: list[Any] = []
            if table.name not in ONE_ROW:
                row = made[table.name] = self._row(table, made)
                connection.execute(insert(table).values(row))
                mine = [each == row[each.name] for each in table.primary_key.columns]
            if table.name not in ONLY_ADDED_TO:
                same = {each.name: each for each in table.columns}
                connection.execute(update(table).where(*mine).values(same))
            connection.execute(select(*table.columns).limit(20)).all()
            connection.commit()

    @contextmanager
    def going_on(self) -> Iterator["FormerSite"]:
        """Use the tables in a thread, from before the block begins; once more after it ends."""
        thread = Thread(target=self._go_on)
        thread.start()
        try:
            self.serves(rounds=1)
            yield self
        finally:
            self._over.set()
            thread.join()

    def _go_on(self) -> None:
        with self.engine.connect() as connection:
            is_last = False
            while not (is_last or self.errors):
                is_last = self._over.is_set()
                try:
                    self._use(connection)
                except Exception as error:
                    connection.rollback()
                    self.errors.append(repr(error))
                self.rounds += 1

    def serves(self, rounds: int = 2) -> None:
        """Wait until it has used each table again; the first round has begun already."""
        wanted = self.rounds + rounds
        servers.wait_until(lambda: self.errors != [] or self.rounds >= wanted, "the former site")
