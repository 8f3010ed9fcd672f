"""What a group of testimonies says more, or less, than all of them: themes, and words.

Themes are counted in testimonies, words each time they are said. What would point at somebody is
left out: all of a group that is too small, or that leaves too few beside it; a theme or a word that
too few in the group, or too few beside it, have borne or said.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import and_, case, literal, select
from sqlalchemy.orm import Session

from analysis.specificities import Specificity, specificities
from analysis.wordings import words
from app.models import Answer, Channel, Testimony
from app.services import boards, filters, tallies, voices
from app.services.filters import Filters
from forms.schema import VOICES_ID

LEAST_SAID = 10  # times a word must be said in all to be tried


@dataclass(frozen=True)
class Specifics:
    """What was found, the most over-used first; how many were tried, and how many left out."""

    found: Sequence[Specificity]
    part: int  # units of the group: testimonies, or words
    whole: int
    left_out: int
    is_too_small: bool = False  # the group, or what is beside it: nothing is told


def of_themes(
    session: Session, wanted: Filters, *, by: str, value: str, least: int = 1
) -> Specifics:
    """Return the themes that a group bears more or less than all the testimonies that pass."""
    board = boards.read(session, wanted)
    inside = board.dimension(*tallies.BY[by]).is_value(value)
    rows, ranks, _ = board.bearings(boards.STATES[wanted.state])
    whole = Counter(ranks.tolist())
    part = Counter(ranks[inside[rows]].tolist())
    shown = [rank for rank in whole if not _is_few((part[rank], whole[rank] - part[rank]), least)]
    sizes = int(inside.sum()), board.size
    if _is_few((sizes[0], sizes[1] - sizes[0]), least):
        return Specifics([], *sizes, len(whole), is_too_small=True)
    found = specificities(
        {board.themes[rank]: part[rank] for rank in shown},
        {board.themes[rank]: whole[rank] for rank in shown},
        sizes=sizes,
    )
    return Specifics(found, *sizes, len(whole) - len(shown))


def of_words(session: Session, wanted: Filters, *, group: Filters, least: int = 1) -> Specifics:
    """Return the words that the testimonies of `group` say more or less than all that pass.

    Each testimony's free words are read: some seconds for tens of thousands. In an interview, what
    the team says is not counted.
    """
    part, whole = _Said(), _Said()
    for (_, is_inside), texts in groupby(_texts(session, wanted, group), key=_whose):
        counted = Counter(word for _, text, _ in texts for word in words(text))
        for each in (part, whole) if is_inside else (whole,):
            each.add(counted)
    tried = {word: number for word, number in whole.times.items() if number >= LEAST_SAID}
    sizes = part.times.total(), whole.times.total()
    if _is_few((part.size, whole.size - part.size), least):
        return Specifics([], *sizes, len(tried), is_too_small=True)
    shown = {
        word: number
        for word, number in tried.items()
        if not _is_few((part.bearing[word], whole.bearing[word] - part.bearing[word]), least)
    }
    found = specificities(part.times, shown, sizes=sizes)
    return Specifics(found, *sizes, len(tried) - len(shown))


class _Said:
    """How many times each word is said, in how many testimonies, and how many these are in all."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()
        self.bearing: Counter[str] = Counter()
        self.size = 0

    def add(self, counted: Counter[str]) -> None:
        """Add a testimony's words."""
        self.times.update(counted)
        self.bearing.update(counted.keys())
        self.size += 1


def _whose(row: tuple[uuid.UUID, str, bool]) -> tuple[uuid.UUID, bool]:
    return row[0], row[2]


def _is_few(numbers: tuple[int, int], least: int) -> bool:
    return any(0 < number < least for number in numbers)


def _texts(
    session: Session, wanted: Filters, group: Filters
) -> Iterator[tuple[uuid.UUID, str, bool]]:
    """Yield each answer in free words, by testimony, and whether the group says it."""
    passing = filters.conditions(wanted)
    inside = filters.conditions(group)
    is_inside = case((and_(*inside), 1), else_=0) if inside else literal(1)
    query = (
        select(Answer.testimony_id, Answer.text, is_inside)
        .join(Testimony, Testimony.id == Answer.testimony_id)
        .where(Answer.text.is_not(None), *passing)
        .order_by(Answer.testimony_id, Answer.position)
    )
    teams = _teams(session)
    for testimony_id, text, is_in in session.execute(query.execution_options(yield_per=500)):
        team = teams.get(testimony_id)
        yield testimony_id, voices.heard(text, team) if team else text, bool(is_in)


def _teams(session: Session) -> dict[uuid.UUID, list[str]]:
    """Return the names of the team's voices, for each interview that has some."""
    query = (
        select(Answer.testimony_id, Answer.value)
        .join(Testimony, Testimony.id == Answer.testimony_id)
        .where(Testimony.channel == Channel.INTERVIEW, Answer.question_id == VOICES_ID)
    )
    return {id_: [str(each) for each in value or ()] for id_, value in session.execute(query)}
