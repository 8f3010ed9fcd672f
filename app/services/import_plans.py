"""What importing a file would do, line by line, before anything is done."""

import enum
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Wanted = TypeVar("Wanted")


class Fate(enum.StrEnum):
    """What becomes of a line."""

    ADDED = "added"
    COMPLETED = "completed"  # something new about what is already known
    UNCHANGED = "unchanged"
    MERGED = "merged"  # with an earlier line of the same file
    REFUSED = "refused"


@dataclass(frozen=True)
class Row(Generic[Wanted]):
    """A line as it was read: what it asks for, or the reason why nothing can be made of it.

    `remarks` tell what was left aside of a line that can be used.
    """

    line: int
    cells: Sequence[str]
    wanted: Wanted | None = None
    reason: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """What will happen to a line, and what to tell about it; `who` is what it is known by."""

    line: int
    cells: Sequence[str]
    who: tuple[str, ...]
    fate: Fate
    remarks: tuple[str, ...] = ()


@dataclass
class Plan(Generic[Wanted]):
    """What will happen to each line, what will be added, and what is known and will be completed.

    A completion is the key of a row of ours, and what the file says of it.
    """

    lines: list[Planned] = field(default_factory=list)
    additions: list[Wanted] = field(default_factory=list)
    completions: list[tuple[object, Wanted]] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Fate]:
        return Counter(each.fate for each in self.lines)

    @property
    def refused(self) -> list[Planned]:
        return [each for each in self.lines if each.fate is Fate.REFUSED]

    @property
    def total(self) -> int:
        """Return how many entries importing would add or change."""
        return len(self.additions) + len(self.completions)

    @property
    def digest(self) -> str:
        """Return what is the same as long as importing would do what was shown."""
        told = ";".join(f"{each.line}{each.fate}" for each in self.lines)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def values(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return what a line says, by column. Raises ValueError when it has more cells than titles."""
    if any(cells[len(columns) :]):
        raise ValueError("il y a plus de cases que de colonnes")
    return {column: cell for column, cell in zip(columns, cells, strict=False) if column}
