"""The last row of the log, noted outside the database: rows cut from the end show by it.

A file of the instance, written after each commit that added to the log. Whoever can write the
tables can cut them; the file says how far they went.
"""

import fcntl
import logging
import os
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row and its hash; `str()` writes it « 512:9f86d0… », as it is noted elsewhere."""

    sequence: int
    hash: str

    @classmethod
    def read(cls, text: str) -> "Anchor":
        """Give what is written. Raises ValueError."""
        number, _, value = text.strip().partition(":")
        if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
            raise ValueError("no anchor: a number, a colon, 64 hexadecimal digits")
        return cls(int(number), value)

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


class AnchorFile:
    """Where this process notes the end of the log; nowhere until it is told."""

    def __init__(self) -> None:
        self.path: Path | None = None

    def configure(self, path: Path) -> None:
        """Note the end of the log in `path`."""
        self.path = path

    def kept(self) -> Anchor | None:
        """Return what is noted, or none where nothing is. Raises ValueError for what is damaged."""
        written = self.path.read_bytes() if self.path and self.path.exists() else b""
        return Anchor.read(written.decode("ascii")) if written else None

    def note(self, anchor: Anchor, *, is_back: bool = False) -> None:
        """Note a row, unless a later one is; `is_back`: even then, after a restore.

        What is noted is committed already: a disk that refuses is told to the service's log.
        """
        if self.path is None:
            return
        try:
            self._note(self.path, anchor, is_back=is_back)
        except OSError as trouble:
            log.error("the end of the log of acts could not be noted: %s", trouble.strerror)

    def _note(self, path: Path, anchor: Anchor, *, is_back: bool) -> None:
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(opened, "r+", encoding="ascii", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            written = file.read()
            if not is_back and _sequence(written) >= anchor.sequence:
                return
            # The later row is never shorter: written over, the file holds one of the two whole.
            file.seek(0)
            file.write(f"{anchor}\n")
            file.truncate()


def _sequence(written: str) -> int:
    try:
        return Anchor.read(written).sequence
    except ValueError:
        return 0


anchor_file = AnchorFile()
