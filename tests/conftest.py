"""What tests stand on: an application on a fresh migrated database, a client, signed-in people."""

import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from inspect import iscoroutinefunction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import create_engine

import config
from analysis.codebook import Codebook
from app import create_app
from app.database import engine_options, migrate
from app.extensions import db
from app.models import RoleName
from app.services import accounts
from forms.loader import load_directory
from forms.schema import Library
from tests import factories, servers

PASSWORD = "une phrase de passe pour les essais"


class Visitor(FlaskClient):
    """A client whose requests share nothing: the open context of a test lends them no `g`."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated SQLite file, to copy: migrating once is enough."""
    folder = tmp_path_factory.mktemp("migrated")
    path = folder / "recueil.sqlite3"
    engine = create_engine(**engine_options(f"sqlite:///{path}"))
    migrate(engine, lock=folder / "lock")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server for the tests of one worker; mark them `xdist_group("pg")`."""
    with servers.postgresql() as address:
        yield address


@pytest.fixture
def environment(tmp_path: Path, migrated_database: Path) -> dict[str, str]:
    """The environment of an instance under `tmp_path`, its database migrated."""
    instance = tmp_path / "instance"
    instance.mkdir()
    shutil.copy(migrated_database, instance / "recueil.sqlite3")
    return {
        "INSTANCE_PATH": str(instance),
        "SPACY_MODEL": "indices",
        "GATE_LEAST_SECONDS": "0",  # a test fills a form faster than anybody
    }


@lru_cache(maxsize=8)
def _definitions(path: Path, _state: object) -> Library:
    return load_directory(path)


@lru_cache(maxsize=8)
def _codebook(path: Path, _state: object) -> Codebook:
    return Codebook.read(path)


def _state_of(path: Path) -> object:
    """What changes when a file does."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the questionnaires and the codebook once a process, as an application does."""
    monkeypatch.setattr("app.load_directory", lambda path: _definitions(path, _state_of(path)))
    codebook = SimpleNamespace(read=lambda path: _codebook(path, _state_of(path)))
    monkeypatch.setattr("app.Codebook", codebook)


@pytest.fixture
def make_app(environment: dict[str, str]) -> Iterator[Callable[..., Flask]]:
    """Make an application, its context open; keyword arguments replace settings."""
    opened = []

    def make(**settings: Any) -> Flask:
        app = create_app(config.load(environment) | {"TESTING": True} | settings)
        app.test_client_class = Visitor
        # Asynchronous, for sessions that nobody opens: it cannot run in the thread of Playwright.
        closing = app.teardown_appcontext_funcs
        closing[:] = [each for each in closing if not iscoroutinefunction(each)]
        context = app.app_context()
        context.push()
        opened.append(context)
        return app

    yield make
    for context in reversed(opened):
        db.session.rollback()
        engine, queue = db.engine, current_app.extensions["huey"]
        context.pop()
        queue.storage.close()
        engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An application without CSRF, for what is not about it; its context is open."""
    return make_app(WTF_CSRF_ENABLED=False)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody in particular."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., FlaskClient]:
    """Return a client signed in with these roles."""

    def sign_in(*roles: RoleName) -> FlaskClient:
        email = f"{'-'.join(roles) or 'personne'}@recueil.example"
        if accounts.find(db.session, email) is None:
            factories.account(db.session, email=email, roles=roles, password=PASSWORD)
            db.session.commit()
        client = app.test_client()
        reply = client.post("/compte/connexion", data={"email": email, "password": PASSWORD})
        assert reply.status_code == 302, reply.text
        return client

    return sign_in


@pytest.fixture
def researcher(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in(RoleName.RESEARCHER)


@pytest.fixture
def staff(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in(RoleName.STAFF)


@pytest.fixture
def administrator(signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    return signed_in(RoleName.ADMINISTRATOR)
