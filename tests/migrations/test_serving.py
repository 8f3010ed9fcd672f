"""The site of the version before goes on while each migration runs, and after, on PostgreSQL.

What `test_versions` reads in the text of the migrations is done here: all tables are used as the
version before knew them, and somebody reads them all for long when the migration comes.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from app import database
from app.database import alembic_config, engine_options, expected_revision, migrate, revision
from tests import servers
from tests.migrations.former import FormerSite

pytestmark = pytest.mark.xdist_group("pg")
BEFORE = "0032"  # what came until then was installed nowhere while somebody served
PREPARED = {"prepare_threshold": 0}  # each statement at once: a table that changes spoils some
WAITS = """SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND application_name = 'migration'"""


@pytest.fixture
def engines(postgresql_server: str, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """The engine of the site, and that of a migration, on tables of before `0033`."""
    address = servers.for_sqlalchemy(servers.create_database(postgresql_server, tmp_path.name))
    options = engine_options(address)
    options["connect_args"] |= PREPARED
    site = create_engine(**options)
    migrating = create_engine(**engine_options(f"{address}?application_name=migration"))
    migrate(migrating, lock=tmp_path / "lock", to=BEFORE)
    yield site, migrating
    site.dispose()
    migrating.dispose()


@contextmanager
def long_reading(site: Engine, former: FormerSite) -> Iterator[None]:
    """Read all tables in one snapshot, as a backup does, and stay there."""
    reading = site.execution_options(isolation_level="REPEATABLE READ")
    with reading.connect() as connection:
        for table in former.tables:
            connection.execute(table.select().limit(1)).all()
        yield


def test_the_version_before_serves_while_each_migration_runs(
    engines: tuple[Engine, Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    site, migrating = engines
    monkeypatch.setattr(database, "BUSY_PAUSE_SECONDS", 0.05)
    caplog.set_level(logging.WARNING, logger=database.__name__)
    gave_way, wrong = [], {}
    for target in revisions(migrating):
        caplog.clear()
        with FormerSite(site).going_on() as former:
            step = {"lock": tmp_path / "lock", "to": target}
            thread = Thread(target=migrate, args=[migrating], kwargs=step)
            with long_reading(site, former):
                thread.start()
                servers.wait_until(partial(came, site, thread, caplog), target)
                former.serves()
            thread.join()
        gave_way += [target] if caplog.records else []
        wrong[target] = former.errors
        assert revision(site) == target
    assert {target: errors for target, errors in wrong.items() if errors} == {}
    assert (gave_way[0], "0039" in gave_way) == ("0033", False)  # an index waits, in nobody's way
    assert revision(site) == expected_revision()


def revisions(engine: Engine) -> list[str]:
    """The migrations since `BEFORE`, in their order."""
    script = ScriptDirectory.from_config(alembic_config(engine))
    return [each.revision for each in script.iterate_revisions("head", BEFORE)][::-1]


def came(site: Engine, thread: Thread, caplog: pytest.LogCaptureFixture) -> bool:
    """Say whether the migration is done, has given way, or waits for the long reading."""
    with site.connect() as connection:
        is_waiting = connection.scalar(text(WAITS)) or 0
    return not thread.is_alive() or bool(caplog.records) or is_waiting > 0
