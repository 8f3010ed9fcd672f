"""Saturation of the testimonies that pass some filters, in the order of the days they came."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from analysis.board import DAY
from analysis.lazy_numpy import np
from analysis.saturation import Saturation, saturation
from app.services import boards
from app.services.filters import Filters


def measure(
    session: Session, filters: Filters, *, base: int, run: int, threshold: float
) -> Saturation:
    """Return how many new themes came with each testimony.

    The day alone is kept: those of one day stand in an order that says nothing, always the same.
    """
    return saturation(in_order(session, filters), base=base, run=run, threshold=threshold)


def in_order(session: Session, filters: Filters) -> Sequence[Sequence[str]]:
    """Return the themes of each testimony, the first that came first."""
    board = boards.read(session, filters, is_ordered=True)
    rows, ranks, _ = board.bearings(boards.STATES[filters.state])
    borne: list[list[str]] = [[] for _ in range(board.size)]
    for row, rank in zip(rows.tolist(), ranks.tolist(), strict=True):
        borne[row].append(board.themes[rank])
    days = board.dimension(DAY).codes
    return [borne[row] for row in np.argsort(days, kind="stable").tolist()]
