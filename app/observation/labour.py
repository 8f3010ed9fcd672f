"""What the tasks of this process became: counted by name and outcome, told by its signs of life."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from app.models.base import now

log = logging.getLogger(__name__)

DONE, FAILED = "done", "failed"
Outcomes = dict[str, dict[str, tuple[int, float]]]  # task → outcome → how many, seconds in all


@dataclass
class Labour:
    """The tasks of one process, whatever number of threads run them."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _done: dict[tuple[str, str], tuple[int, float]] = field(
        default_factory=lambda: defaultdict(lambda: (0, 0.0))
    )
    _doing: dict[int, tuple[str, datetime]] = field(default_factory=dict)

    @contextmanager
    def of(self, task: str, *, is_routine: bool) -> Iterator[None]:
        """Count a task while the block lasts, and say in the log what it became.

        What repeats by itself is said when it fails only.
        """
        began, outcome, thread = time.perf_counter(), FAILED, threading.get_ident()
        with self._lock:
            self._doing[thread] = (task, now())
        try:
            yield
            outcome = DONE
        finally:
            lasted = time.perf_counter() - began
            with self._lock:
                del self._doing[thread]
                count, seconds = self._done[task, outcome]
                self._done[task, outcome] = (count + 1, seconds + lasted)
            level = logging.WARNING if outcome is FAILED else logging.INFO
            if outcome is FAILED or not is_routine:
                log.log(level, "task", extra={"outcome": outcome, "ms": round(lasted * 1000)})

    def outcomes(self) -> Outcomes:
        """Return how many tasks ended how, and how long they took."""
        told: Outcomes = {}
        with self._lock:
            for (task, outcome), counted in self._done.items():
                told.setdefault(task, {})[outcome] = counted
        return told

    def doing(self) -> tuple[str, datetime] | None:
        """Return the task that has been under way for longest, and since when; none at rest."""
        with self._lock:
            return min(self._doing.values(), key=lambda each: each[1], default=None)


labour = Labour()
