"""A testimony as it is read: its codings as they stand, each answer cut where they begin and end.

Codings are plain rows here: a long interview may bear fifty thousand.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from app.models import Account, Answer, Coding, Decision, Memo, Verdict
from app.services import codings_log, memos, passages, standings
from app.services.passages import Part, Piece, Span
from app.services.standings import State
from app.services.words import cut, fold, one_line

QUOTE_LENGTH = 80
QUOTED = re.compile("«\u00a0(.+?)\u00a0»")
REMARKED = re.compile("(?P<quote>«\u00a0[^«»]+\u00a0») (?P<remark>[(].+[)])")
Tag: TypeAlias = tuple[str, str]  # a theme's family, and whether it is proposed, kept or rejected
_AT_ONCE = 500  # ids in one query


class Laid(NamedTuple):
    """A coding as it stands: the answer's position, the theme, the bounds, the state."""

    id: uuid.UUID
    position: int
    theme: str
    start: int
    end: int
    state: State
    is_by_hand: bool

    @property
    def span(self) -> Span:
        return self.start, self.end

    @property
    def seen(self) -> str:
        """What a page that shows it has seen."""
        return codings_log.sight(self.state, self.theme, self.start, self.end)

    @property
    def is_decided(self) -> bool:
        return self.state != State.PROPOSED

    @property
    def is_kept(self) -> bool:
        return self.state in (State.ACCEPTED, State.CORRECTED)


@dataclass(frozen=True)
class Reason:
    """Why the pipeline proposed a theme, in French; the words of the answer stand at `found`."""

    text: str
    found: tuple[Span, ...]


@dataclass(frozen=True)
class Told:
    """All that a note says of a coding: beside how it stands, what was proposed, why, and by whom.

    `moved_from`: the words on which it was laid, where it was moved elsewhere.
    """

    laid: Laid
    proposed_theme: str
    score: float
    reasons: Sequence[Reason]
    words: str
    moved_from: str | None
    decided_by: str | None
    decided_at: datetime | None
    memos: Sequence[Memo]


@dataclass(frozen=True)
class Note:
    """A span of an answer and all the themes laid on exactly it."""

    number: int
    span: Span
    proposals: Sequence[Told]


def laid(
    session: Session, testimony_id: uuid.UUID, ids: Iterable[uuid.UUID] | None = None
) -> list[Laid]:
    """Return a testimony's codings as they stand, in reading order; of `ids` alone, if given."""
    query = (
        select(
            Coding.id,
            Answer.position,
            standings.theme(),
            standings.start(),
            standings.end(),
            type_coerce(Decision.verdict, String),
            Coding.is_by_hand,
        )
        .select_from(Answer)
        .join(Coding, Coding.answer_id == Answer.id)
        .outerjoin(Coding.decision)
        .where(Answer.testimony_id == testimony_id)
    )
    found = [
        Laid(id_, position, theme, start, end, _STATES[verdict], is_by_hand)
        for rows in _each(session, query, ids)
        for id_, position, theme, start, end, verdict, is_by_hand in rows
    ]
    return sorted(found, key=itemgetter(1, 3, 4, 2))


def _each(session: Session, query: Any, ids: Iterable[uuid.UUID] | None) -> Iterator[Sequence[Any]]:
    session.flush()
    connection = session.connection()  # plain rows: what the session holds would cost as much again
    if ids is None:
        yield connection.execute(query).all()
        return
    wanted = list(ids)
    for first in range(0, len(wanted), _AT_ONCE):
        few = query.where(Coding.id.in_(wanted[first : first + _AT_ONCE]))
        yield connection.execute(few).all()


_STATES = {None: State.PROPOSED} | {verdict.value: State(verdict.value) for verdict in Verdict}


def told(session: Session, codings: Sequence[Laid]) -> dict[uuid.UUID, Told]:
    """Return what a note says of each of these codings."""
    query = (
        select(
            Coding.id,
            Coding.theme,
            Coding.start,
            Coding.end,
            Coding.score,
            Coding.evidence,
            Answer.text,
            Account.name,
            Account.email,
            Decision.decided_at,
        )
        .join(Coding.answer)
        .outerjoin(Coding.decision)
        .outerjoin(Decision.decided_by)
    )
    ids = [each.id for each in codings]
    rows = {row[0]: row for each in _each(session, query, ids) for row in each}
    beside = memos.beside(session, ids)
    return {each.id: _told(each, rows[each.id], beside.get(each.id, ())) for each in codings}


def _told(laid: Laid, row: Any, beside: Sequence[Memo]) -> Told:
    text = row.text or ""
    has_moved = (row.start, row.end) != laid.span
    return Told(
        laid=laid,
        proposed_theme=row.theme,
        score=row.score,
        reasons=_reasons(text, row.evidence),
        words=one_line(text[laid.start : laid.end]),
        moved_from=one_line(text[row.start : row.end]) if has_moved else None,
        decided_by=row.name or row.email,
        decided_at=row.decided_at,
        memos=beside,
    )


def by_position(codings: Iterable[Laid]) -> Mapping[int, list[Laid]]:
    """Return codings by the position of their answer, in the order given."""
    found: dict[int, list[Laid]] = defaultdict(list)
    for each in codings:
        found[each.position].append(each)
    return found


def notes(codings: Sequence[Laid], told: Mapping[uuid.UUID, Told], *, after: int = 0) -> list[Note]:
    """Return the notes of an answer's codings in reading order, numbered `after` so many others."""
    spans: dict[Span, list[Told]] = defaultdict(list)
    for each in codings:
        spans[each.span].append(told[each.id])
    return [
        Note(number, span, proposals)
        for number, (span, proposals) in enumerate(spans.items(), start=after + 1)
    ]


def pieces(
    text: str, codings: Iterable[Laid], family: Callable[[str], str], cuts: Iterable[int] = ()
) -> Iterator[tuple[Part, list[Piece]]]:
    """Give an answer part by part, in pieces tagged by the families and the fates of their themes.

    `family`: the letter of a theme's family. `cuts`: where a piece ends in any case.
    """
    tags: dict[tuple[str, State], Tag] = {}
    spans = []
    for each in codings:
        key = each.theme, each.state
        if key not in tags:
            tags[key] = (family(each.theme), _fate(each.state))
        spans.append((each.start, each.end, tags[key]))
    parts = list(passages.parts(text))
    found = passages.split(text, spans, [*cuts, *(part.end for part in parts)])
    piece = next(found, None)
    for part in parts:
        held = []
        while piece is not None and piece.start < part.end:
            held.append(piece)
            piece = next(found, None)
        yield part, held


def _fate(state: State) -> str:
    if state == State.PROPOSED:
        return "proposed"
    return "out" if state == State.REJECTED else "kept"


def _reasons(text: str, evidence: Iterable[Mapping[str, Any]]) -> list[Reason]:
    words: dict[str, dict[str, None]] = defaultdict(dict)
    for each in evidence:
        quote = cut(one_line(text[each["start"] : each["end"]]), QUOTE_LENGTH)
        words[each["reason"]][quote] = None
    told = (_worded(reason, list(quotes)) for reason, quotes in words.items())
    return [
        Reason(each, tuple(quoted.span(1) for quoted in QUOTED.finditer(each)))
        for each in _together(told)
    ]


def _worded(reason: str, quotes: list[str]) -> str:
    """Return a reason with its words: most reasons quote them, the others are given them."""
    is_complete = all(fold(quote) in fold(reason) for quote in quotes)
    listed = ", ".join(f"« {quote} »" for quote in quotes)
    told = reason if is_complete else f"{listed} ({reason})"
    return told.replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def _together(told: Iterable[str]) -> Iterator[str]:
    """Yield reasons; a remark made of several words, each by itself, is made once of all."""
    remarks: dict[str, list[str]] = defaultdict(list)
    for each in told:
        alone = REMARKED.fullmatch(each)
        remarks[alone["remark"] if alone else each].append(alone["quote"] if alone else "")
    for remark, quotes in remarks.items():
        yield f"{', '.join(quotes)} {remark}".strip()
