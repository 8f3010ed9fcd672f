"""Memos: what researchers write beside a coding, or of a whole testimony. Each has their own."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from app.models import CodingAct, CodingChange, Memo
from app.models.base import now
from app.services import decisions, testimonies

LONGEST = 5_000
_NONE = "-"


class MemoChangedError(Exception):
    """One's own memo is no longer what was seen: it was written in another window."""

    def __init__(self, memo: Memo | None) -> None:
        super().__init__()
        self.memo = memo


class MemoTooLongError(ValueError):
    """A memo holds at most LONGEST characters."""


def write(
    session: Session,
    testimony_id: uuid.UUID,
    coding_id: uuid.UUID | None,
    words: str,
    *,
    by: int,
    seen: str | None = None,
) -> Memo | None:
    """Keep what the account `by` says beside a coding, or of the testimony; nothing takes it off.

    `seen`: the `sight` of their memo on the page where this was written. Raises NoSuchCodingError,
    MemoTooLongError, MemoChangedError.
    """
    words = words.replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise MemoTooLongError(len(words))
    if coding_id is not None:
        decisions.held(session, testimony_id, coding_id)
    elif not testimonies.hold(session, testimony_id):
        raise decisions.NoSuchCodingError(testimony_id)
    memo = own(session, testimony_id, coding_id, by)
    before = memo.words if memo else None
    if words == (before or ""):
        return memo
    if seen is not None and seen != sight(memo):
        raise MemoChangedError(memo)
    return set_words(session, testimony_id, coding_id, words, by=by)


def set_words(
    session: Session,
    testimony_id: uuid.UUID,
    coding_id: uuid.UUID | None,
    words: str,
    *,
    by: int,
    is_undoing: bool = False,
) -> Memo | None:
    """Write, change or take off a memo of a testimony that is held, and log it."""
    memo = own(session, testimony_id, coding_id, by)
    before = {"memo": memo.words} if memo else None
    if memo is None:
        memo = Memo(testimony_id=testimony_id, coding_id=coding_id, words=words, written_by_id=by)
        session.add(memo)
    elif words:
        memo.words, memo.written_at = words, now()
    else:
        session.delete(memo)
    session.add(
        CodingChange(
            testimony_id=testimony_id,
            coding_id=coding_id or testimony_id,
            act=CodingAct.MEMO,
            before=before,
            after={"memo": words} if words else None,
            done_by_id=by,
            is_undone=is_undoing,
        )
    )
    session.flush()
    return memo if words else None


def own(
    session: Session, testimony_id: uuid.UUID, coding_id: uuid.UUID | None, by: int
) -> Memo | None:
    """Return somebody's memo beside a coding, or of the whole testimony."""
    query = select(Memo).where(
        Memo.testimony_id == testimony_id, Memo.coding_id == coding_id, Memo.written_by_id == by
    )
    return session.scalar(query.order_by(Memo.written_at, Memo.id).limit(1))


def sight(memo: Memo | None) -> str:
    """Return what a page has seen of somebody's own memo, as its form carries it."""
    return hashlib.sha256(memo.words.encode()).hexdigest()[:12] if memo else _NONE


def beside(session: Session, coding_ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Memo]]:
    """Return the memos beside codings, the oldest first."""
    found: dict[uuid.UUID, list[Memo]] = defaultdict(list)
    query = _shown().where(Memo.coding_id.in_(list(coding_ids)))
    for memo in session.scalars(query):
        assert memo.coding_id is not None
        found[memo.coding_id].append(memo)
    return found


def of_testimony(session: Session, testimony_id: uuid.UUID) -> Sequence[Memo]:
    """Return the memos of a whole testimony, the oldest first."""
    query = _shown().where(Memo.testimony_id == testimony_id, Memo.coding_id.is_(None))
    return session.scalars(query).all()


def _shown() -> Any:
    return select(Memo).options(joinedload(Memo.written_by)).order_by(Memo.written_at, Memo.id)


def kept(session: Session, coding_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the memos beside a coding as plain values, to be put back."""
    return [
        {"words": each.words, "by": each.written_by_id, "at": each.written_at.isoformat()}
        for each in session.scalars(_shown().where(Memo.coding_id == coding_id))
    ]


def put_back(
    session: Session, testimony_id: uuid.UUID, coding_id: uuid.UUID, told: Sequence[Any]
) -> None:
    """Write again the memos that `kept` gave."""
    for each in told:
        session.add(
            Memo(
                testimony_id=testimony_id,
                coding_id=coding_id,
                words=each["words"],
                written_by_id=each["by"],
                written_at=datetime.fromisoformat(each["at"]),
            )
        )
    session.flush()


def forget(session: Session, coding_id: uuid.UUID) -> None:
    """Delete the memos beside a coding."""
    session.execute(delete(Memo).where(Memo.coding_id == coding_id))
