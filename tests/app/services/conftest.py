"""A session on each kind of database: what services ask of SQL must hold on both."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.database import migrate
from app.extensions import db
from tests import servers


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def session(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask], tmp_path: Path
) -> Session:
    """A session on a fresh migrated database, inside an application's context."""
    if request.param == "sqlite":
        make_app()
    else:
        server = request.getfixturevalue("postgresql_server")
        url = servers.create_database(server, tmp_path.name).replace("://", "+psycopg://", 1)
        make_app(DATABASE_URL=url)
        migrate(db.engine, lock=tmp_path / "lock")
    return db.session
