"""On whose behalf a process works just now: a request, or a task that it left behind.

The number of a request is what its author can quote, what each line of the log bears, and what the
tasks that it queued carry to the worker. It says nothing of who asked, nor of what.
"""

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# What proxies make: 32 hexadecimal digits, or a UUID. No word, address, code or phone number is.
_WELL_FORMED = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SHOWN = 12  # digits that a page shows, of the 32: enough to find one among billions


@dataclass(frozen=True, slots=True)
class Trace:
    """One request or one task: the rule of the page and not its path, which may be personal."""

    request_id: str
    method: str | None = None
    rule: str | None = None
    task: str | None = None

    @property
    def quoted(self) -> str:
        """Return what a page shows of the number: its first digits, by which logs are searched."""
        return self.request_id[:SHOWN]


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """Return what is being worked at, or none."""
    return _current.get()


def follow(trace: Trace | None) -> None:
    """Work at this from now on, in this thread."""
    _current.set(trace)


@contextmanager
def following(trace: Trace) -> Iterator[None]:
    """Work at this while the block lasts."""
    before = _current.get()
    _current.set(trace)
    try:
        yield
    finally:
        _current.set(before)


def request_id(given: str | None = None) -> str:
    """Return the number that was given if it is well formed, in 32 digits, or a new one."""
    if given and _WELL_FORMED.fullmatch(given):
        return given.replace("-", "").lower()
    return secrets.token_hex(16)


def ticket() -> str:
    """Return the name of a task that is queued now: the request's number, the moment, chance.

    In the name, the number needs no other form of message: an older worker runs the task as well.
    """
    trace = current()
    number = trace.request_id if trace else request_id()
    return f"{number}.{time.time_ns() // 1_000_000}.{secrets.token_hex(6)}"


def read_ticket(name: str) -> tuple[str, float | None]:
    """Return a task's request number, and when it was queued, in seconds of the epoch.

    A name that no `ticket` gave, that of a task that repeats, is its own number, of no moment.
    """
    number, _, rest = name.partition(".")
    millis = rest.partition(".")[0]
    return request_id(number), int(millis) / 1000 if millis.isdigit() else None
