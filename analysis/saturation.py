"""Saturation: how many new themes testimonies bring as they come in, and whether one may stop.

After G. Guest, E. Namey and M. Chen, « A simple method to assess and report thematic saturation in
qualitative research », PLoS ONE 15(5), 2020, e0232076. The first testimonies are the *base*: how
many themes they bear, each once. Then come *runs* of testimonies: the new themes of a run, divided
by those of the base, are its new information. At or under the *threshold*, saturation is reached.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BASE, RUN, THRESHOLD = 4, 2, 0.05  # the authors' usual ones, for interviews
BASES, RUNS, THRESHOLDS = (4, 5, 6, 10, 20, 50), (2, 3, 5, 10, 20), (0.0, 0.05)


@dataclass(frozen=True)
class Run:
    """Some testimonies one after another, and the themes that none before them bore."""

    first: int  # rank of the first testimony, from 1
    last: int
    new: tuple[str, ...]
    share: float  # of the themes of the base


@dataclass(frozen=True)
class Saturation:
    """The themes seen after each testimony, the base, its runs, and where one might have stopped.

    ``reached``: the rank of the last testimony of the first run at or under the threshold; None
    where there is none, or where too few testimonies came to tell.
    """

    seen: tuple[int, ...]
    base: tuple[str, ...]
    runs: tuple[Run, ...]
    reached: int | None

    @property
    def themes(self) -> int:
        """How many themes have been seen in all."""
        return self.seen[-1] if self.seen else 0

    @property
    def later(self) -> tuple[str, ...]:
        """The themes that came after one might have stopped."""
        if self.reached is None:
            return ()
        return tuple(theme for run in self.runs if run.last > self.reached for theme in run.new)


def saturation(
    testimonies: Iterable[Iterable[str]],
    *,
    base: int = BASE,
    run: int = RUN,
    threshold: float = THRESHOLD,
) -> Saturation:
    """The saturation of *testimonies*, each the themes that it bears, in the order they came.

    Runs follow one another without overlap; a last one that is not whole is left out.
    ``ValueError`` for a base or a run under one testimony.
    """
    if base < 1 or run < 1:
        raise ValueError(f"a base of {base} and runs of {run} testimonies cannot be")
    new = _new(testimonies)
    seen, total = [], 0
    for themes in new:
        total += len(themes)
        seen.append(total)
    first = tuple(theme for themes in new[:base] for theme in themes)
    runs = _runs(new, base, run, len(first)) if len(new) >= base else ()
    reached = next((each.last for each in runs if each.share <= threshold), None)
    return Saturation(tuple(seen), first, runs, reached)


def _new(testimonies: Iterable[Iterable[str]]) -> list[list[str]]:
    """The themes of each testimony that none before it bore."""
    known: set[str] = set()
    found = []
    for themes in testimonies:
        fresh = sorted(set(themes) - known)
        known.update(fresh)
        found.append(fresh)
    return found


def _runs(new: Sequence[Sequence[str]], base: int, size: int, whole: int) -> tuple[Run, ...]:
    runs = []
    for start in range(base, len(new) - size + 1, size):
        fresh = tuple(theme for themes in new[start : start + size] for theme in themes)
        share = len(fresh) / whole if whole else float(bool(fresh))
        runs.append(Run(start + 1, start + size, fresh, share))
    return tuple(runs)
