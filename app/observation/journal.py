"""The lines of the log: for machines one line of JSON, for people one that reads well.

Neither bears what is personal: no path, no address, no value of a query, and of an exception only
the words that are known to quote nothing (see docs/decisions/0029). Development shows them all.
"""

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError

from app.observation import tracing

EXTRAS = ("status", "ms", "outcome", "statement")
# What gunicorn writes of a visitor: the network they come from, the address of the page.
_NETWORK = re.compile(r"ip=\S+")
_REQUESTED = "Error handling request"


class JsonLines(logging.Formatter):
    """One line of JSON a record, its moment in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message(record),
            **_traced(),
            **{name: getattr(record, name) for name in EXTRAS if hasattr(record, name)},
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["exception"] = frames(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


class ReadableLines(logging.Formatter):
    """A line for whoever looks at a terminal, the exceptions whole."""

    def format(self, record: logging.LogRecord) -> str:
        extras = [f"{name}={getattr(record, name)}" for name in EXTRAS if hasattr(record, name)]
        traced = [str(value) for name, value in _traced().items() if name != "request"]
        trace = tracing.current()
        number = [f"[{trace.quoted}]"] if trace else []
        words = (record.levelname, record.name, message(record), *traced, *extras, *number)
        line = " ".join(words)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def message(record: logging.LogRecord) -> str:
    """Return what a record says, less what gunicorn would tell of a visitor."""
    said = record.getMessage()
    if not record.name.startswith("gunicorn"):
        return said
    if said.startswith(_REQUESTED):
        return _REQUESTED
    return _NETWORK.sub("ip=-", said)


def frames(error: BaseException) -> list[str]:
    """Return where an exception comes from, and its kind; its words when they can quote nothing.

    What was typed may be in the words of a ValueError, not in those of a database that is away.
    """
    told = [
        f"{each.filename}:{each.lineno} {each.name}"
        for each in traceback.extract_tb(error.__traceback__)
    ]
    kind = type(error).__name__
    if isinstance(error, DBAPIError) and not isinstance(error, DataError):
        return [*told, f"{kind}: {error.orig}"]
    if isinstance(error, OSError) and error.strerror:
        return [*told, f"{kind}: {error.strerror}"]
    return [*told, kind]


def _traced() -> dict[str, str]:
    trace = tracing.current()
    if trace is None:
        return {}
    known = {
        "request": trace.request_id,
        "method": trace.method,
        "rule": trace.rule,
        "task": trace.task,
    }
    return {name: value for name, value in known.items() if value is not None}


def configure(config: Mapping[str, Any]) -> None:
    """Have every line of this process written so, on the standard error.

    Once, by whatever starts the process: an application made by a test touches no log.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if config["LOG_FORMAT"] == "json" else ReadableLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("app").setLevel(logging.INFO)
    # gunicorn's own handlers give way; what it would say of each request, its author's network and
    # a path that may be personal, is not said at all: `views.numbering` says what can be.
    errors, accesses = logging.getLogger("gunicorn.error"), logging.getLogger("gunicorn.access")
    errors.handlers.clear()
    errors.propagate = True
    accesses.handlers.clear()
    accesses.propagate = False
    accesses.disabled = True
