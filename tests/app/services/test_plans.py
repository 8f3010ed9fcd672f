"""What is asked most is found by an index, on both databases, however many rows there are."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from app.models import Answer, Coding, Draft, Testimony
from app.models.base import now
from app.services import codings, drafts, tagging, testimonies
from app.services.filters import Filters

ID = uuid.UUID(int=1)
MANY = 1_500  # testimonies: enough for a planner to prefer an index to reading everything
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
    fill(session)
    ask, accepted = ASKED[what]
    plan = "\n".join(plans(session, ask))
    assert any(name in plan for name in accepted), plan
    for table in ("drafts", "testimonies", "answers", "codings"):
        assert f"SCAN {table}\n" not in f"{plan}\n"
        assert f"Seq Scan on {table}" not in plan


def fill(session: Session) -> None:
    """Add many rows to what is asked: a planner reads a handful of them in any way at all."""
    received = date(2024, 1, 1)
    kept: dict[str, Any] = {"questionnaire_slug": "coordinateur", "questionnaire_version": 1}
    ids = [uuid.UUID(int=number) for number in range(1, MANY + 1)]
    tables: dict[Any, list[dict[str, Any]]] = {
        Testimony: [
            kept
            | {
                "id": each,
                "reference": f"R{number:07}",
                "audience": "coordinateur",
                "received_on": received + timedelta(days=number % 900),
                "submission_key": each.hex,
                "tagged_by": None if number % 500 == 0 else "pipeline",
            }
            for number, each in enumerate(ids)
        ],
        Answer: [
            {
                "id": each,
                "testimony_id": each,
                "question_id": "pratiques",
                "position": 0,
                "text": "Un conseil d’usagers se réunit chaque mois.",
                "value": None,
            }
            for each in ids
        ],
        Coding: [
            {
                "answer_id": each,
                "theme": "coordination",
                "start": 0,
                "end": 2,
                "score": 1,
                "evidence": [],
                "origin": "pipeline",
            }
            for each in ids
        ],
        Draft: [
            kept
            | {
                "key_hash": each.hex,
                "answers": "{}",
                "saved_sections": "[]",
                "expires_at": now() + timedelta(days=1 + number % 30),
            }
            for number, each in enumerate(ids)
        ],
    }
    for model, rows in tables.items():
        session.execute(insert(model), rows)
    session.execute(text("ANALYZE"))  # what a planner knows of them, without waiting its turn


def plans(session: Session, ask: Callable[[Session], object]) -> list[str]:
    """Return how the database would carry out the first statement.

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
    explained = f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {statement}"
    return [str(row[-1]) for row in connection.exec_driver_sql(explained, values)]
