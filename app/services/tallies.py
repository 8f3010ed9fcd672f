"""Tallies: how many testimonies and excerpts bear each theme in each profile, counted by SQL.

What is counted is every theme that stands as proposed by the pipeline, whatever was decided since;
the page says how many were. Nothing is stored: a figure is always that of the present rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from analysis.tally import Count, CrossTab, from_counts
from app.models import Answer, Coding, Testimony, Verdict
from app.services import codings
from app.services.testimonies import Filters, conditions


@dataclass(frozen=True)
class Tally:
    """The table, and what must be known to read it."""

    table: CrossTab
    waiting: int  # testimonies that the worker has not read yet
    first_day: date | None
    last_day: date | None
    verdicts: Mapping[Verdict | None, int]

    @property
    def decided(self) -> int:
        return sum(number for verdict, number in self.verdicts.items() if verdict is not None)


@dataclass(frozen=True)
class _Profile:
    """The testimonies of one profile, whether they bear a theme or not."""

    base: int
    waiting: int
    first_day: date
    last_day: date


def count(
    session: Session, *, themes: Sequence[str], audiences: Sequence[str], filters: Filters
) -> Tally:
    """Return the tally of the testimonies that pass `filters`, rows and columns in the order given.

    A theme or profile that the data know and the caller does not comes after the others.
    """
    profiles = _profiles(session, filters)
    cells = _cells(session, filters)
    column_totals = _column_totals(session, filters)
    table = from_counts(
        cells,
        _row_totals(cells),
        column_totals,
        _sum(column_totals.values()),  # a testimony stands in one column: totals add up this way
        rows=_completed(themes, (theme for theme, _ in cells)),
        columns=_completed(audiences, profiles),
        bases={audience: profile.base for audience, profile in profiles.items()},
    )
    return Tally(
        table=table,
        waiting=sum(profile.waiting for profile in profiles.values()),
        first_day=min((profile.first_day for profile in profiles.values()), default=None),
        last_day=max((profile.last_day for profile in profiles.values()), default=None),
        verdicts=codings.verdicts(session, select(Testimony.id).where(*conditions(filters))),
    )


def _profiles(session: Session, filters: Filters) -> dict[str, _Profile]:
    query = (
        select(
            Testimony.audience,
            func.count(),
            func.count() - func.count(Testimony.tagged_by),
            func.min(Testimony.received_on),
            func.max(Testimony.received_on),
        )
        .where(*conditions(filters))
        .group_by(Testimony.audience)
        .order_by(Testimony.audience)
    )
    return {row[0]: _Profile(*row[1:]) for row in session.execute(query)}


def _cells(session: Session, filters: Filters) -> dict[tuple[str, str], Count]:
    query = (
        select(Coding.theme, Testimony.audience, *_numbers())
        .join(Coding.answer)
        .join(Answer.testimony)
        .where(*conditions(filters))
        .group_by(Coding.theme, Testimony.audience)
        .order_by(Coding.theme, Testimony.audience)
    )
    return {(row[0], row[1]): _as_count(row) for row in session.execute(query)}


def _column_totals(session: Session, filters: Filters) -> dict[str, Count]:
    """Count apart: a testimony that bears several themes counts once in its profile."""
    query = (
        select(Testimony.audience, *_numbers())
        .select_from(Coding)
        .join(Coding.answer)
        .join(Answer.testimony)
        .where(*conditions(filters))
        .group_by(Testimony.audience)
    )
    return {row[0]: _as_count(row) for row in session.execute(query)}


def _numbers() -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.count(Testimony.id.distinct()), func.count(Coding.id)


def _as_count(row: Row[*tuple[Any, ...]]) -> Count:
    return Count(testimonies=row[-2], excerpts=row[-1])


def _row_totals(cells: Mapping[tuple[str, str], Count]) -> dict[str, Count]:
    rows: dict[str, list[Count]] = {}
    for (theme, _), number in cells.items():
        rows.setdefault(theme, []).append(number)
    return {theme: _sum(numbers) for theme, numbers in rows.items()}


def _sum(counts: Iterable[Count]) -> Count:
    listed = list(counts)
    return Count(sum(each.testimonies for each in listed), sum(each.excerpts for each in listed))


def _completed(known: Sequence[str], present: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*known, *present]))
