"""What a list says of each testimony, in a few queries however long the list."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.models import Answer, Coding
from app.services.testimonies import Filters, conditions
from app.services.words import Span, around, contains, cut, find, fold, one_line, words_of

EXCERPT_LENGTH = 160
Ids: TypeAlias = Sequence[uuid.UUID]


@dataclass(frozen=True)
class Passage:
    """Words of a testimony, those looked for at `found`; `anchor` leads to them on its page."""

    text: str
    found: tuple[Span, ...] = ()
    anchor: str = ""


@dataclass(frozen=True)
class Summary:
    """The themes of one testimony with their numbers of excerpts, and the passages to show."""

    themes: Mapping[str, int]
    passages: Sequence[Passage]

    @property
    def excerpts(self) -> int:
        return sum(self.themes.values())


def of(session: Session, ids: Ids, filters: Filters) -> dict[uuid.UUID, Summary]:
    """Return the summary of each testimony, its passages fit for what was looked for.

    With a theme, the sentences that bear it; else with words, the first place where each of them
    stands; else the first words of the longest answer.
    """
    words = words_of(filters.words)
    if filters.theme:
        passages = _bearing(session, ids, filters.theme, words)
    elif words:
        passages = _holding(session, ids, words)
    else:
        passages = _longest(session, ids)
    themes = _themes(session, ids)
    return {each: Summary(themes[each], passages[each]) for each in ids}


def anchor(position: int, span: Span) -> str:
    """Return the id of an excerpt on its testimony's page: it stays the same between readings."""
    return f"extrait-{position}-{span[0]}-{span[1]}"


def _themes(session: Session, ids: Ids) -> dict[uuid.UUID, dict[str, int]]:
    query = (
        select(Answer.testimony_id, Coding.theme, func.count())
        .join(Coding.answer)
        .where(Answer.testimony_id.in_(ids))
        .group_by(Answer.testimony_id, Coding.theme)
    )
    themes: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    for testimony_id, theme, number in session.execute(query):
        themes[testimony_id][theme] = number
    return themes


def _bearing(
    session: Session, ids: Ids, theme: str, words: Sequence[str]
) -> dict[uuid.UUID, list[Passage]]:
    length = Coding.end - Coding.start
    sentence = func.substr(Answer.text, Coding.start + 1, length)
    query = (
        select(Answer.testimony_id, Answer.position, Coding.start, Coding.end, sentence)
        .join(Coding.answer)
        .where(Answer.testimony_id.in_(ids), Coding.theme == theme)
        .order_by(Answer.position, Coding.start, Coding.end)
    )
    passages: dict[uuid.UUID, list[Passage]] = defaultdict(list)
    for testimony_id, position, start, end, text in session.execute(query):
        passage = _marked(one_line(text), words, anchor(position, (start, end)))
        passages[testimony_id].append(passage)
    return passages


def _holding(session: Session, ids: Ids, words: Sequence[str]) -> dict[uuid.UUID, list[Passage]]:
    holds = or_(*(contains(Answer.text, word) for word in words))
    query = (
        select(Answer.testimony_id, Answer.text)
        .where(Answer.testimony_id.in_(ids), holds)
        .order_by(Answer.position)
    )
    passages: dict[uuid.UUID, list[Passage]] = defaultdict(list)
    for testimony_id, text in session.execute(query):
        shown = passages[testimony_id]
        for word in words:
            if any(word in fold(passage.text) for passage in shown):
                continue
            line = one_line(text or "")
            if hits := find(line, [word]):
                shown.append(_marked(around(line, hits, EXCERPT_LENGTH), words))
    return passages


def _longest(session: Session, ids: Ids) -> dict[uuid.UUID, list[Passage]]:
    beginning = func.substr(Answer.text, 1, 2 * EXCERPT_LENGTH)
    query = (
        select(Answer.testimony_id, beginning)
        .where(Answer.testimony_id.in_(ids), Answer.text.is_not(None))
        .order_by(func.length(Answer.text), Answer.position.desc())  # the longest is kept last
    )
    texts = {row[0]: row[1] for row in session.execute(query)}
    return _single((each, Passage(cut(text, EXCERPT_LENGTH))) for each, text in texts.items())


def _single(pairs: Iterable[tuple[uuid.UUID, Passage]]) -> dict[uuid.UUID, list[Passage]]:
    return defaultdict(list, {each: [passage] for each, passage in pairs})


def _marked(text: str, words: Sequence[str], anchor: str = "") -> Passage:
    return Passage(text, tuple(find(text, words)), anchor)


def excerpts(session: Session, filters: Filters) -> int:
    """Return how many excerpts of the theme looked for the matching testimonies hold."""
    query = (
        select(func.count(Coding.id))
        .join(Coding.answer)
        .join(Answer.testimony)
        .where(Coding.theme == filters.theme, *conditions(filters))
    )
    return session.scalar(query) or 0
