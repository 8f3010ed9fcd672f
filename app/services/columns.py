"""The columns of a file that people send: what each may bear as a title, and which are needed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.folding import fold

PROFILE = "profil"


@dataclass(frozen=True)
class Column:
    """One thing that a file may say; `titles` are its other names: folded, letters only."""

    key: str
    label: str
    titles: str = ""
    is_needed: bool = False


@dataclass(frozen=True)
class Choices:
    """What each column of a file is (empty: left aside), and the profile of lines without one."""

    columns: tuple[str, ...]
    audience: str = ""


@dataclass(frozen=True)
class Columns:
    """All that one kind of file may say."""

    all: tuple[Column, ...]

    @cached_property
    def _by_title(self) -> dict[str, str]:
        return {title: each.key for each in self.all for title in (each.key, *each.titles.split())}

    @cached_property
    def labels(self) -> dict[str, str]:
        return {each.key: each.label for each in self.all}

    @property
    def needed(self) -> list[str]:
        return [each.key for each in self.all if each.is_needed]

    def recognise(self, titles: Sequence[str]) -> list[str]:
        """Return what each title names, empty when it is none of ours."""
        return [self._by_title.get(re.sub(r"[^a-z]", "", fold(title)), "") for title in titles]

    def missing(self, chosen: Choices) -> list[str]:
        """Return the needed columns not chosen; a profile for all the lines is as good as one."""
        given = {*chosen.columns, *([PROFILE] if chosen.audience else [])}
        return [key for key in self.needed if key not in given]

    def twice(self, chosen: Sequence[str]) -> list[str]:
        """Return the columns that were chosen more than once."""
        return [key for key in self.labels if list(chosen).count(key) > 1]

    def guess(self, titles: Sequence[str]) -> tuple[str, ...]:
        """Return what the titles name, each column once: the first that bears its name."""
        known = self.recognise(titles)
        return tuple(key if known.index(key) == n else "" for n, key in enumerate(known))
