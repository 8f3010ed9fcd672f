"""What the service needs to serve, part by part; each is asked in a bounded time.

A part is well, ill, or of no consequence: a mail server that is away delays messages, which wait
in the database, and would be a poor reason to show nobody the pages.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.database import is_migrated, is_reachable
from app.extensions import db
from app.mail import health
from app.services import encrypted_rows
from app.task_queue import is_answering

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Readiness:
    """Each part by its French name, and whether it is well; `courriel` keeps nobody waiting."""

    parts: dict[str, bool]

    @property
    def is_ready(self) -> bool:
        return all(well for name, well in self.parts.items() if name != "courriel")


def look(app: Flask) -> Readiness:
    """Look at each part now. Nothing is written, and nothing raised."""
    config = app.config
    is_there = is_reachable(db.engine)
    has_tables = is_there and is_migrated(db.engine)
    return Readiness(
        {
            "base": is_there,
            "tables": has_tables,
            "cles": has_tables and _keys_open(),
            "file": is_answering(app.extensions["huey"]),
            "disque": free_megabytes(app) >= config["LEAST_FREE_MEGABYTES"],
            "courriel": health.is_reachable(),
        }
    )


def _keys_open() -> bool:
    try:
        return encrypted_rows.can_be_opened(db.session)
    except SQLAlchemyError:  # it left since
        return False
    finally:
        db.session.rollback()


def free_megabytes(app: Flask) -> int:
    """Return the room left where the instance and an SQLite database are, in megabytes."""
    return min(shutil.disk_usage(folder).free for folder in folders(app.config)) // MEGABYTE


def folders(config: Any) -> list[Path]:
    """Return where the service writes files."""
    instance = Path(config["INSTANCE_PATH"])
    url = make_url(config["DATABASE_URL"])
    if url.get_backend_name() != "sqlite" or not url.database:
        return [instance]
    return [instance, Path(url.database).resolve().parent]
