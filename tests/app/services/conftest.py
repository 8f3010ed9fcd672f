"""A session on each kind of database: what services ask of SQL must hold on both."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.extensions import db


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def session(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Session:
    """A session on an empty migrated database, inside an application's context."""
    if request.param == "sqlite":
        make_app()
    else:
        make_app(DATABASE_URL=request.getfixturevalue("postgresql_database"))
    return db.session
