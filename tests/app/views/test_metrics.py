"""`/metrics`: counts, by rule and never by path, and only for whom they are meant."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from app import tasks
from app.extensions import db
from app.models import Backup
from app.models.base import now, today
from app.services import beats
from tests import factories
from tests.instance import ROOT

TOKEN = "un-jeton-tres-difficile-a-trouver"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def told(reply: TestResponse, name: str) -> dict[tuple[str, ...], float]:
    """Give the samples of one name: its labels' values, in the order of their names; its own."""
    assert reply.status_code == 200
    return {
        tuple(sample.labels[name] for name in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
        if sample.name == name
    }


@pytest.fixture
def watched(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app(METRICS_TOKEN=TOKEN, WTF_CSRF_ENABLED=False).test_client()


def test_what_the_database_and_the_queue_tell(watched: FlaskClient) -> None:
    factories.testimony(db.session, received_on=today() - timedelta(days=1))
    factories.testimony(db.session, received_on=today())
    factories.notice(db.session)
    outcomes = {"suggest_codings": {"done": (3, 1.5), "failed": (1, 0.5)}}
    made_at = now() - timedelta(hours=1)
    db.session.add(Backup(name="a.recueil", made_at=made_at, size=9, rows=9))
    beats.show(db.session, "atelier-1", doing=None, outcomes=outcomes)
    db.session.commit()
    tasks.sweep_untagged.enqueue()
    tasks.sweep_untagged.enqueue()
    reply = watched.get("/metrics", headers=BEARER)
    # The one of today would tell, a figure read every minute, at what moment somebody sent it.
    assert told(reply, "recueil_testimonies") == {(): 1}
    assert told(reply, "recueil_testimonies_to_read") == {(): 2}
    assert told(reply, "recueil_queue_depth") == {(): 2}
    assert told(reply, "recueil_tasks_total") == {
        ("done", "suggest_codings", "atelier-1"): 3,
        ("failed", "suggest_codings", "atelier-1"): 1,
    }
    assert 3600 <= told(reply, "recueil_backup_seconds")[()] < 3700
    mails = told(reply, "recueil_mails")
    assert [mails["notices", state] for state in ("waiting", "sent", "failed", "uncertain")] == [
        *(1, 0, 0, 0)
    ]
    assert told(reply, "recueil_pipeline_info") == {("indices", "shipped"): 1}


def test_what_the_guide_names_is_told(watched: FlaskClient) -> None:
    guide = (ROOT / "docs" / "surveillance.md").read_text(encoding="utf-8")
    outcomes = {"suggest_codings": {"done": (1, 1.0)}}
    beats.show(db.session, "atelier-1", doing=None, outcomes=outcomes)
    db.session.add(Backup(name="a.recueil", size=9, rows=9))
    db.session.commit()
    watched.get("/facile")
    reply = watched.get("/metrics", headers=BEARER)
    families = list(text_string_to_metric_families(reply.text))
    names = {sample.name for family in families for sample in family.samples}
    named = set(re.findall(r"recueil_[a-z_]+", guide)) - {"recueil_request_seconds"}
    assert named - names == set()
    assert "recueil_request_seconds_bucket" in names


def test_requests_are_counted_by_rule(watched: FlaskClient) -> None:
    def seen() -> float:
        found = told(watched.get("/metrics", headers=BEARER), "recueil_requests_total")
        return found.get(("GET", "/contact/<token>", "404"), 0)

    before = seen()
    for number in range(3):
        watched.get(f"/contact/jeton-personnel-{number}")
    reply = watched.get("/metrics", headers=BEARER)
    assert seen() == before + 3
    assert "jeton-personnel" not in reply.text


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer autre"}, {"Authorization": "é"}])
def test_without_the_token_nothing_is_told(watched: FlaskClient, given: dict[str, str]) -> None:
    reply = watched.get("/metrics", headers=given)
    assert (reply.status_code, "recueil_" in reply.text) == (401, False)


@pytest.mark.parametrize(
    ("settings", "headers", "address", "status"),
    [
        ({}, {}, "127.0.0.1", 200),
        ({}, {}, "203.0.113.7", 404),
        ({}, {"X-Forwarded-For": "203.0.113.7"}, "127.0.0.1", 404),
        ({"IS_PRODUCTION": True}, {}, "127.0.0.1", 404),
    ],
)
def test_without_a_token_set_this_machine_alone_is_told(
    make_app: Callable[..., Flask],
    settings: dict[str, bool],
    headers: dict[str, str],
    address: str,
    status: int,
) -> None:
    client = make_app(**settings).test_client()
    reply = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert reply.status_code == status
