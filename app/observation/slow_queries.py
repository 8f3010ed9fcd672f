"""What the database is slow to answer: the text of the statement, never its parameters."""

import logging
import time
from typing import Any

from sqlalchemy import Engine, event

log = logging.getLogger(__name__)

LONGEST_TEXT = 2000


def watch(engine: Engine, *, milliseconds: int) -> None:
    """Have each statement of an engine that lasts this long said in the log; none when 0.

    What is measured is the time to the first row: a result read row by row is not in it.
    """
    if not milliseconds:
        return

    @event.listens_for(engine, "before_cursor_execute")
    def begin(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        connection.info["began"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        lasted = (time.perf_counter() - connection.info.pop("began", time.perf_counter())) * 1000
        if lasted >= milliseconds:
            text = " ".join(statement.split())[:LONGEST_TEXT]
            log.warning("slow query", extra={"ms": round(lasted), "statement": text})
