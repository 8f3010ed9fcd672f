"""Themes together: borne by the same testimony, or laid on the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from analysis.crossing import Together, together
from app.models import Answer, Coding, Testimony
from app.services import boards, excerpts, filters, standings
from app.services.filters import Filters

Pair = tuple[str, str]


@dataclass(frozen=True)
class Pairs:
    """How often two themes stand together; `hidden` are the pairs of too few testimonies.

    A pair is given in both orders; a theme with itself is all that bears it.
    """

    themes: tuple[str, ...]
    numbers: Mapping[Pair, int]
    hidden: frozenset[Pair]
    base: int  # testimonies

    @property
    def strongest(self) -> list[Pair]:
        """The pairs that are shown, the most frequent first, each once."""
        shown = [
            (one, other)
            for rank, one in enumerate(self.themes)
            for other in self.themes[rank + 1 :]
            if self.numbers[one, other] and (one, other) not in self.hidden
        ]
        return sorted(shown, key=lambda pair: -self.numbers[pair])


def by_testimony(
    session: Session, wanted: Filters, *, themes: Sequence[str], least: int = 1
) -> Pairs:
    """Return how many testimonies bear both themes of each pair."""
    board = boards.read(session, wanted)
    found = together(board, boards.STATES[wanted.state], themes=themes)
    numbers = _numbers(found)
    return Pairs(found.themes, numbers, _few(numbers, least), found.base)


def by_words(session: Session, wanted: Filters, *, themes: Sequence[str], least: int = 1) -> Pairs:
    """Return how many times excerpts of both themes of each pair stand on common words.

    A theme with itself is all its excerpts. Counted by the database: seven seconds on a million
    codings, in SQLite.
    """
    whole = by_testimony(session, wanted, themes=themes)
    standing = _standing(wanted).subquery()
    one, other = standing.alias("one"), standing.alias("other")
    both = and_(
        one.c.answer_id == other.c.answer_id,
        one.c.theme < other.c.theme,
        one.c.start < other.c.end,
        other.c.start < one.c.end,
    )
    query = (
        select(one.c.theme, other.c.theme, func.count())
        .add_columns(func.count(one.c.testimony_id.distinct()))
        .select_from(one.join(other, both))
        .group_by(one.c.theme, other.c.theme)
    )
    numbers = dict.fromkeys(whole.numbers, 0)
    bearing = dict(numbers)
    for first, second, number, testimonies in session.execute(query):
        for pair in ((first, second), (second, first)):
            numbers[pair], bearing[pair] = number, testimonies
    alone = select(standing.c.theme, func.count()).group_by(standing.c.theme)
    for theme, number in session.execute(alone):
        numbers[theme, theme] = number
        bearing[theme, theme] = whole.numbers[theme, theme]
    return Pairs(whole.themes, numbers, _few(bearing, least), whole.base)


def _standing(wanted: Filters) -> Select[tuple[object, ...]]:
    """Return the excerpts that are counted, as they stand, of the testimonies that pass."""
    query = (
        select(Answer.testimony_id, Coding.answer_id)
        .add_columns(standings.theme().label("theme"))
        .add_columns(standings.start().label("start"), standings.end().label("end"))
        .select_from(Coding)
        .join(Coding.answer)
        .outerjoin(Coding.decision)
        .where(excerpts.in_state(wanted.state))
    )
    passing = filters.conditions(wanted)
    if passing:
        query = query.where(Answer.testimony_id.in_(select(Testimony.id).where(*passing)))
    return query


def _numbers(found: Together) -> dict[Pair, int]:
    counts = found.counts.tolist()
    return {
        (one, other): counts[row][column]
        for row, one in enumerate(found.themes)
        for column, other in enumerate(found.themes)
    }


def _few(numbers: Mapping[Pair, int], least: int) -> frozenset[Pair]:
    return frozenset(pair for pair, number in numbers.items() if 0 < number < least)
