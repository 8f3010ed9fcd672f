"""Tallies: how many testimonies and excerpts bear each theme, by anything they are crossed by.

What is counted is how excerpts stand now: by the theme held, those rejected left out unless they
are asked for. Nothing is stored as truth: digests are drawn with what they count.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from analysis.board import DAY, Board, Dimension
from analysis.crossing import cross
from analysis.tally import OTHERS, CrossTab
from analysis.veils import veiled
from app.services import boards, digest_sweeps, digests, duplicates
from app.services.filters import VARIABLES, Filters


def month(day: str) -> str:
    """Return the month of a day: « 2026-11 »."""
    return day[:7]


def week(day: str) -> str:
    """Return the first day of a day's week, a Monday."""
    told = date.fromisoformat(day)
    return (told - timedelta(days=told.weekday())).isoformat()


# A field of `Filters` or a period → the facet that testimonies are crossed by, and what of it.
BY: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "audience": (digests.AUDIENCE, str),
    **{field: (name, str) for field, name in VARIABLES.items()},
    "questionnaire": (digests.QUESTIONNAIRE, boards.slug),
    "channel": (digests.CHANNEL, str),
    "month": (DAY, month),
    "week": (DAY, week),
}
PERIODS = frozenset({"month", "week"})
MOST_COLUMNS = 110  # more than all départements


@dataclass(frozen=True)
class Tally:
    """The table, and what must be known to read it."""

    table: CrossTab
    waiting: int  # testimonies that the worker has not read yet
    missing: int  # testimonies whose digest is still to be drawn: not counted
    first_day: date | None
    last_day: date | None
    decided: float | None  # the part of excerpts that a person decided, rejected ones among them
    repeated: int  # testimonies left out because they repeat another


def count(
    session: Session,
    *,
    themes: Sequence[str],
    by: str = "audience",
    columns: Sequence[str] = (),
    filters: Filters,
    least: int = 1,
    is_once: bool = False,
) -> Tally:
    """Return the tally of the testimonies that pass `filters`, rows and columns in the order given.

    A theme or column that the data know and the caller does not comes after the others; whoever has
    no value, last. But for profiles, a column is there if somebody is in it; past MOST_COLUMNS, the
    smallest are one, OTHERS. Periods follow one another without any gap. Counts under `least`
    testimonies are veiled. `is_once` counts those that say the same (`duplicates`) as one.
    """
    without = duplicates.repeated(session, filters) if is_once else []
    board = boards.read(session, filters, without=without)
    days = spread(board)
    dimension, columns = _columns(board, by, columns, days)
    state = boards.STATES[filters.state]
    table = cross(board, dimension, state, rows=themes, columns=columns)
    return Tally(
        table=veiled(table, least),
        waiting=int(board.dimension(digests.READ).is_value("non").sum()),
        missing=digest_sweeps.count_missing(session),
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        decided=_decided(board),
        repeated=len(without),
    )


def _columns(
    board: Board, by: str, known: Sequence[str], days: tuple[date, date] | None
) -> tuple[Dimension, Sequence[str]]:
    dimension = board.dimension(*BY[by])
    if by in PERIODS:
        return dimension, periods(by, *days) if days else ()
    present = dimension.present
    if len(present) > MOST_COLUMNS:
        kept = sorted(present, key=lambda value: (-present[value], value))[: MOST_COLUMNS - 1]
        dimension = dimension.folded(sorted(kept), OTHERS)
        present = dict.fromkeys(dimension.values, 1)
        known = [value for value in (*known, *sorted(kept)) if value in present]
        return dimension, [*dict.fromkeys(known), OTHERS]
    return dimension, [value for value in known if by == "audience" or value in present]


def spread(board: Board) -> tuple[date, date] | None:
    """Return the first day and the last of the testimonies of a board."""
    days = board.dimension(DAY)
    codes = days.codes[days.codes >= 0]
    if not codes.size:
        return None
    first, last = days.values[codes.min()], days.values[codes.max()]
    return date.fromisoformat(first), date.fromisoformat(last)


def periods(by: str, first: date, last: date) -> list[str]:
    """Return every month or week from one day to another."""
    group = BY[by][1]
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    named = (group(day.isoformat()) for day in days)
    return list(dict.fromkeys(named))


def _decided(board: Board) -> float | None:
    proposed = board.excerpts("proposed")
    decided = board.excerpts("kept") + board.excerpts("rejected")
    return decided / (proposed + decided) if proposed + decided else None
