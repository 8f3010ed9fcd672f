"""What a list says of each testimony, in a few queries however long the list."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Answer, Coding, SearchPart
from app.services import excerpts as sought
from app.services import searches, standings
from app.services.filters import Filters, conditions
from app.services.queries import Query, Term
from app.services.words import Span, around, cut, one_line

EXCERPT_LENGTH = 160
Ids: TypeAlias = Sequence[uuid.UUID]


@dataclass(frozen=True)
class Passage:
    """Words of a testimony, those looked for at `found`; `anchor` leads to them on its page.

    `themes`: those looked for that stand on these words.
    """

    text: str
    found: tuple[Span, ...] = ()
    anchor: str = ""
    themes: tuple[str, ...] = ()


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

    With a theme or a state, the excerpts that have them, as they stand; else with words, the first
    place where each of them stands; else the first words of the longest answer.
    """
    if filters.chooses_excerpts:
        passages = _bearing(session, ids, filters)
    elif filters.query.terms:
        passages = _holding(session, ids, filters.query)
    else:
        passages = _longest(session, ids)
    themes = _themes(session, ids)
    return {each: Summary(themes[each], passages[each]) for each in ids}


def anchor(position: int, span: Span) -> str:
    """Return the id of an excerpt on its testimony's page: it stays the same between readings."""
    return f"extrait-{position}-{span[0]}-{span[1]}"


def _themes(session: Session, ids: Ids) -> dict[uuid.UUID, dict[str, int]]:
    """Return how many excerpts that nobody rejected each testimony has of each theme."""
    theme = standings.theme()
    query = (
        select(Answer.testimony_id, theme, func.count())
        .select_from(Coding)
        .join(Coding.answer)
        .outerjoin(Coding.decision)
        .where(Answer.testimony_id.in_(ids), standings.stands())
        .group_by(Answer.testimony_id, theme)
    )
    themes: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    for testimony_id, name, number in session.execute(query):
        themes[testimony_id][name] = number
    return themes


def _bearing(session: Session, ids: Ids, filters: Filters) -> dict[uuid.UUID, list[Passage]]:
    start, end, theme = standings.start(), standings.end(), standings.theme()
    query = (
        select(Answer.testimony_id, Answer.position, start, end)
        .add_columns(func.substr(Answer.text, start + 1, end - start), theme)
        .select_from(Coding)
        .join(Coding.answer)
        .outerjoin(Coding.decision)
        .where(Answer.testimony_id.in_(ids), sought.wanted(filters.themes, filters.state))
        .order_by(Answer.position, start, end, theme)
    )
    told: dict[tuple[Any, ...], dict[str, None]] = defaultdict(dict)
    for *words, each in session.execute(query):  # two themes on the same words are told together
        told[tuple(words)][each] = None
    passages: dict[uuid.UUID, list[Passage]] = defaultdict(list)
    for (testimony_id, position, first, last, text), themes in told.items():
        passage = _marked(one_line(text), filters.query, anchor(position, (first, last)))
        passages[testimony_id].append(replace(passage, themes=tuple(themes)))
    return passages


def _holding(session: Session, ids: Ids, query: Query) -> dict[uuid.UUID, list[Passage]]:
    """Return the first place of each term in each testimony, those that stand together once."""
    places = {term: _first_parts(session, ids, term) for term in query.terms}
    texts = _texts(session, {part for found in places.values() for part in found.values()})
    passages: dict[uuid.UUID, list[Passage]] = defaultdict(list)
    for term, found in places.items():
        alone = Query(((term,),))
        for testimony_id, part in found.items():
            shown = passages[testimony_id]
            if any(searches.find(passage.text, alone) for passage in shown):
                continue
            line = one_line(texts[part])
            if hits := searches.find(line, alone):
                shown.append(_marked(around(line, hits, EXCERPT_LENGTH), query))
    return passages


def _first_parts(session: Session, ids: Ids, term: Term) -> dict[uuid.UUID, int]:
    """Return, for each testimony that holds a term, the part where it first does."""
    query = (
        select(SearchPart.testimony_id, SearchPart.id)
        .join(Answer, Answer.id == SearchPart.answer_id)
        .where(Answer.testimony_id.in_(ids), searches.holds(term, is_among_few=True))
        .order_by(Answer.position.desc(), SearchPart.start.desc())  # the first is kept last
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _texts(session: Session, parts: Collection[int]) -> dict[int, str]:
    words = func.substr(Answer.text, SearchPart.start + 1, SearchPart.end - SearchPart.start)
    query = select(SearchPart.id, words).join(Answer, Answer.id == SearchPart.answer_id)
    return {row[0]: row[1] for row in session.execute(query.where(SearchPart.id.in_(parts)))}


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


def _marked(text: str, query: Query, anchor: str = "") -> Passage:
    return Passage(text, tuple(searches.find(text, query)), anchor)


def excerpts(session: Session, filters: Filters, *, of: str = "") -> int:
    """Return how many excerpts are looked for in the testimonies that pass `filters`.

    Two themes on the same words count twice, as they do in tallies. `of`: those of one theme alone.
    """
    themes = [of] if of else filters.themes
    query = (
        select(func.count(Coding.id))
        .join(Coding.answer)
        .join(Answer.testimony)
        .outerjoin(Coding.decision)
        .where(sought.wanted(themes, filters.state), *conditions(filters))
    )
    return session.scalar(query) or 0
