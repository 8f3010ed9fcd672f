"""The gate, through HTTP: what is refused comes back with its words, and passes afterwards."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import altcha
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import DailySalt, Draft, RateCount, Switch
from app.models.base import now, today
from app.services import counts, gate, networks, switches
from app.services.counts import TableCounts
from app.task_queue import run_waiting
from app.tasks import enforce_retention
from tests import servers
from tests.answering import CONSENT, address, begin, count, page
from tests.reading import page as read

CODE = "/mon-temoignage"
WRONG = {"code": "0000 0000 0000 0000"}
SOMEWHERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def careful(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client of a site whose forms must have been shown for three seconds."""
    return make_app(WTF_CSRF_ENABLED=False, GATE_LEAST_SECONDS=3).test_client()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let so many seconds pass, at the gate."""
    moments = [now()]
    for module in (gate, counts):
        monkeypatch.setattr(module, "now", lambda: moments[0])

    def wait(seconds: int) -> None:
        moments[0] += timedelta(seconds=seconds)

    return wait


def hidden(soup: BeautifulSoup) -> dict[str, str]:
    """Give what the gate put in a form, as a browser without JavaScript sends it back."""
    fields = soup.select("[name=gate], [name=altcha], [name=site_web]")
    return {str(field["name"]): str(field["value"]) for field in fields}


def refusal(reply: TestResponse) -> tuple[int, str]:
    """Give the status, and what the page says first."""
    shown = page(reply)
    assert shown.title is not None
    assert shown.title.text.startswith("Erreur\u00a0: ")
    heading = shown.select_one("#refus")
    assert heading is not None
    return reply.status_code, heading.text


def solve(soup: BeautifulSoup) -> str:
    """Do the work that a page asks for."""
    field = soup.select_one("[name=altcha]")
    assert field is not None
    challenge = altcha.Challenge.from_dict(json.loads(str(field["data-challenge"])))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def guess(client: FlaskClient, where: str = SOMEWHERE, **more: str) -> TestResponse:
    return client.post(CODE, data=WRONG | more, environ_base={"REMOTE_ADDR": where})


def ask_for_proof(form: str) -> None:
    switches.turn(db.session, f"proof:{form}", is_on=True, by_id=None)
    db.session.commit()


def test_the_trap_cannot_be_seen_nor_reached(client: FlaskClient) -> None:
    trap = read(client, CODE).select_one("[name=site_web]")
    assert trap is not None
    assert (trap["tabindex"], trap["autocomplete"], trap["value"]) == ("-1", "off", "")
    assert trap.parent is not None
    assert (trap.parent["class"], trap.parent["aria-hidden"]) == (["d-none"], "true")


def test_whoever_falls_in_the_trap_sees_it_and_gets_out(client: FlaskClient) -> None:
    reply = guess(client, site_web="https://exemple.fr")
    assert refusal(reply) == (422, "Appuyez encore une fois")
    trap, code = (page(reply).select_one(f"[name={name}]") for name in ("site_web", "code"))
    assert trap is not None
    assert code is not None
    assert (trap.get("tabindex"), trap["value"], code["value"]) == (None, "", WRONG["code"])
    assert guess(client).status_code == 422
    assert page(guess(client)).select_one("#refus") is None


def test_too_quick_then_again(careful: FlaskClient, clock: Callable[[int], None]) -> None:
    first = hidden(read(careful, address("accord")))
    clock(2)
    reply = careful.post(address("accord"), data=CONSENT | first)
    assert refusal(reply) == (422, "Appuyez encore une fois")
    box = page(reply).select_one("#q_consentement_participation")
    assert box is not None
    assert box.has_attr("checked")
    assert count(Draft) == 0
    again = careful.post(address("accord"), data=CONSENT | hidden(page(reply)))
    assert (again.location, count(Draft)) == (address("territoire"), 1)


def test_after_three_seconds_a_form_passes(
    careful: FlaskClient, clock: Callable[[int], None]
) -> None:
    first = hidden(read(careful, address("accord")))
    clock(3)
    assert careful.post(address("accord"), data=CONSENT | first).location == address("territoire")


def test_after_a_day_a_page_passes_at_the_second_press(
    careful: FlaskClient, clock: Callable[[int], None]
) -> None:
    first = hidden(read(careful, address("accord")))
    clock(86_401)
    reply = careful.post(address("accord"), data=CONSENT | first)
    assert refusal(reply) == (422, "Appuyez encore une fois")
    said = page(reply).select_one(".error-summary p")
    assert said is not None
    assert said.text.startswith("Cette page est restée ouverte plus d’un jour.")
    box = page(reply).select_one("#q_consentement_participation")
    assert box is not None
    assert box.has_attr("checked")
    assert count(Draft) == 0
    again = careful.post(address("accord"), data=CONSENT | hidden(page(reply)))
    assert (again.location, count(Draft)) == (address("territoire"), 1)
    robot = careful.application.test_client()
    assert robot.post(address("accord"), data=CONSENT | first).status_code == 422


def test_time_spent_on_a_mistake_counts(careful: FlaskClient, clock: Callable[[int], None]) -> None:
    first = hidden(read(careful, CODE))
    clock(2)
    mistaken = careful.post(CODE, data={"code": "12"} | first)
    clock(1)
    reply = careful.post(CODE, data=WRONG | hidden(page(mistaken)))
    assert page(reply).select_one("#refus") is None


def test_pages_of_somebody_who_has_begun_are_not_gated(
    careful: FlaskClient, clock: Callable[[int], None]
) -> None:
    first = hidden(read(careful, address("accord")))
    clock(3)
    careful.post(address("accord"), data=CONSENT | first)
    assert hidden(read(careful, address("territoire"))) == {}
    assert careful.post(address("territoire"), data={"q_clsm": "x"}).status_code in (302, 400)


def test_guesses_wait_longer_and_longer(client: FlaskClient, clock: Callable[[int], None]) -> None:
    assert [guess(client).status_code for _ in range(10)] == [422] * 10
    reply = guess(client)
    assert refusal(reply) == (429, "Attendez 30\u00a0secondes, puis envoyez à nouveau")
    assert reply.headers["Retry-After"] == "30"
    code = page(reply).select_one("[name=code]")
    assert code is not None
    assert code["value"] == WRONG["code"]
    assert guess(client, ELSEWHERE).status_code == 422
    clock(31)
    assert guess(client).status_code == 422
    assert refusal(guess(client)) == (429, "Attendez 1\u00a0minute, puis envoyez à nouveau")


def test_the_slow_function_is_not_paid_for_by_who_must_wait(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(10):
        guess(client)

    def look_up(*_: Any) -> None:
        raise AssertionError("looked up")

    monkeypatch.setattr("app.services.receipts.look_up", look_up)
    assert guess(client).status_code == 429


def test_who_has_their_code_is_never_held_back(client: FlaskClient) -> None:
    begin(client)
    groups = page(client.get(f"{CODE}/code/coordinateur")).select(".receipt-code span")
    right = {"code": " ".join(group.text for group in groups)}
    here = {"REMOTE_ADDR": SOMEWHERE}
    for _ in range(15):
        reply = client.post(CODE, data=right, environ_base=here)
        assert reply.location == "/temoigner/coordinateur/"


def test_every_outcome_costs_the_same(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in calls of the slow function: seconds would depend on the machine."""
    from app.services import receipts  # noqa: PLC0415 - what is watched

    begin(client)
    groups = page(client.get(f"{CODE}/code/coordinateur")).select(".receipt-code span")
    right = {"code": "".join(group.text for group in groups)}
    calls: list[str] = []
    plain = receipts.keys_of
    monkeypatch.setattr(receipts, "keys_of", lambda code: calls.append(code) or plain(code))

    def cost(data: dict[str, str]) -> int:
        before = len(calls)
        client.post(CODE, data=data)
        return len(calls) - before

    draft, nothing = cost(right), cost(WRONG)
    client.post("/temoigner/coordinateur/relire")
    sent = cost(right)
    client.post(f"{CODE}/retirer")
    assert [draft, nothing, sent, cost(right)] == [1, 1, 1, 1]


def test_a_proof_of_work_opens(client: FlaskClient) -> None:
    ask_for_proof("temoigner")
    shown = read(client, address("accord"))
    proof = {"altcha": solve(shown)}
    assert refusal(client.post(address("accord"), data=CONSENT | hidden(shown))) == (
        422,
        "Encore un instant, puis envoyez à nouveau",
    )
    assert client.post(address("accord"), data=CONSENT | hidden(shown) | proof).location == (
        address("territoire")
    )
    again = client.application.test_client()
    assert again.post(address("accord"), data=CONSENT | hidden(shown) | proof).status_code == 422


def test_without_javascript_time_opens(client: FlaskClient, clock: Callable[[int], None]) -> None:
    ask_for_proof("temoigner")
    first = hidden(read(client, address("accord")))
    clock(10)
    early = client.post(address("accord"), data=CONSENT | first)
    shown = page(early).select_one(".error-summary p")
    assert shown is not None
    assert "attendez 20\u00a0secondes" in shown.text
    clock(20)
    late = client.post(address("accord"), data=CONSENT | hidden(page(early)))
    assert late.location == address("territoire")


def test_no_proof_is_asked_in_quiet_times(client: FlaskClient) -> None:
    assert read(client, CODE).select("[data-challenge], script[src*=altcha]") == []


def test_beyond_a_thousand_guesses_everyone_is_asked_for_a_proof(client: FlaskClient) -> None:
    TableCounts(db.session).add("tries:code", timedelta(hours=1), amount=1000)
    db.session.commit()
    shown = read(client, CODE)
    assert len(shown.select("[data-challenge]")) == 1
    assert refusal(guess(client, **hidden(shown)))[0] == 422
    solved = guess(client, **hidden(shown) | {"altcha": solve(shown)})
    assert page(solved).select_one("#refus") is None


def test_looking_at_a_page_changes_nothing(client: FlaskClient) -> None:
    ask_for_proof("code")
    for path in (CODE, address("accord")):
        read(client, path)
    assert (count(RateCount), count(DailySalt)) == (0, 0)


def test_no_address_is_kept(client: FlaskClient) -> None:
    guess(client)
    (salt,) = db.session.scalars(select(DailySalt.salt)).all()
    who = networks.hashed(SOMEWHERE, salt)
    keys = db.session.scalars(select(RateCount.key)).all()
    assert sorted(keys) == sorted([f"code:{who}", f"tries:code:{who}", "tries:code", "passed:code"])
    assert not any("192" in key.replace(str(who), "") for key in keys)


def test_the_worker_forgets(app: Flask, client: FlaskClient) -> None:
    guess(client)
    db.session.execute(update(RateCount).values(expires_at=now() - timedelta(seconds=1)))
    db.session.execute(update(DailySalt).values(day=today() - timedelta(days=1)))
    db.session.commit()
    enforce_retention.enqueue()
    run_waiting(app)
    db.session.rollback()
    assert (count(RateCount), count(DailySalt)) == (0, 0)


@pytest.mark.parametrize(
    ("proxies", "counted"), [(0, SOMEWHERE), (1, "203.0.113.5"), (2, "198.51.100.1")]
)
def test_whose_word_is_taken_for_an_address(
    make_app: Callable[..., Flask], proxies: int, counted: str
) -> None:
    client = make_app(WTF_CSRF_ENABLED=False, TRUSTED_PROXIES=proxies).test_client()
    said = {"X-Forwarded-For": "192.0.2.99, 198.51.100.1, 203.0.113.5"}
    client.post(CODE, data=WRONG, headers=said, environ_base={"REMOTE_ADDR": SOMEWHERE})
    (salt,) = db.session.scalars(select(DailySalt.salt)).all()
    assert db.session.get(RateCount, f"tries:code:{networks.hashed(counted, salt)}") is not None


def test_a_proxy_that_was_not_declared_is_told_of_once(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    client = make_app(WTF_CSRF_ENABLED=False, IS_PRODUCTION=True).test_client()
    for where in ("192.0.2.7", "127.0.0.1", "127.0.0.1"):
        guess(client, where)
    said = [record.message for record in caplog.records if record.name == "app.views.gate"]
    assert said == ["every visitor seems to come from this machine: set TRUSTED_PROXIES"]


@pytest.fixture(scope="module")
def redis_server() -> Iterator[str]:
    with servers.redis() as address:
        yield address


def test_where_the_queue_is_redis_it_counts_too(
    make_app: Callable[..., Flask], redis_server: str
) -> None:
    app = make_app(WTF_CSRF_ENABLED=False, QUEUE_URL=redis_server)
    client = app.test_client()
    assert [guess(client).status_code for _ in range(11)] == [422] * 10 + [429]
    assert (count(RateCount), count(DailySalt)) == (0, 0)
    keys = [key.decode() for key in app.extensions["gate"].keys("recueil:gate:*")]
    assert len(keys) == 7
    assert all(0 < app.extensions["gate"].ttl(key) <= 24 * 3600 for key in keys)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    stamp=st.text(max_size=60),
    proof=st.text(max_size=60)
    | st.dictionaries(st.text(max_size=9), st.integers()).map(
        lambda value: base64.b64encode(json.dumps(value).encode()).decode()
    ),
    trap=st.text(max_size=9),
    where=st.text(alphabet="0123456789abcdef:.%", max_size=40),
)
def test_whatever_comes_is_answered(
    careful: FlaskClient, stamp: str, proof: str, trap: str, where: str
) -> None:
    sent = {"gate": stamp, "altcha": proof, "site_web": trap}
    reply = careful.post(CODE, data=WRONG | sent, environ_base={"REMOTE_ADDR": where})
    assert reply.status_code == 422
    db.session.execute(delete(RateCount))
    db.session.commit()


def test_staff_see_what_happens_and_ask_for_proofs(client: FlaskClient, staff: FlaskClient) -> None:
    guess(client)
    guess(client, site_web="x")
    shown = read(staff, "/equipe/protection")
    helps = [" ".join(each.text.split()) for each in shown.select("fieldset .form-text")]
    assert len(helps) == len(gate.FORMS)
    assert helps[list(gate.FORMS).index("code")] == (
        "Depuis une heure au plus : 1 envoi accepté, 1 refusé."
    )
    assert shown.select("[checked]") == []
    reply = staff.post("/equipe/protection", data={"asked": ["question", "code"]})
    assert reply.location == "/equipe/protection"
    boxes = read(staff, "/equipe/protection").select("[checked]")
    assert [box["value"] for box in boxes] == ["question", "code"]
    kept = db.session.scalars(select(Switch).order_by(Switch.name)).all()
    assert [(each.name, each.is_on, each.changed_by_id is not None) for each in kept] == [
        ("proof:code", True, True),
        ("proof:question", True, True),
    ]
    staff.post("/equipe/protection", data={"asked": "question"})
    boxes = read(staff, "/equipe/protection").select("[checked]")
    assert [box["value"] for box in boxes] == ["question"]
    since = read(staff, "/equipe/protection").select("fieldset .form-text")[1].text
    assert re.search(r"Calcul demandé depuis le .+ à .+\sh", since)


def test_an_unknown_form_changes_nothing(staff: FlaskClient) -> None:
    staff.post("/equipe/protection", data={"asked": ["nulle part", "code"]})
    assert count(Switch) == 0


def test_only_staff_ask_for_proofs(client: FlaskClient, researcher: FlaskClient) -> None:
    assert client.get("/equipe/protection").status_code == 302
    assert researcher.get("/equipe/protection").status_code == 403
    assert researcher.post("/equipe/protection", data={"asked": "code"}).status_code == 403
