"""Words in their context: each place where they stand on one line, what comes before and after.

A word's neighbours are what shows how people use it; sorted by what comes before or after, the
same turns of phrase come together (a concordance, or KWIC: Luhn 1960).
"""

import re
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from analysis.folding import fold
from app.models import Answer, Channel, SearchPart, Testimony
from app.services import searches, voices
from app.services.filters import Filters, conditions
from app.services.queries import Query
from app.services.words import one_line

CONTEXT = 60  # characters on each side
MOST = 1000  # lines that are read for a page: beyond, filters must narrow
PAGE_SIZE = 100
LEFT, RIGHT = "gauche", "droite"
_WORD = re.compile(r"\w+")
_COLON = re.compile(r"[^\S\n]*:(?=\s|\Z)")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Line:
    """A place `start:end` of an answer: what stands there, with the words on both sides.

    `is_team` says that somebody of the team speaks there, in an interview; known once `shown`.
    """

    testimony_id: uuid.UUID
    reference: str
    audience: str
    answer_id: uuid.UUID
    position: int
    start: int
    end: int
    left: str
    words: str
    right: str
    is_interview: bool
    is_team: bool = False


@dataclass(frozen=True)
class Concordance:
    """The lines that were read, sorted, and whether there are more."""

    lines: Sequence[Line]
    has_more: bool

    @property
    def testimonies(self) -> int:
        """In how many testimonies these lines stand."""
        return len({line.testimony_id for line in self.lines})

    @property
    def last_page(self) -> int:
        return max(1, -(-len(self.lines) // PAGE_SIZE))

    def page(self, number: int) -> Sequence[Line]:
        """Return one page of lines; the first is number 1."""
        return self.lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]


def of(session: Session, filters: Filters, order: str = "") -> Concordance:
    """Return the first MOST lines, sorted: by testimony, or by what comes on the LEFT or RIGHT."""
    with closing(lines(session, filters)) as every:
        read = list(islice(every, MOST + 1))
    kept = read[:MOST]
    if order == LEFT:
        kept.sort(key=lambda line: _WORD.findall(fold(line.left))[::-1])
    elif order == RIGHT:
        kept.sort(key=lambda line: _WORD.findall(fold(line.right)))
    return Concordance(kept, has_more=len(read) > MOST)


def lines(session: Session, filters: Filters) -> Generator[Line]:
    """Give every line, the newest testimonies first, in reading order.

    They are read as they are taken: however many there are, few are held at once; close it where
    it is left before its end. Raises UnreadableQueryError.
    """
    if not filters.query.terms:
        return
    answer_id, told = None, set[int]()
    with session.execute(_parts(filters).execution_options(yield_per=200)) as rows:
        for row in rows:
            if row.answer_id != answer_id:
                answer_id, told = row.answer_id, set()
            for start, end in _places(row, filters.query):
                if start not in told:  # parts overlap
                    told.add(start)
                    yield _line(row, start, end)


def _places(row: Row[Any], query: Query) -> Iterator[tuple[int, int]]:
    """Give where the words stand in the answer; the names that begin an interview's turns aside."""
    before = row.start - row.window_start
    is_interview = row.channel == Channel.INTERVIEW
    for start, end in searches.find(row.window[before : before + row.end - row.start], query):
        if not (is_interview and _is_name(row.window, before + end)):
            yield row.start + start, row.start + end


def _is_name(window: str, end: int) -> bool:
    """Say whether what ends there is who speaks: at the beginning of a line, before a colon."""
    begun = window[:end].rpartition("\n")[2]
    return _COLON.match(window, end) is not None and len(begun.split()) <= voices.MOST_WORDS


def _parts(filters: Filters) -> Select[tuple[Any, ...]]:
    start = case((SearchPart.start > CONTEXT, SearchPart.start - CONTEXT), else_=0)
    return (
        select(
            Testimony.id,
            Testimony.reference,
            Testimony.audience,
            Testimony.channel,
            Answer.position,
            SearchPart.answer_id,
            SearchPart.start,
            SearchPart.end,
            start.label("window_start"),
            func.substr(Answer.text, start + 1, SearchPart.end - start + CONTEXT).label("window"),
        )
        .join(Answer, Answer.id == SearchPart.answer_id)
        .join(Testimony, Testimony.id == SearchPart.testimony_id)
        .where(searches.holds(*filters.query.terms), *conditions(filters))
        .order_by(
            Testimony.received_on.desc(), Testimony.reference, Answer.position, SearchPart.start
        )
    )


def _line(row: Row[Any], start: int, end: int) -> Line:
    first, last = start - row.window_start, end - row.window_start
    left = row.window[max(0, first - CONTEXT) : first]
    right = row.window[last : last + CONTEXT]
    return Line(
        testimony_id=row.id,
        reference=row.reference,
        audience=row.audience,
        answer_id=row.answer_id,
        position=row.position,
        start=start,
        end=end,
        left=_on_one_line(_without_first_bit(left) if start > CONTEXT else left),
        words=one_line(row.window[first:last]),
        right=_on_one_line(_without_last_bit(right) if len(right) == CONTEXT else right),
        is_interview=row.channel == Channel.INTERVIEW,
    )


def _on_one_line(text: str) -> str:
    return _SPACES.sub(" ", text)  # those at its ends too: they part it from the words


def _without_first_bit(text: str) -> str:
    """Return text without the word that its beginning perhaps cuts."""
    return text[text.find(" ") + 1 :] if " " in text.rstrip() else text


def _without_last_bit(text: str) -> str:
    return text[: text.rfind(" ")] if " " in text.lstrip() else text


def shown(session: Session, listed: Sequence[Line]) -> list[Line]:
    """Return these lines, each with whether the team speaks there; few at once."""
    wanted = {line.answer_id for line in listed if line.is_interview}
    heard = {}
    for answer in session.scalars(
        select(Answer).where(Answer.id.in_(wanted)).options(joinedload(Answer.testimony))
    ):
        heard[answer.id] = voices.heard(answer.text or "", voices.team_of(answer.testimony))
    return [
        replace(line, is_team=not heard[line.answer_id][line.start : line.end].strip(" \n."))
        if line.answer_id in heard
        else line
        for line in listed
    ]
