"""The database: migrations make the tables that the models describe, on both engines."""

import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.runtime.migration import MigrationContext
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.database import alembic_config, engine_options, is_described, is_migrated, migrate
from app.extensions import db
from app.models import Base, Testimony
from tests import servers
from tests.answering import begin, count


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.sqlite3"
    else:
        server = request.getfixturevalue("postgresql_server")
        url = servers.create_database(server, tmp_path.name).replace("://", "+psycopg://", 1)
    engine = create_engine(**engine_options(url))
    yield engine
    engine.dispose()


def test_migrations_make_what_the_models_describe(engine: Engine, tmp_path: Path) -> None:
    assert not is_migrated(engine)
    migrate(engine, lock=tmp_path / "lock")
    migrate(engine, lock=tmp_path / "lock")
    assert is_migrated(engine)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_described}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_can_be_undone(engine: Engine, tmp_path: Path) -> None:
    migrate(engine, lock=tmp_path / "lock")
    downgrade(alembic_config(engine), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_what_was_left_before_gets_a_link_and_consents_their_degree(
    engine: Engine, tmp_path: Path
) -> None:
    migrate(engine, lock=tmp_path / "lock")
    downgrade(alembic_config(engine), "0002")
    rows = (
        "INSERT INTO recontacts (id, means, audience, left_in)"
        " VALUES (:id, :means, 'elu', '2026-11-01')",
        "INSERT INTO testimonies (id, reference, questionnaire_slug, questionnaire_version,"
        " audience, channel, is_anonymous, received_on, submission_key) VALUES"
        " (:id, 'BCDFGH', 'elu', 1, 'elu', 'questionnaire', true, '2026-11-01', 'k')",
        "INSERT INTO consents (testimony_id, purpose, is_given, wording, given_on)"
        " VALUES (:id, 'citation', true, 'elu.v1', '2026-11-01')",
        "INSERT INTO consents (testimony_id, purpose, is_given, wording, given_on)"
        " VALUES (:id, 'participation', true, 'elu.v1', '2026-11-01')",
    )
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(row), {"id": "0" * 32, "means": b"..."})
    migrate(engine, lock=tmp_path / "lock")
    with engine.connect() as connection:
        left = connection.execute(text("SELECT token, wish, source FROM recontacts")).one()
        degrees = connection.execute(text("SELECT purpose, degree FROM consents")).all()
    assert (len(left.token), left.wish, left.source) == (22, "interview", "testimony")
    assert sorted(map(tuple, degrees)) == [("citation", "unnamed"), ("participation", None)]


def test_a_later_column_costs_no_answer(engine: Engine, tmp_path: Path) -> None:
    migrate(engine, lock=tmp_path / "lock")
    downgrade(alembic_config(engine), "0021")
    rows = (
        "INSERT INTO testimonies (id, reference, questionnaire_slug, questionnaire_version,"
        " audience, channel, is_anonymous, received_on, submission_key) VALUES"
        " (:id, 'BCDFGH', 'elu', 1, 'elu', 'questionnaire', true, '2026-11-01', 'k')",
        "INSERT INTO answers (id, testimony_id, question_id, position, text)"
        " VALUES (:id, :id, 'mot_cle', 1, 'Oser')",
    )
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(row), {"id": "0" * 32})
    for change in (
        lambda: migrate(engine, lock=tmp_path / "lock"),
        lambda: downgrade(alembic_config(engine), "0021"),
    ):
        change()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT text FROM answers")) == "Oser"


def test_an_error_repeats_nothing_of_what_was_written(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE told (words TEXT NOT NULL, day TEXT NOT NULL)"))
    insertion = text("INSERT INTO told VALUES (:words, :day)")
    row = {"words": " ".join(["Le", "maire", "préside."]), "day": None}  # unlike this very line
    with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(insertion, row)
    written = "".join(traceback.format_exception(refused.value))
    assert "null" in written.lower()
    assert "Le maire" not in written


def test_sqlite_is_opened_durably(tmp_path: Path) -> None:
    engine = create_engine(**engine_options(f"sqlite:///{tmp_path}/a.sqlite3"))
    with engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        read = [connection.scalar(text(f"PRAGMA {name}")) for name in names]
    engine.dispose()
    assert read == ["wal", 2, 1]


def test_tables_of_a_later_version_are_served(app: Flask, client: FlaskClient) -> None:
    """A machine that is not updated yet starts, and goes on, once another has migrated."""
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE testimonies ADD COLUMN later TEXT"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert client.get("/readyz").get_json()["tables"]
    begin(client)
    assert client.post("/temoigner/coordinateur/relire").location.endswith("/merci")
    assert count(Testimony) == 1
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0032'"))
    assert not client.get("/readyz").get_json()["tables"]


def test_an_unmigrated_database_is_said_on_the_page(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    client = make_app(DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3").test_client()
    reply = client.get("/")
    heading = BeautifulSoup(reply.text, "html5lib").h1
    assert heading is not None
    assert (reply.status_code, heading.text) == (503, "Le service n’est pas prêt")
    parts = client.get("/readyz").get_json()
    assert client.get("/healthz").status_code == 200
    assert [parts[name] for name in ("base", "tables", "cles")] == [True, False, False]


def test_a_database_that_is_down_is_said_on_the_page(make_app: Callable[..., Flask]) -> None:
    port = servers.free_port()
    app = make_app(DATABASE_URL=f"postgresql+psycopg://recueil@127.0.0.1:{port}/recueil")
    reply = app.test_client().get("/")
    heading = BeautifulSoup(reply.text, "html5lib").h1
    assert heading is not None
    assert (reply.status_code, heading.text) == (503, "Le service n’est pas prêt")
