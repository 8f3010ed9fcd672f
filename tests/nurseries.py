"""Processes to be killed at any instant: a nursery forks them, so that each is ready at once.

Its two sides: `nursery` for a test, `bear` for the module that it runs.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Nursery:
    """A module that forks a process for each line that it is given."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked, self._told = process.stdin, process.stdout

    def born(self, what: str = "") -> int:
        """Have a process begin `what`; return its number."""
        self._asked.write(f"{what}\n")
        self._asked.flush()
        return int(self._told.readline())


@contextmanager
def nursery(module: str, environment: Mapping[str, str]) -> Iterator[Nursery]:
    """Run a module that calls `bear`, until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=os.environ | dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=30)


def is_alive(number: int) -> bool:
    """Say whether a process of this number is there, and not merely waited for."""
    state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


def bear(work: Callable[[str], None]) -> None:
    """Fork a process for each line on standard input, that does `work` of it; print its number."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                work(line.strip())
            finally:
                os._exit(0)
        print(child, flush=True)  # noqa: T201 - how the test knows whom to kill
