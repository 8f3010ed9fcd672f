"""`kill -9` of the postman at random instants: each contact is written to once, or it is said.

A campaign of 500; the postman is killed at random, another takes over. `POSTMAN_RUNS=100` makes as
many runs on each database in place of one.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import ContactSource, Invitation
from app.services import campaigns, contacts
from tests import factories, nurseries, servers
from tests.nurseries import Nursery, is_alive
from tests.smtp import Inbox, serving

RUNS = int(os.environ.get("POSTMAN_RUNS", "1"))
CONTACTS = 500
SEED = 4
MOST_IN_A_LIFE = 60  # messages that a postman gives the server before it is killed


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def app(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    environment: dict[str, str],
    inbox: Inbox,
) -> Flask:
    """An application whose mail server is `inbox`, on each kind of database."""
    environment |= {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(inbox.port)}
    if request.param == "postgresql":
        environment["DATABASE_URL"] = request.getfixturevalue("postgresql_database")
    return make_app()


@pytest.fixture
def nursery(app: Flask, environment: dict[str, str]) -> Iterator[Nursery]:
    with nurseries.nursery("tests.postman_nursery", environment) as nursery:
        yield nursery


def states() -> Counter[str]:
    db.session.rollback()
    found = db.session.scalars(select(Invitation.state))
    return Counter(state.value for state in found)


@pytest.mark.parametrize("run", range(RUNS))
def test_killed_while_a_campaign_leaves(
    app: Flask, inbox: Inbox, nursery: Nursery, run: int
) -> None:
    chance = random.Random(SEED + run)
    fill()
    campaigns.launch(db.session, factories.campaign(db.session))
    db.session.commit()
    kills = 0
    while states()["queued"] + states()["sending"]:
        postman = nursery.born()
        gave_enough(inbox, postman, len(inbox.raw) + chance.randrange(MOST_IN_A_LIFE))
        time.sleep(chance.uniform(0, 0.005))
        if is_alive(postman):
            os.kill(postman, signal.SIGKILL)
            kills += 1
    check(inbox, kills)


def fill() -> None:
    people = [
        contacts.NewContact(
            email=f"p{number}@exemple.fr", name=f"Personne {number}", audience="coordinateur"
        )
        for number in range(CONTACTS)
    ]
    contacts.add_all(db.session, people, source=ContactSource.IMPORTED)


def gave_enough(inbox: Inbox, postman: int, goal: int) -> None:
    """Wait until the server has so many messages, or the postman has no more to give."""
    servers.wait_until(lambda: len(inbox.raw) > goal or not is_alive(postman), "messages")


def check(inbox: Inbox, kills: int) -> None:
    received = Counter(str(message["To"]) for message in inbox.messages)
    assert [to for to, count in received.items() if count > 1] == []
    counted = states()
    assert set(counted) <= {"sent", "uncertain"}
    assert counted.total() == CONTACTS
    assert counted["uncertain"] <= kills
    assert kills >= CONTACTS / MOST_IN_A_LIFE
    rows = db.session.scalars(select(Invitation)).all()
    missed = [row.contact.email for row in rows if row.state == "sent" and row.sent_at is None]
    unseen = {row.contact.email for row in rows if row.state == "sent"} - set(received)
    assert (missed, unseen) == ([], set())
    assert set(received) <= {row.contact.email for row in rows}
