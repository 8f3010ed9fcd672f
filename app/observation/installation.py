"""How the installation stands, for whoever administers it: what waits, what works, what it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from app import pipelines
from app.database import expected_revision, revision
from app.extensions import db
from app.models import Backup, Beat, Testimony
from app.models.base import now
from app.observation import cautions, readiness
from app.observation.cautions import Caution
from app.observation.readiness import Readiness
from app.services import backups, beats, clocks, codebooks, mailing, tagging, theme_versions
from app.services.mailing import Mailing
from app.task_queue import waits_since

STUCK_AFTER = timedelta(hours=1)  # a training may keep a worker busy for as long
BACKUP_IS_OLD_AFTER = timedelta(days=2)  # one a day, and one that was missed


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits in the queue, what is set for later, and since when the oldest waits."""

    depth: int
    later: int
    oldest: datetime | None

    @property
    def is_stuck(self) -> bool:
        """Say whether what was asked for first has been waiting for too long."""
        return self.oldest is not None and self.oldest < now() - STUCK_AFTER


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """What reads testimonies: the version and the codebook in use, and how many it has to read."""

    version: str | None
    model: str
    codebook: str
    codebook_number: int
    origins: Sequence[tuple[str, int]]
    to_read: int


@dataclass(frozen=True, kw_only=True)
class Base:
    """The database: which kind, how large, at which version of its tables."""

    kind: str
    bytes: int
    revision: str | None
    expected: str | None


@dataclass(frozen=True, kw_only=True)
class Installation:
    """All that the page shows; `queue` is none when its server does not answer."""

    readiness: Readiness
    queue: Queue | None
    workers: Sequence[tuple[Beat, bool]]
    mailing: Mailing
    tagging: Tagging
    base: Base
    free_megabytes: int
    keys: int
    backup: Backup | None
    cautions: Sequence[Caution]
    is_clock_steady: bool

    @property
    def is_worked_for(self) -> bool:
        """Say whether some worker lives."""
        return any(lives for _, lives in self.workers)

    @property
    def is_backed_up(self) -> bool:
        """Say whether a backup was made lately."""
        return self.backup is not None and self.backup.made_at > now() - BACKUP_IS_OLD_AFTER


def look(app: Flask) -> Installation:
    """Return how the installation stands now."""
    return Installation(
        readiness=readiness.look(app),
        queue=queue(app),
        workers=[(each, beats.lives(each)) for each in beats.all_(db.session)],
        mailing=mailing.count(db.session),
        tagging=_tagging(app),
        base=_base(),
        free_megabytes=readiness.free_megabytes(app),
        backup=backups.last_backup(db.session),
        keys=len(app.config["DATA_KEYS"]),
        cautions=cautions.look(app.config),
        is_clock_steady=clocks.is_steady(db.session),
    )


def queue(app: Flask) -> Queue | None:
    """Return what waits, none when the queue does not answer."""
    huey = app.extensions["huey"]
    try:
        since = waits_since(huey)
        oldest = datetime.fromtimestamp(since, UTC) if since is not None else None
        return Queue(depth=huey.pending_count(), later=huey.scheduled_count(), oldest=oldest)
    except Exception:  # whatever the queue's own client raises, it does not answer
        return None


def _tagging(app: Flask) -> Tagging:
    read_by = select(Testimony.tagged_by, func.count()).where(Testimony.tagged_by.is_not(None))
    origins = db.session.execute(
        read_by.group_by(Testimony.tagged_by).order_by(func.count().desc())
    )
    return Tagging(
        version=theme_versions.name_in_use(db.session),
        model=app.config["SPACY_MODEL"],
        codebook=pipelines.codebook().version,
        codebook_number=codebooks.number_in_use(db.session),
        origins=[(str(origin), count) for origin, count in origins],
        to_read=tagging.count_waiting(db.session),
    )


def _base() -> Base:
    kind = db.engine.dialect.name
    asked: Any = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if kind == "sqlite"
        else "SELECT pg_database_size(current_database())"
    )
    return Base(
        kind={"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind],
        bytes=db.session.scalar(text(asked)) or 0,
        revision=revision(db.engine),
        expected=expected_revision(),
    )
