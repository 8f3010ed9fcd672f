"""What tests stand on: an application on a fresh migrated database, a client, signed-in people."""

import gc
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
from sqlalchemy import Engine, event

import config
from analysis.codebook import Codebook
from app import Site, create_app
from app.extensions import db
from app.models import RoleName
from app.services import accounts
from app.task_queue import open_queue
from forms.loader import load_directory
from forms.schema import Library
from guides.loader import load_directory as load_guides
from guides.schema import Library as GuideLibrary
from tests import factories, servers
from tests.kept import CHEAP_HASH, KeptRule, KeptStatements, KeptTemplates

PASSWORD = "une phrase de passe pour les essais"
TEMPLATES, STATEMENTS = KeptTemplates(), KeptStatements()
Site.url_rule_class = KeptRule


def pytest_collection_finish() -> None:
    """Leave what is imported to the end of the process, and look for garbage seldom.

    Half the time that an application took to be made was spent looking for some.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


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
    servers.migrated(f"sqlite:///{path}", lock=folder / "lock")
    return path


@pytest.fixture(scope="session")
def empty_queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A queue's SQLite file whose tables are made, to copy too."""
    path = tmp_path_factory.mktemp("queue") / "queue.sqlite3"
    open_queue(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server for the tests of one worker; mark them `xdist_group("pg")`."""
    with servers.postgresql() as address:
        yield address


@pytest.fixture(scope="session")
def shared_postgresql(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a migrated database that the tests of this worker empty and use in turn."""
    url = servers.create_database(postgresql_server, "shared")
    servers.migrated(url, lock=tmp_path_factory.mktemp("shared") / "lock")
    servers.keep_first_rows(url)
    return url


@pytest.fixture
def postgresql_database(shared_postgresql: str) -> str:
    """The address, for SQLAlchemy, of a PostgreSQL database as the migrations leave it.

    A test that changes the tables themselves makes a database of its own.
    """
    servers.empty(shared_postgresql)
    return servers.for_sqlalchemy(shared_postgresql)


@pytest.fixture
def environment(tmp_path: Path, migrated_database: Path, empty_queue: Path) -> dict[str, str]:
    """The environment of an instance under `tmp_path`, its database migrated."""
    instance = tmp_path / "instance"
    instance.mkdir()
    shutil.copy(migrated_database, instance / "recueil.sqlite3")
    shutil.copy(empty_queue, instance / "queue.sqlite3")
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


@lru_cache(maxsize=8)
def _guides(path: Path, _state: object) -> GuideLibrary:
    return load_guides(path)


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
    monkeypatch.setattr("app.load_guides", lambda path: _guides(path, _state_of(path)))


def _do_not_wait_for_the_disk(engine: Engine) -> None:
    """The machine does not die in a test; where a process does, what it wrote stays written."""

    @event.listens_for(engine, "connect")
    def open_quickly(connection: Any, _record: Any) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def make_app(environment: dict[str, str]) -> Iterator[Callable[..., Flask]]:
    """Make an application, its context open; keyword arguments replace settings."""
    opened = []

    def make(**settings: Any) -> Flask:
        quick = {"TESTING": True, "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": CHEAP_HASH}
        app = create_app(config.load(environment) | quick | settings)
        app.test_client_class = Visitor
        app.jinja_env.bytecode_cache = TEMPLATES
        # Asynchronous, for sessions that nobody opens: it cannot run in the thread of Playwright.
        closing = app.teardown_appcontext_funcs
        closing[:] = [each for each in closing if not iscoroutinefunction(each)]
        context = app.app_context()
        context.push()
        opened.append(context)
        _do_not_wait_for_the_disk(db.engine)
        db.engine.update_execution_options(compiled_cache=STATEMENTS)
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
