"""`kill -9` of the site while testimonies are being sent: each is whole or absent, none is twice.

The site is gunicorn as in production; its processes are killed at random instants, and its master
starts others, which take over the connections that wait. Whoever has seen the page of thanks is in
the database; whoever has not still has their draft, sends again, and is there once.
"""

import http.client
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import selectinload

from app import supervisor
from app.database import engine_options, migrate
from app.extensions import db
from app.models import Draft, Testimony
from app.services import drafts, receipts, sights, testimony_rows
from forms.schema import Questionnaire, Value
from tests import servers
from tests.instance import ROOT, answers

KILLS = 100  # on each kind of database
AT_ONCE = 4
SEED = 3
FIRST_REACH_SECONDS = 0.08  # how long after the sendings begin a kill may fall, at first
FEWEST = KILLS // 2  # cut off, and thanked: fewer, and the kills would fall beside the sendings
THANKS = "/temoigner/coordinateur/merci"


@dataclass
class Sender:
    """Somebody about to send: what they answered, and what their browser holds."""

    given: Mapping[str, Value]
    key: str
    cookie: str
    form: str
    port: int
    seen: list[str | None] = field(default_factory=list)

    def send(self) -> bool:
        """Press the button; keep where it led, None when the line was cut. Was it to the thanks?"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Cookie": f"session={self.cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", "/temoigner/coordinateur/relire", self.form, headers)
            self.seen.append(connection.getresponse().getheader("Location", "no page of thanks"))
        except (http.client.HTTPException, ConnectionError):
            self.seen.append(None)
        finally:
            connection.close()
        return self.is_thanked

    @property
    def is_thanked(self) -> bool:
        return THANKS in self.seen


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def site(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    environment: dict[str, str],
    tmp_path: Path,
) -> Iterator[tuple[Flask, int, int]]:
    """The application here, and beside it the site: its port, and the number of its master."""
    port = servers.free_port()
    environment |= {"PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}"}
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        environment["DATABASE_URL"] = servers.create_database(server, tmp_path.name)
        url = environment["DATABASE_URL"].replace("://", "+psycopg://", 1)
        engine = create_engine(**engine_options(url))
        migrate(engine, lock=tmp_path / "lock")
        engine.dispose()
    app = make_app()
    command = supervisor.commands(app.config)["site"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with servers.running(command, cwd=ROOT, env=os.environ | environment, **quiet) as master:
        wait_for(port)
        yield app, port, master.pid


def test_killed_while_testimonies_are_sent(site: tuple[Flask, int, int]) -> None:
    app, port, master = site
    chance, reach = random.Random(SEED), FIRST_REACH_SECONDS
    senders = [prepare(app, port, number, chance) for number in range(KILLS * AT_ONCE)]
    db.session.commit()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for first in range(0, len(senders), AT_ONCE):
            wait_for(port)
            sending = [pool.submit(each.send) for each in senders[first : first + AT_ONCE]]
            time.sleep(chance.uniform(0, reach))
            kill_workers(master)
            thanked = sum(each.result() for each in sending)
            # Kills fall inside the sendings on a machine that is slow, or has become so.
            reach *= {0: 1.2, AT_ONCE: 0.8}.get(thanked, 1)
        cut_off = [each for each in senders if not each.is_thanked]
        assert [each.seen for each in cut_off] == [[None]] * len(cut_off)
        assert FEWEST <= len(cut_off) <= len(senders) - FEWEST
        check(app, senders)
        wait_for(port)
        list(pool.map(Sender.send, cut_off))
    assert [each.seen for each in senders if not each.is_thanked] == []
    check(app, senders)
    assert count(Draft) == 0
    assert count(Testimony) == len(senders)


def prepare(app: Flask, port: int, number: int, chance: random.Random) -> Sender:
    """Write a draft of one's own, and what its author's browser sends to send it."""
    questionnaire: Questionnaire = app.extensions["questionnaires"].current("coordinateur")
    texts = [q.id for q in questionnaire.questions if q.kind == "texte_long"]
    given: dict[str, Value] = {
        "consentement_participation": True,
        "consentement_citation": "sans_nom",
        "clsm": f"CLSM n° {number}",
        "annee_creation": 2000 + number % 20,
        **{name: f"{number} {name} 🌻 " * chance.randrange(1, 60) for name in texts},
    }
    key = f"clé {number}"
    drafts.open_with(db.session, questionnaire, key_hash=drafts.key_hash(key), given=given)
    with app.test_request_context():
        g.pop("csrf_token", None)  # that of the one before: the context of a test is theirs too
        form = urlencode({"csrf_token": generate_csrf(), "seen": sights.write_all(given)})
        session["drafts"] = {questionnaire.slug: key}
        signer: Any = app.session_interface
        cookie = signer.get_signing_serializer(app).dumps(dict(session))
    return Sender(given, key, cookie, form, port)


def wait_for(port: int) -> None:
    servers.wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the site")


def kill_workers(master: int) -> None:
    """Kill every process that serves, without a word; wait until there is one."""
    children = Path(f"/proc/{master}/task/{master}/children")

    def workers() -> list[int]:
        return [int(child) for child in children.read_text().split()]

    servers.wait_until(lambda: bool(workers()), "a process that serves")
    for worker in workers():
        os.kill(worker, signal.SIGKILL)


def check(app: Flask, senders: list[Sender]) -> None:
    """Check that each is whole once, or absent with the draft as it was."""
    db.session.rollback()
    db.session.expire_all()
    questionnaire: Questionnaire = app.extensions["questionnaires"].current("coordinateur")
    options = [selectinload(getattr(Testimony, n)) for n in ("answers", "consents", "variables")]
    sent = db.session.scalars(select(Testimony).options(*options)).all()
    assert set(Counter(each.submission_key for each in sent).values()) <= {1}
    found = {each.submission_key: each for each in sent}
    waiting = {each.key_hash: each for each in db.session.scalars(select(Draft))}
    for sender in senders:
        key = drafts.key_hash(sender.key)
        if key in found:
            assert told(found[key]) == expected(questionnaire, sender.given)
            assert key not in waiting
        else:
            assert not sender.is_thanked
            assert drafts.answers(waiting[key]) == sender.given
    db.session.rollback()


def told(testimony: Testimony) -> tuple[dict[str, Value], dict[str, bool], dict[str, str]]:
    return (
        receipts.values(testimony),
        {each.purpose.value: each.is_given for each in testimony.consents},
        {each.name: each.value for each in testimony.variables},
    )


def expected(
    questionnaire: Questionnaire, given: Mapping[str, Value]
) -> tuple[dict[str, Value], dict[str, bool], dict[str, str]]:
    return (
        {name: value for name, value in given.items() if not name.startswith("consentement")},
        {"participation": True, "citation": True, "contact": False},
        {
            q.variable: testimony_rows.variable_text(given[q.id])
            for q in questionnaire.questions
            if q.variable and q.id in given
        },
    )


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
