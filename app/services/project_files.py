"""Projects between their reading and their import: encrypted, their sender's own, gone after a day.

`begin` is what makes two clicks import it once; once it is imported, nothing of the file stays.
"""

import base64
import io
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from analysis.exchange import project as qda
from analysis.exchange.refi_qda import Bounds, read
from analysis.exchange.refi_qda.archives import MEGABYTE
from app.models import ProjectImport
from app.models.base import now
from app.services.qdpx_plans import Choices, Plan

LIFETIME = timedelta(hours=24)
MAX_BYTES = 20 * MEGABYTE
TOO_BIG = (
    "Ce projet dépasse 20 mégaoctets\u00a0: l’administration peut l’importer par "
    "«\u00a0flask testimonies import\u00a0»."
)
BOUNDS = Bounds(texts=64 * MEGABYTE, entries=20_000)


def parse(data: bytes) -> qda.Project:
    """Return the project of a file that was sent. Raises UnreadableProjectError."""
    return read(io.BytesIO(data), BOUNDS)


def keep(session: Session, data: bytes, *, account_id: int) -> ProjectImport:
    """Keep a file until it is imported."""
    kept = ProjectImport(account_id=account_id, content=base64.b64encode(data).decode())
    session.add(kept)
    session.flush()
    return kept


def find(session: Session, import_id: uuid.UUID, *, account_id: int) -> ProjectImport | None:
    """Return a file that this account sent less than a day ago, or none."""
    return session.scalar(
        select(ProjectImport).where(
            ProjectImport.id == import_id,
            ProjectImport.account_id == account_id,
            ProjectImport.created_at > now() - LIFETIME,
        )
    )


def project(kept: ProjectImport) -> qda.Project:
    """Return the project that a file holds."""
    return parse(base64.b64decode(kept.content))


def choose(session: Session, kept: ProjectImport, choices: Choices) -> None:
    """Keep what somebody says of what the file leaves open."""
    kept.choices = asdict(choices)
    session.flush()


def choices(kept: ProjectImport) -> Choices:
    """Return what was said of what the file leaves open."""
    given: Mapping[str, Any] = kept.choices or {}
    return Choices(**given)


def begin(session: Session, kept: ProjectImport) -> bool:
    """Take a file to be imported; say no when it already is. Others wait for the commit."""
    taken = session.execute(
        update(ProjectImport)
        .where(ProjectImport.id == kept.id, ProjectImport.imported_at.is_(None))
        .values(imported_at=now())
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def finish(session: Session, kept: ProjectImport, done: Plan) -> None:
    """Keep how many met each fate, and nothing of the file."""
    kept.content = ""
    kept.counts = {fate.value: count for fate, count in done.counts.items()} | {
        "made": len(done.made),
        "found": len(done.found),
        "lost": len(done.lost),
    }
    session.flush()


def drop(session: Session, kept: ProjectImport) -> None:
    """Erase a file that is no longer wanted."""
    session.execute(delete(ProjectImport).where(ProjectImport.id == kept.id))


def purge_expired(session: Session) -> int:
    """Erase the files whose day is over; return how many there were."""
    old = ProjectImport.created_at <= now() - LIFETIME
    erased = session.execute(delete(ProjectImport).where(old))
    return int(erased.rowcount)  # type: ignore[attr-defined]
