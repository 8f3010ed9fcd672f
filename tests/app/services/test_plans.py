"""What is asked most is found by an index, on both databases, however many rows there are."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.models import Testimony
from app.services import codings, drafts, tagging, testimonies
from app.services.filters import Filters

ID = uuid.UUID(int=1)
SOMEBODY = Testimony(received_on=date(2026, 11, 22), reference="B2B2B2")
ASKED: dict[str, tuple[Callable[[Session], object], set[str]]] = {
    "the draft of a page": (
        lambda session: drafts.find(session, "clé"),
        {"uq_drafts_key_hash", "sqlite_autoindex_drafts_2"},
    ),
    "a range that waits": (
        lambda session: tagging.waiting(session, 3, ID),
        {"ix_testimonies_waiting"},
    ),
    "whether any waits": (
        lambda session: list(tagging.ranges(session)),
        {"ix_testimonies_waiting"},
    ),
    "how many are to be read again": (
        tagging.count_to_read_again,
        {"ix_testimonies_waiting"},
    ),
    "a page far down the list": (
        lambda session: testimonies.page(session, Filters(), 9_000, after=SOMEBODY),
        {"ix_testimonies_received_on"},
    ),
    "the codings of a testimony": (
        lambda session: codings.of_testimony(session, ID),
        {"uq_answers_testimony_id", "sqlite_autoindex_answers_2"},
    ),
}


@pytest.mark.parametrize("what", ASKED)
def test_an_index_finds_it(session: Session, what: str) -> None:
    ask, accepted = ASKED[what]
    plan = "\n".join(plans(session, ask))
    assert any(name in plan for name in accepted), plan
    for table in ("drafts", "testimonies", "answers", "codings"):
        assert f"SCAN {table}\n" not in f"{plan}\n"
        assert f"Seq Scan on {table}" not in plan


def plans(session: Session, ask: Callable[[Session], object]) -> list[str]:
    """Return how the database would carry out the first statement, where tables are great.

    The ranges that are due are 64 at most: how they are found is all one.
    """
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        sent.append((statement, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    ask(session)
    event.remove(connection, "before_cursor_execute", note)
    statement, values = next(each for each in sent if "ranges_due" not in each[0])
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SET LOCAL enable_seqscan = off"))  # these tables are small
    explained = f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {statement}"
    return [str(row[-1]) for row in connection.exec_driver_sql(explained, values)]
