"""The queue of what is done after the answer has been given: one small door onto Huey.

Tasks are declared once, at import; each application binds them to the queue that `QUEUE_URL` names.
A task takes ids, reads the rows again, and acts only if they still wait.
"""

import logging
import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import psycopg
from flask import Flask, current_app
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from redis import ConnectionPool

from app.observation import tracing
from app.observation.labour import labour

log = logging.getLogger(__name__)


PATIENCE_SECONDS = 3  # for the queue's server to take a call, and for Redis to answer
LOOKED_AT = 500  # messages, the first to be run, among which the oldest is looked for

UNREACHABLE = "La file d’attente ne répond pas : vérifiez QUEUE_URL, et que son serveur tourne."


class QueueUnreachableError(RuntimeError):
    """The queue cannot be opened; `str()` gives one French line for the terminal."""


def open_queue(url: str) -> Huey:
    """Return Huey's queue at `url`: `sqlite:///path`, `redis://…` or `postgresql://…`.

    Raises QueueUnreachableError.
    """
    try:
        huey = _queue_at(url)
    except (sqlite3.OperationalError, psycopg.OperationalError):
        raise QueueUnreachableError(UNREACHABLE) from None
    # The site forks once the application is made: each process opens a connection of its own.
    huey.storage.close()
    return huey


def _queue_at(url: str) -> Huey:
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return SqliteHuey("recueil", filename=url.removeprefix("sqlite:///"), fsync=True)
    if scheme == "postgresql":
        return PostgresHuey("recueil", dsn=url, connect_timeout=PATIENCE_SECONDS)
    pool = ConnectionPool.from_url(
        url, socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS
    )
    return RedisHuey("recueil", connection_pool=pool)


def is_answering(huey: Huey) -> bool:
    """Say whether the queue's server answers."""
    try:
        huey.pending_count()
    except Exception:  # whatever the queue's own client raises, the answer is no
        return False
    return True


def waits_since(huey: Huey) -> float | None:
    """Return when the oldest task that waits was queued, in seconds of the epoch; none of none.

    Raises whatever the queue's own client does.
    """
    moments = (tracing.read_ticket(task.id)[1] for task in huey.pending(limit=LOOKED_AT))
    return min((moment for moment in moments if moment is not None), default=None)


class Task:
    """A function that the worker runs; calling it runs it here and now."""

    def __init__(self, function: Callable[..., None], *, minutes: str | None, **options: Any):
        self.function = function
        self.name = function.__name__
        self.minutes = minutes  # cron's minutes field, when the task repeats
        self.options = options

    def __call__(self, *arguments: Any) -> None:
        self.function(*arguments)

    def enqueue(self, *arguments: Any) -> None:
        """Leave the task to the worker. A queue that is down loses nothing: sweeps come back."""
        try:
            current_app.extensions["tasks"][self.name](*arguments, id=tracing.ticket())
        except Exception:
            log.exception("the task %s could not be queued; the sweep will", self.name)

    def bind(self, app: Flask, huey: Huey) -> Any:
        def run(*arguments: Any, task: Any) -> None:
            number, _ = tracing.read_ticket(task.id)
            trace = tracing.Trace(number, task=self.name)
            counted = labour.of(self.name, is_routine=self.minutes is not None)
            with app.app_context(), tracing.following(trace), counted:
                self.function(*arguments)

        if self.minutes:
            schedule = crontab(minute=self.minutes)
            return huey.periodic_task(schedule, name=self.name, context=True, **self.options)(run)
        options = dict(self.options)
        if not huey.storage.priority:  # plain Redis: first come, first served
            options.pop("priority", None)
        return huey.task(name=self.name, context=True, **options)(run)


class TaskQueue:
    """The tasks that were declared, and the way to bind them to an application."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}

    def task(self, **options: Any) -> Callable[[Callable[..., None]], Task]:
        """Declare a task, with Huey's options (`retries`, `retry_delay` in seconds, `priority`)."""
        return self._declare(None, options)

    def every(self, minutes: str, **options: Any) -> Callable[[Callable[..., None]], Task]:
        """Declare a task that repeats at these minutes of each hour (cron's notation)."""
        return self._declare(minutes, options)

    def _declare(
        self, minutes: str | None, options: dict[str, Any]
    ) -> Callable[[Callable[..., None]], Task]:
        def declare(function: Callable[..., None]) -> Task:
            task = Task(function, minutes=minutes, **options)
            self.tasks[task.name] = task
            return task

        return declare

    def init_app(self, app: Flask) -> None:
        huey = open_queue(app.config["QUEUE_URL"])
        app.extensions["huey"] = huey
        app.extensions["tasks"] = {name: task.bind(app, huey) for name, task in self.tasks.items()}


def run_waiting(app: Flask) -> int:
    """Run here all that waits in the queue, one after the other; return how many tasks ran."""
    huey: Huey = app.extensions["huey"]
    ran = 0
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
        ran += 1
    return ran
