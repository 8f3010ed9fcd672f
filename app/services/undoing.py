"""Undoing: the last of one's own acts on a testimony that still stands, and nobody else's."""

import uuid
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.models import Account, Answer, Coding, CodingAct, CodingChange, Decision, Memo
from app.services import codings_log, hand_codings, memos, testimonies
from app.services.codings_log import Standing

PAGE = 50


def undo(session: Session, testimony_id: uuid.UUID, *, by: int) -> CodingChange | None:
    """Undo the last act of the account `by` that nobody changed after; none where there is none.

    Return the change that says so. An undone act can't be undone again, nor can its undoing: the
    next time, it is the act before. What one act did to two codings is undone together.
    """
    if not testimonies.hold(session, testimony_id):
        return None
    change = _last(session, testimony_id, by)
    if change is None:
        return None
    along = (change.after or {}).get("along")
    undone = _undo(session, change, by)
    if along is not None:
        other = _last(session, testimony_id, by)
        if other is not None and other.id == along:
            _undo(session, other, by)
    return undone


def _last(session: Session, testimony_id: uuid.UUID, by: int) -> CodingChange | None:
    """Return the last act of `by` that stands and that nobody changed after."""
    query = (
        select(CodingChange)
        .where(CodingChange.testimony_id == testimony_id, CodingChange.is_undone.is_(False))
        .order_by(CodingChange.id.desc())
    )
    changed: set[tuple[object, ...]] = set()
    for change in _in_turn(session, query):
        is_memo = change.act == CodingAct.MEMO
        what = (change.coding_id, change.done_by_id if is_memo else None, is_memo)
        if change.done_by_id == by and what not in changed and _still_is(session, change):
            return change
        changed.add(what)
    return None


def _in_turn(session: Session, query: Select[CodingChange]) -> Iterator[CodingChange]:
    """Give what a query finds, few at a time: the first ones are nearly always enough."""
    at = 0
    while found := session.scalars(query.limit(PAGE).offset(at)).all():
        yield from found
        at += len(found)


def _still_is(session: Session, change: CodingChange) -> bool:
    """Say whether what a change left is there as it left it."""
    if change.act == CodingAct.MEMO:
        if not _is_there(session, change):
            return False
        memo = memos.own(session, change.testimony_id, _beside(change), change.done_by_id or 0)
        return (memo.words if memo else None) == (change.after or {}).get("memo")
    coding = _coding(session, change.coding_id)
    if coding is None or change.after is None:
        return coding is None and change.after is None and _can_be_back(session, change)
    if change.before is None and _has_others_memos(session, change):
        return False
    now = codings_log.standing(coding)
    return all(now[name] == change.after[name] for name in ("state", "theme", "start", "end"))


def _beside(change: CodingChange) -> uuid.UUID | None:
    return None if change.coding_id == change.testimony_id else change.coding_id


def _is_there(session: Session, change: CodingChange) -> bool:
    beside = _beside(change)
    return beside is None or session.get(Coding, beside) is not None


def _can_be_back(session: Session, change: CodingChange) -> bool:
    """Say whether what was taken off can be laid again: its answer is there, its place is free."""
    assert change.before is not None
    theme, start, end = change.before["laid"]
    answer_id = uuid.UUID(change.before["answer"])
    taken = select(Coding.id).where(
        Coding.answer_id == answer_id,
        Coding.theme == theme,
        Coding.start == start,
        Coding.end == end,
    )
    is_there = session.get(Answer, answer_id) is not None
    return is_there and session.scalar(taken) is None


def _has_others_memos(session: Session, change: CodingChange) -> bool:
    others = select(Memo.id).where(
        Memo.coding_id == change.coding_id, Memo.written_by_id.is_distinct_from(change.done_by_id)
    )
    return session.scalar(others.limit(1)) is not None


def _coding(session: Session, coding_id: uuid.UUID) -> Coding | None:
    query = select(Coding).where(Coding.id == coding_id).options(joinedload(Coding.decision))
    return session.scalar(query.execution_options(populate_existing=True))


def _undo(session: Session, change: CodingChange, by: int) -> CodingChange:
    change.is_undone = True
    if change.act == CodingAct.MEMO:
        words = (change.before or {}).get("memo", "")
        beside = _beside(change)
        memos.set_words(session, change.testimony_id, beside, words, by=by, is_undoing=True)
        return change
    after = _restored(session, change)
    undoing = codings_log.write(
        session,
        change.testimony_id,
        change.coding_id,
        before=change.after,
        after=after,
        by=by,
    )
    undoing.is_undone = True  # it is not an act to undo
    session.flush()
    return undoing


def _restored(session: Session, change: CodingChange) -> Standing | None:
    """Put a coding back as it stood before a change; return how it stands."""
    coding, stood = _coding(session, change.coding_id), change.before
    if stood is None:
        assert coding is not None
        hand_codings.take_off(session, coding)
        return None
    if coding is None:
        coding = hand_codings.put_back(session, change.coding_id, stood)
        memos.put_back(session, change.testimony_id, coding.id, stood.get("memos", ()))
    _decide_as(session, coding, stood)
    return codings_log.standing(coding)


def _decide_as(session: Session, coding: Coding, stood: Standing) -> None:
    verdict = codings_log.verdict(stood)
    if verdict is None:
        if coding.decision is not None:
            session.delete(coding.decision)
        coding.decision = None
    else:
        if coding.decision is None:
            coding.decision = Decision()
        decision = coding.decision
        author = session.get(Account, stood["by"]) if stood["by"] else None  # perhaps gone since
        decision.verdict, decision.decided_by_id = verdict, author.id if author else None
        decision.theme, decision.start, decision.end = stood["held"]
        decision.decided_at = datetime.fromisoformat(stood["at"])
    session.flush()
