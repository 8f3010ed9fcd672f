"""The queue, on each of its three servers: what is enqueued is run; a queue down is borne."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import pipelines, tasks
from app.extensions import db
from app.models import Coding, Draft, Testimony
from app.models.base import now
from app.services import drafts, receipts, retention
from app.task_queue import run_waiting
from tests import factories, servers
from tests.tagging import waiting


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("redis", marks=pytest.mark.xdist_group("redis")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("pg")),
    ]
)
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/queue.sqlite3"
    elif request.param == "redis":
        with servers.redis() as address:
            yield address
    else:
        server = request.getfixturevalue("postgresql_server")
        yield servers.create_database(server, f"queue-{tmp_path.name}")


def test_a_testimony_is_read_once(make_app: Callable[..., Flask], queue_url: str) -> None:
    app = make_app(QUEUE_URL=queue_url)
    told = factories.testimony(
        db.session, answers={"demarche_elus": "Le maire préside chaque assemblée plénière."}
    )
    db.session.commit()
    assert waiting(db.session) == [told.id]
    tasks.suggest_codings.enqueue(str(told.id))
    tasks.suggest_codings.enqueue(str(told.id))
    assert run_waiting(app) == 2
    db.session.expire_all()
    assert waiting(db.session) == []
    read = db.session.get_one(Testimony, told.id)
    assert read.tagged_by == pipelines.tagger().origin
    found = db.session.query(Coding).count()
    tasks.suggest_codings(str(told.id))
    assert db.session.query(Coding).count() == found > 0


def test_who_waits_is_answered_first_where_the_queue_can(
    make_app: Callable[..., Flask], queue_url: str
) -> None:
    huey = make_app(QUEUE_URL=queue_url).extensions["huey"]
    for _ in range(2):
        tasks.suggest_codings.enqueue(str(uuid.uuid4()))
    tasks.try_cues.enqueue(str(uuid.uuid4()))
    order = [huey.dequeue().name for _ in range(3)]
    assert sorted(order) == ["suggest_codings", "suggest_codings", "try_cues"]
    assert order.index("try_cues") == (0 if huey.storage.priority else 2)


def test_what_was_never_queued_is_swept(app: Flask) -> None:
    told = factories.testimony(db.session)
    db.session.commit()
    tasks.sweep_untagged()
    assert run_waiting(app) == 1
    db.session.expire_all()
    assert db.session.get_one(Testimony, told.id).tagged_by == pipelines.tagger().origin


def test_old_drafts_are_erased(app: Flask) -> None:
    questionnaire = app.extensions["questionnaires"].current("elu")
    old = drafts.start(db.session, questionnaire, "ancienne")
    drafts.start(db.session, questionnaire, "récente")
    old.expires_at = now() - timedelta(minutes=1)
    db.session.commit()
    tasks.enforce_retention()
    assert run_waiting(app) == len(retention.rules())
    assert [drafts.find(db.session, key) is None for key in ("ancienne", "récente")] == [
        True,
        False,
    ]
    assert db.session.query(Draft).count() == 1


def test_a_queue_that_is_down_costs_no_answer(make_app: Callable[..., Flask]) -> None:
    port = servers.free_port()
    client = make_app(QUEUE_URL=f"redis://127.0.0.1:{port}/0", WTF_CSRF_ENABLED=False).test_client()
    client.post("/temoigner/elu/rubrique/accord", data={"q_consentement_participation": "oui"})
    reply = client.post("/temoigner/elu/relire")
    assert reply.location == "/temoigner/elu/merci"
    assert len(waiting(db.session)) == 1
    assert client.get("/readyz").get_json()["file"] is False


def test_a_testimony_that_is_gone_is_left_alone(app: Flask) -> None:
    told = factories.testimony(db.session, answers={"demarche_elus": "Le maire préside."})
    db.session.commit()
    tasks.suggest_codings.enqueue(str(told.id))
    receipts.withdraw(db.session, told)
    db.session.commit()
    assert run_waiting(app) == 1
    assert db.session.query(Coding).count() == 0
