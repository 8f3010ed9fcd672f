"""The number of a request: taken when well formed, told back, carried to the worker's lines."""

import json
import logging
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import tasks
from app.extensions import db
from app.observation import tracing
from app.observation.journal import JsonLines, ReadableLines
from app.task_queue import run_waiting, waits_since
from tests import factories
from tests.conftest import PASSWORD

NUMBER = "3f9a12bc77de4a01b2c3d4e5f6a7b8c9"


class Lines(logging.Handler):
    """Keeps what would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    @property
    def read(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.written]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """All that this process would log, from the least line on."""
    handler, root = Lines(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (NUMBER, NUMBER),
        ("3F9A12BC-77DE-4A01-B2C3-D4E5F6A7B8C9", NUMBER),
        ("1234567890123456", None),  # a code of somebody's
        ("jeanne@exemple.fr", None),
        (NUMBER + "\nlevel=error", None),
        ("", None),
    ],
)
def test_a_number_is_taken_if_well_formed(
    client: FlaskClient, given: str, taken: str | None
) -> None:
    headers = {} if "\n" in given else {"X-Request-ID": given}
    told = client.get("/healthz", headers=headers).headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", told)
    assert (told == taken) == (taken is not None)
    assert tracing.request_id(given) != given or taken == given


def test_a_page_of_error_gives_the_number_to_quote(client: FlaskClient) -> None:
    reply = client.get("/nulle/part", headers={"X-Request-ID": NUMBER})
    margin = BeautifulSoup(reply.text, "html5lib").select_one(".margin .quiet")
    assert margin is not None
    assert margin.text == ("Si vous nous écrivez à ce sujet, citez ce numéro\u00a0: 3f9a12bc77de")


def test_the_worker_s_lines_bear_the_number_of_the_request(app: Flask, lines: Lines) -> None:
    with tracing.following(tracing.Trace(NUMBER)):
        tasks.deliver_notice.enqueue(str(uuid.uuid4()))
    assert waits_since(app.extensions["huey"]) is not None
    lines.written.clear()
    assert run_waiting(app) == 1
    ours = [each for each in lines.read if str(each["logger"]).startswith("app.")]
    assert {(each["request"], each["task"]) for each in ours} == {(NUMBER, "deliver_notice")}
    assert [each["outcome"] for each in ours if each["message"] == "task"] == ["done"]
    assert waits_since(app.extensions["huey"]) is None


def test_a_task_that_fails_is_told_without_what_it_was_given(app: Flask, lines: Lines) -> None:
    tasks.deliver_notice.enqueue("une adresse : jeanne@exemple.fr")
    run_waiting(app)
    assert "jeanne" not in "".join(lines.written)
    assert [each["outcome"] for each in lines.read if each["message"] == "task"] == ["failed"]
    assert any("ValueError" in each.get("exception", ()) for each in lines.read)  # type: ignore[operator]


def test_a_whole_journey_leaves_nothing_personal_in_the_log(
    make_app: Callable[..., Flask], lines: Lines
) -> None:
    app = make_app(WTF_CSRF_ENABLED=False, SLOW_QUERY_MILLISECONDS=0, TRUSTED_PROXIES=1)
    campaign = factories.campaign(db.session)
    contact = factories.contact(db.session, email="jeanne.personne@exemple.fr")
    token = factories.invitation(db.session, campaign=campaign, contact=contact).token
    factories.account(db.session, email="collegue@exemple.fr", password=PASSWORD)
    db.session.commit()
    client = app.test_client()
    headers = {"X-Forwarded-For": "203.0.113.77"}

    def post(path: str, **data: str) -> None:
        client.post(path, data=data, headers=headers)

    client.get(f"/invitation/{token}?source=motcache", headers=headers)
    post("/temoigner/elu/rubrique/accord", q_consentement_participation="oui")
    post("/temoigner/elu/rubrique/action", q_portage="Le maire préside, disait Gaspardine.")
    post("/temoigner/elu/relire")
    code = re.findall(
        r"\d{4}[ \u00a0]\d{4}[ \u00a0]\d{4}[ \u00a0]\d{4}",
        client.get("/temoigner/elu/merci", headers=headers).text,
    )
    post("/mon-temoignage", code="9876 5432 1098 7654")
    post("/compte/connexion", email="collegue@exemple.fr", password="mot de passe faux")
    client.get("/recherche/?mots=motcherché", headers=headers)
    client.get("/nulle/part/secrète", headers=headers)
    run_waiting(app)
    written = "\n".join(lines.written)
    private = [
        *(token, "jeanne", "exemple.fr", "collegue", "203.0.113", "motcache", "motcherché"),
        *("Gaspardine", "préside", "mot de passe faux", "secrète", "9876", "7654"),
        *code,
        *(part for each in code for part in re.split("[ \u00a0]", each)),
    ]
    assert [word for word in private if word in written] == []
    told = [each for each in lines.read if each["message"] == "request"]
    assert [(each["method"], each.get("rule"), each["status"]) for each in told][:4] == [
        ("GET", "/invitation/<token>", 200),
        ("POST", "/temoigner/<slug>/rubrique/<section_id>", 302),
        ("POST", "/temoigner/<slug>/rubrique/<section_id>", 400),  # kept: a part of the page
        ("POST", "/temoigner/<slug>/relire", 302),
    ]
    assert set(told[0]) == {
        *("at", "level", "logger", "message", "request", "method", "rule", "status", "ms")
    }
    sending = told[3]["request"]
    theirs = [each for each in lines.read if each.get("request") == sending]
    read = [each for each in theirs if str(each["logger"]).startswith("app.") and "task" in each]
    assert [(each["task"], each["message"]) for each in read] == [
        ("suggest_codings", "testimony read"),
        ("suggest_codings", "task"),
    ]


def test_words_of_an_exception_stay_out_unless_they_can_quote_nothing(lines: Lines) -> None:
    log = logging.getLogger("app.essai")
    for error in (ValueError("jeanne@exemple.fr"), FileNotFoundError(2, "No such file", "jeanne")):
        try:
            raise error
        except (ValueError, OSError):
            log.exception("panne")
    last = [each["exception"][-1] for each in lines.read]  # type: ignore[index]
    assert last == ["ValueError", "FileNotFoundError: No such file"]


def test_gunicorn_names_no_visitor(lines: Lines) -> None:
    log = logging.getLogger("gunicorn.error")
    log.warning("Invalid request from ip=203.0.113.77: Invalid HTTP header")
    log.error("Error handling request %s %s", "GET", "/contact/un-jeton")
    assert [each["message"] for each in lines.read] == [
        "Invalid request from ip=- Invalid HTTP header",
        "Error handling request",
    ]


def test_a_readable_line() -> None:
    record = logging.makeLogRecord({"name": "app.views", "levelname": "INFO", "msg": "request"})
    record.status, record.ms = 200, 12.5
    with tracing.following(tracing.Trace(NUMBER, method="GET", rule="/facile")):
        line = ReadableLines().format(record)
    assert line == "INFO app.views request GET /facile status=200 ms=12.5 [3f9a12bc77de]"


def test_a_slow_statement_is_told_without_its_parameters(
    make_app: Callable[..., Flask], lines: Lines
) -> None:
    make_app(SLOW_QUERY_MILLISECONDS=1)
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)\n"
        "  SELECT max(i), :word FROM n"
    )
    db.session.execute(text(slow), {"word": "Gaspardine"}).all()
    told = [each for each in lines.read if each["message"] == "slow query"]
    assert [str(each["statement"]).partition(") ")[2][-23:] for each in told] == [
        "SELECT max(i), ? FROM n"
    ]
    assert "Gaspardine" not in "".join(lines.written)
