"""What breaks around the service: what was accepted is there after, and the pages say what it is.

Proven elsewhere: a worker killed midway (test_killed_tagging, test_killed_postman), the site
(journeys/test_kill), a mail server that is away from a campaign (test_sending), a postman whose
lease was taken (test_postman).
"""

import errno
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import create_engine, event, select, text
from werkzeug.test import TestResponse

from app import pipelines, tasks
from app.database import engine_options, is_full, is_migrated
from app.extensions import db
from app.models import Account, Answer, Draft, NoticeState, Testimony
from app.models.base import now
from app.services import clocks, drafts, leases, notices, tagging
from app.task_queue import run_waiting
from tests import factories, servers
from tests.answering import address, begin, count, kept, page, seen, whole
from tests.instance import FLASK, ROOT, environment_of
from tests.smtp import Inbox, serving

WORDS = "Le maire préside chaque assemblée.\n\nIl n’y en a que deux : « au printemps », l’hiver."
AWAY = "Le service ne répond pas bien en ce moment"
FULL = "Le service n’a plus de place"


def said(reply: TestResponse) -> tuple[int, str, str | None]:
    """Give the status, the title of the page, and after how long to come back."""
    HTMLParser(strict=True).parse(reply.text)
    heading = page(reply).h1
    assert heading is not None
    return reply.status_code, heading.text, reply.headers.get("Retry-After")


def kept_by(reply: TestResponse) -> dict[str, str]:
    """Give what a page of error sends again when its button is pressed."""
    form = BeautifulSoup(reply.text, "html5lib").select_one("main form[method=post]")
    assert form is not None
    assert form.select("button")[0].text == "Envoyer à nouveau"
    # A browser drops the line break that begins a textarea.
    return {str(field["name"]): field.text.removeprefix("\n") for field in form.select("textarea")}


def typed(client: FlaskClient, words: str) -> dict[str, str]:
    """What a page opened now sends, with these words in it."""
    return whole(client, "elus") | seen(client, "elus") | {"q_demarche_elus": words}


def finish(client: FlaskClient) -> None:
    """Send the testimony."""
    assert client.post("/temoigner/coordinateur/relire").location == "/temoigner/coordinateur/merci"


@pytest.mark.xdist_group("pg")
def test_a_database_gone_for_a_while(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    with servers.postgresql_files() as (server, run):
        with run() as process:
            database = servers.create_database(server, "recueil")
            url = servers.migrated(database, lock=tmp_path / "lock")
            app = make_app(DATABASE_URL=url, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
            client, earlier = app.test_client(), app.test_client()
            begin(earlier)
            finish(earlier)
            begin(client)
            fields = typed(client, WORDS)
            process.send_signal(signal.SIGINT)  # « fast »: the connections of the pool are cut
            process.wait(30)
        refused = client.post(address("elus"), data=fields)
        assert said(refused) == (503, AWAY, "30")
        assert said(client.get(address("elus"))) == (503, AWAY, "30")
        assert client.get("/readyz").get_json()["base"] is False
        assert client.get("/healthz").status_code == 200
        assert run_waiting(app) == 1  # the reading of what came earlier, in vain
        with run():
            again = client.post(address("elus"), data=kept_by(refused))
            assert again.status_code == 302
            finish(client)
            db.session.rollback()
            assert (count(Testimony), count(Draft)) == (2, 0)
            tasks.sweep_untagged()
            run_waiting(app)
            assert tagging.count_waiting(db.session) == 0
            answer = select(Answer.text).where(Answer.question_id == "demarche_elus")
            assert db.session.scalars(answer).all() == [WORDS]
            db.session.rollback()
            db.engine.dispose()


@pytest.mark.xdist_group("redis")
def test_a_queue_gone_when_a_testimony_comes(make_app: Callable[..., Flask]) -> None:
    port = servers.free_port()
    with servers.redis(port) as url:
        app = make_app(QUEUE_URL=url, WTF_CSRF_ENABLED=False)
        client = app.test_client()
        begin(client)
        client.post(address("elus"), data=typed(client, WORDS))
    finish(client)
    assert client.get("/temoigner/coordinateur/merci").status_code == 200
    with servers.redis(port):
        tasks.sweep_untagged()
        run_waiting(app)
        db.session.expire_all()
        read = db.session.scalars(select(Testimony)).one()
        assert read.tagged_by == pipelines.tagger().origin
        with closing(app.extensions["huey"].storage.conn):
            assert tagging.count_waiting(db.session) == 0


@contextmanager
def full_sqlite() -> Iterator[None]:
    """Let SQLite's file grow no more, while the block lasts."""
    pages = db.session.scalar(text("PRAGMA page_count"))
    db.session.rollback()

    def fill(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    event.listen(db.engine, "connect", fill)
    db.engine.dispose()
    yield
    event.remove(db.engine, "connect", fill)
    db.session.rollback()
    db.engine.dispose()


@contextmanager
def full_postgresql() -> Iterator[None]:
    """Put the long answers of drafts, none yet, on a device that is full, while the block lasts.

    What PostgreSQL hears is the system's own « No space left on device ».
    """
    file = text(
        "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(reltoastrelid)"
        " FROM pg_class WHERE relname = 'drafts'"
    )
    path = Path(str(db.session.scalar(file)))
    db.session.rollback()
    db.engine.dispose()
    aside = path.with_name(f"{path.name}.aside")
    assert path.stat().st_size == 0
    path.rename(aside)
    path.symlink_to("/dev/full")
    yield
    db.session.rollback()
    db.engine.dispose()
    aside.replace(path)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def full(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask]
) -> tuple[Flask, Callable[[], AbstractContextManager[None]]]:
    """An application, and what fills the disk under its database."""
    quiet = {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False}
    if request.param == "sqlite":
        return make_app(**quiet), full_sqlite
    url = request.getfixturevalue("postgresql_database")
    app = make_app(DATABASE_URL=url, **quiet)
    db.session.execute(text("TRUNCATE drafts"))  # with the files of what was there before
    db.session.commit()
    return app, full_postgresql


def test_a_disk_that_is_full_loses_nothing(
    full: tuple[Flask, Callable[[], AbstractContextManager[None]]],
) -> None:
    app, fill = full
    client = app.test_client()
    begin(client)
    client.post(address("elus"), data=typed(client, WORDS))
    with fill():
        refused = client.post(address("elus"), data=typed(client, f"{WORDS} " * 400))
        assert said(refused) == (507, FULL, "300")
        assert "préside" in client.get(address("elus")).text
        assert kept()["demarche_elus"] == WORDS
    assert client.post(address("elus"), data=kept_by(refused)).status_code == 302
    assert kept()["demarche_elus"] == f"{WORDS} " * 400


def test_what_a_full_disk_is_called() -> None:
    assert is_full(psycopg.errors.DiskFull())
    assert not is_full(psycopg.errors.AdminShutdown())
    assert not is_full(None)


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EACCES, 500)])
def test_a_file_that_finds_no_room(
    make_app: Callable[..., Flask], number: int, status: int
) -> None:
    app = make_app(PROPAGATE_EXCEPTIONS=False)

    @app.before_request
    def fail() -> NoReturn:
        raise OSError(number, os.strerror(number))

    assert app.test_client().get("/").status_code == status


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the clock of this process: so far from what it was, whichever way."""
    real = time.time

    def set_by(offset: timedelta) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + offset  # type: ignore[arg-type]

        monkeypatch.setattr("app.models.base.datetime", Clock)
        monkeypatch.setattr("time.time", lambda: real() + offset.total_seconds())

    return set_by


def test_a_clock_set_right_shuts_nobody_out_of_their_draft(
    client: FlaskClient, jump: Callable[[timedelta], None]
) -> None:
    jump(timedelta(hours=5))
    begin(client)
    for offset in (timedelta(), timedelta(days=3), timedelta(days=-1)):
        jump(offset)
        words = f"{WORDS} {offset.days}"
        assert client.post(address("elus"), data=typed(client, words)).status_code == 302
        assert kept()["demarche_elus"] == words
    finish(client)
    assert (count(Testimony), count(Draft)) == (1, 0)


def test_a_lease_of_a_clock_that_was_ahead_is_not_waited_for(
    app: Flask, jump: Callable[[timedelta], None]
) -> None:
    two = timedelta(minutes=2)
    jump(timedelta(days=1))
    assert leases.take(db.session, "postman", "a", lasting=two) is not None
    jump(timedelta())
    assert leases.take(db.session, "postman", "b", lasting=two) is not None
    # Whoever held it hears so before the next message: nothing is sent twice.
    assert not leases.extend(db.session, "postman", "a", lasting=two)
    assert leases.take(db.session, "postman", "c", lasting=two) is None


def test_a_message_put_off_by_a_clock_that_was_ahead_leaves_once(
    make_app: Callable[..., Flask], jump: Callable[[timedelta], None]
) -> None:
    app = make_app(MAIL_PORT=servers.free_port(), MAIL_SUPPRESS_SEND=False)
    notice = factories.notice(db.session)
    db.session.commit()
    jump(timedelta(days=2))
    tasks.sweep_notices()
    run_waiting(app)
    db.session.refresh(notice)
    assert (notice.state, notice.attempts) == (NoticeState.QUEUED, 1)  # nobody answered there
    db.session.rollback()
    jump(timedelta())
    with serving(Inbox()) as inbox:
        app.extensions["mail"].port = inbox.port
        for _ in range(2):
            tasks.sweep_notices()
        run_waiting(app)
        assert len(inbox.messages) == 1
    db.session.refresh(notice)
    assert notice.state is NoticeState.SENT
    assert not notices.claim(db.session, notice.id)


def test_a_clock_that_jumps_ahead_erases_nothing_for_a_day(
    app: Flask, jump: Callable[[timedelta], None]
) -> None:
    drafts.start(db.session, app.extensions["questionnaires"].current("elu"), "clé")
    assert not clocks.mark(db.session)
    db.session.commit()

    def is_there_after(days: float) -> bool:
        jump(timedelta(days=days))
        clocks.mark(db.session)
        tasks.enforce_rule("drafts")
        return count(Draft) == 1

    assert is_there_after(40)
    assert is_there_after(40.9)
    jump(timedelta())
    assert clocks.mark(db.session)  # set right: that is a jump too
    assert is_there_after(1.5)
    assert [is_there_after(day) for day in range(3, 33)] == [True] * 28 + [False] * 2


@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))]
)
def test_two_installations_at_once(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """On one machine (SQLite), on two that share a server (PostgreSQL: the locks are apart)."""
    folders = [tmp_path / "one", tmp_path / ("one" if kind == "sqlite" else "two")]
    more = {}
    if kind == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        more["DATABASE_URL"] = servers.create_database(server, tmp_path.name)
    started = [
        subprocess.Popen(
            [*FLASK, "setup"],
            cwd=ROOT,
            env=environment_of(folder, **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for folder in folders
    ]
    told = [process.communicate(timeout=240) for process in started]
    assert [process.returncode for process in started] == [0, 0], told
    assert sorted("usage unique" in out for out, _ in told) == [False, True]
    url = more.get("DATABASE_URL", f"sqlite:///{folders[0]}/recueil.sqlite3")
    engine = create_engine(**engine_options(servers.for_sqlalchemy(url)))
    assert is_migrated(engine)
    with engine.connect() as connection:
        assert len(connection.execute(select(Account.id)).all()) == 1
    engine.dispose()


def test_now_is_read_anew(jump: Callable[[timedelta], None]) -> None:
    before = now()
    jump(timedelta(days=1))
    assert timedelta(hours=23) < now() - before < timedelta(hours=25)
