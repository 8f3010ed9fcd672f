"""What is not in the codebook yet: cues being tried, a file read and not yet imported.

Each is its sender's own, and is kept a day at most.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models import CodebookDraft, DraftKind
from app.models.base import now

LIFETIME = timedelta(hours=24)
WAITED_FOR = timedelta(minutes=30)  # nobody looks at a trial's page for longer


def keep(
    session: Session,
    kind: DraftKind,
    content: Mapping[str, Any],
    *,
    seen: int,
    by: int,
    theme: str | None = None,
) -> CodebookDraft:
    """Keep a draft; an earlier one of the same kind and theme gives way to it."""
    earlier = delete(CodebookDraft).where(
        CodebookDraft.kind == kind,
        CodebookDraft.made_by_id == by,
        CodebookDraft.theme.is_(None) if theme is None else CodebookDraft.theme == theme,
    )
    session.execute(earlier)
    draft = CodebookDraft(kind=kind, content=dict(content), seen=seen, made_by_id=by, theme=theme)
    session.add(draft)
    session.flush()
    return draft


def find(
    session: Session, kind: DraftKind, draft_id: uuid.UUID, *, by: int
) -> CodebookDraft | None:
    """Return a draft that this account made less than a day ago, or none."""
    query = select(CodebookDraft).where(
        CodebookDraft.id == draft_id,
        CodebookDraft.kind == kind,
        CodebookDraft.made_by_id == by,
        CodebookDraft.made_at > now() - LIFETIME,
    )
    return session.scalar(query)


def waiting(session: Session, draft_id: uuid.UUID) -> CodebookDraft | None:
    """Return a trial whose result is waited for, none if another one replaced it."""
    query = select(CodebookDraft).where(
        CodebookDraft.id == draft_id,
        CodebookDraft.kind == DraftKind.TRIAL,
        CodebookDraft.result.is_(None),
    )
    return session.scalar(query)


def unanswered(session: Session) -> Sequence[uuid.UUID]:
    """Return the trials whose result is still waited for."""
    query = select(CodebookDraft.id).where(
        CodebookDraft.kind == DraftKind.TRIAL,
        CodebookDraft.result.is_(None),
        CodebookDraft.made_at > now() - WAITED_FOR,
    )
    return session.scalars(query.order_by(CodebookDraft.made_at)).all()


def finish(session: Session, draft_id: uuid.UUID, result: Mapping[str, Any]) -> bool:
    """Keep a trial's result; say whether it was still waited for."""
    written = session.execute(
        update(CodebookDraft)
        .where(CodebookDraft.id == draft_id, CodebookDraft.result.is_(None))
        .values(result=dict(result))
        .execution_options(synchronize_session=False)
    )
    return bool(written.rowcount)  # type: ignore[attr-defined]


def forget(session: Session, draft: CodebookDraft) -> None:
    """Erase a draft that has served."""
    session.delete(draft)
    session.flush()


def purge(session: Session) -> None:
    """Erase the drafts that are more than a day old."""
    session.execute(delete(CodebookDraft).where(CodebookDraft.made_at <= now() - LIFETIME))
