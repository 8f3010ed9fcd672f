"""What is known of backups: the last one, for whoever watches over this installation."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import Backup
from app.models.base import now

KEPT = 50


def record(session: Session, *, name: str, made_at: datetime, size: int, rows: int) -> Backup:
    """Remember that a backup was made; only the last fifty are."""
    made = Backup(name=name[:200], made_at=made_at, size=size, rows=rows)
    session.add(made)
    session.flush()
    latest = select(Backup.id).order_by(Backup.made_at.desc()).limit(KEPT)
    session.execute(delete(Backup).where(Backup.id.not_in(latest)))
    return made


def record_verified(session: Session, *, name: str, made_at: datetime) -> bool:
    """Remember that a backup was given back to a scratch place; say whether it was known."""
    known = session.scalar(
        select(Backup).where(Backup.name == name[:200], Backup.made_at == made_at)
    )
    if known is None:
        return False
    known.verified_at = now()
    session.flush()
    return True


def last_backup(session: Session) -> Backup | None:
    """Return the last backup made, or none."""
    return session.scalar(select(Backup).order_by(Backup.made_at.desc()).limit(1))
