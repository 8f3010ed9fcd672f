"""The databases that benches measure on: a file, or a PostgreSQL server of their own."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
QUEUES = {"same": "", "redis": "Redis"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Let whoever measures say on which database, and with which queue."""
    parser.add_argument("--engine", choices=tuple(NAMES), default="sqlite")
    parser.add_argument(
        "--queue", choices=tuple(QUEUES), default="same", help="same: where the database is"
    )


def named(engine: str, queue: str = "same") -> str:
    """How a database and its queue are called, in a table: « PostgreSQL, file Redis »."""
    return NAMES[engine] + (f", file {QUEUES[queue]}" if QUEUES[queue] else "")


def filed(bench: str, engine: str, queue: str) -> str:
    """The name under which a bench keeps what it found there."""
    return f"{bench}-{engine}" + (f"-{queue}" if QUEUES[queue] else "")


@contextmanager
def settings(engine: str, queue: str = "same") -> Iterator[dict[str, str]]:
    """The settings of an empty database of that kind, and of a queue, while the block lasts.

    The queue is the database's own, or that of a Redis server on a free port of 127.0.0.1.
    """
    found: dict[str, str] = {}
    with ExitStack() as running:
        if engine == "postgresql":
            from tests import servers  # noqa: PLC0415 - it starts servers: asked for here alone

            server = running.enter_context(servers.postgresql())
            url = servers.create_database(server, "bench")
            found |= {"DATABASE_URL": url, "QUEUE_URL": url}
        if queue == "redis":
            from tests import servers  # noqa: PLC0415

            found["QUEUE_URL"] = running.enter_context(servers.redis())
        yield found
