"""Which testimonies hold what is looked for, and where: in both databases the same."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from app.models import SearchPart, Testimony
from app.services.queries import Query, Term
from app.services.search_index import encoded
from app.services.stems import Token, tokens

Span = tuple[int, int]
FULL_TEXT = "search_index"  # SQLite's own table: see app.models.searches


class _holds(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function that it is
    """Whether a part holds a term: its id and what FTS5 is asked, then columns and tsqueries.

    It has no type: of a Boolean, SQLite would be asked « = 1 », and use no index.
    """

    name = "holds"
    type = NullType()
    inherit_cache = True


@compiles(_holds, "sqlite")
def _on_sqlite(element: _holds, compiler: Any, **options: Any) -> str:
    part, asked, *_ = (compiler.process(each, **options) for each in element.clauses)
    found = f"SELECT rowid FROM {FULL_TEXT} WHERE {FULL_TEXT} MATCH {asked}"  # noqa: S608 - bound
    return f"{part} IN ({found})"


@compiles(_holds, "postgresql")
def _on_postgresql(element: _holds, compiler: Any, **options: Any) -> str:
    _, _, *pairs = (compiler.process(each, **options) for each in element.clauses)
    asked = zip(pairs[::2], pairs[1::2], strict=True)
    return f"({' OR '.join(f'{column} @@ CAST({query} AS tsquery)' for column, query in asked)})"


def holds(*terms: Term, is_among_few: bool = False) -> ColumnElement[bool]:
    """Return the condition that a SearchPart holds one of these terms.

    `is_among_few` where the query chooses few parts by something else: SQLite then looks at these,
    and not at each part that holds a term.
    """
    part = SearchPart.id + 0 if is_among_few else SearchPart.id
    pairs = [(_column(term), literal(_tsquery(term))) for term in terms]
    return _holds(part, literal(_fts5(terms)), *(each for pair in pairs for each in pair))


def _column(term: Term) -> ColumnElement[Any]:
    column: ColumnElement[Any] = SearchPart.words if term.is_exact else SearchPart.stems  # type: ignore[assignment]
    return column


def condition(query: Query) -> ColumnElement[bool]:
    """Return the condition that a testimony is what was asked for."""
    return and_(*(or_(*map(_is_in, clause)) for clause in query.clauses))


def _is_in(term: Term) -> ColumnElement[bool]:
    # Asked once for all testimonies, not of each.
    found = Testimony.id.in_(select(SearchPart.testimony_id).where(holds(term)))
    return ~found if term.is_out else found


def _fts5(terms: Sequence[Term]) -> str:
    return " OR ".join(
        f'({"words" if term.is_exact else "stems"} : "{" ".join(map(encoded, term.tokens))}"'
        f"{' *' if term.begins else ''})"
        for term in terms
    )


def _tsquery(term: Term) -> str:
    return " <-> ".join(map(encoded, term.tokens)) + (":*" if term.begins else "")


def relevance(session: Session, query: Query) -> Subquery:
    """Return how much each testimony speaks of what is looked for: `testimony_id`, `score`.

    Okapi BM25 on SQLite, ts_rank on PostgreSQL, added up over an answer's parts.
    """
    if session.get_bind().dialect.name == "sqlite":
        hits = (
            select(literal_column("rowid").label("id"), literal_column("rank").label("rank"))
            .select_from(text(FULL_TEXT))
            .where(text(f"{FULL_TEXT} MATCH :asked").bindparams(asked=_fts5(query.terms)))
            .cte("hits")
            .prefix_with(
                "MATERIALIZED"
            )  # bm25 is worked out before rows are grouped, or not at all
        )
        ranked = select(SearchPart.testimony_id, (-func.sum(hits.c.rank)).label("score")).join_from(
            hits, SearchPart, SearchPart.id == hits.c.id
        )
    else:
        ranks = [_rank(term) for term in query.terms]
        total = sum(ranks[1:], ranks[0])
        ranked = select(SearchPart.testimony_id, func.sum(total).label("score")).where(
            holds(*query.terms)
        )
    return ranked.group_by(SearchPart.testimony_id).subquery()


def _rank(term: Term) -> ColumnElement[float]:
    return func.ts_rank(_column(term), cast(literal(_tsquery(term)), TSQUERY))


def find(written: str, query: Query) -> list[Span]:
    """Return where the terms of a query stand in a text, in code points; spans never overlap."""
    if not query.terms:
        return []
    every = tokens(written)
    stemmed = [token for token in every if token.stem is not None]
    spans = sorted(
        span for term in query.terms for span in _spans(every if term.is_exact else stemmed, term)
    )
    return list(_joined(spans))


def _spans(listed: Sequence[Token], term: Term) -> Iterator[Span]:
    length = len(term.tokens)
    *firsts, last = term.tokens
    for place in range(len(listed) - length + 1):
        token = listed[place + length - 1]
        form = token.word if term.is_exact else token.stem or ""
        if (form.startswith(last) if term.begins else form == last) and all(
            (each.word if term.is_exact else each.stem) == wanted
            for each, wanted in zip(listed[place:], firsts, strict=False)
        ):
            yield listed[place].start, token.end


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Give spans in their order, those that overlap made one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    yield from joined
