"""A code opens a draft where another one was: neither passes for the other, and none is lost."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.answering import begin, expire, page
from tests.app.views.test_receipts import shown_code

PAUSE = "/mon-temoignage/code/coordinateur"
ASIDE = "/mon-temoignage/mis-de-cote/coordinateur"
START = "/temoigner/coordinateur/"
SEND, THANKS = "/temoigner/coordinateur/relire", "/temoigner/coordinateur/merci"


@pytest.fixture
def other_code(app: Flask) -> str:
    """The code of a draft begun in another browser."""
    elsewhere = app.test_client()
    begin(elsewhere)
    return shown_code(elsewhere, PAUSE)


def enter(client: FlaskClient, code: str, query: str = "") -> str | None:
    return client.post(f"/mon-temoignage{query}", data={"code": code}).location


def told(client: FlaskClient, path: str) -> list[str]:
    return [each.text.strip() for each in page(client.get(path)).select(".alert")]


def codes(client: FlaskClient, path: str) -> list[str]:
    shown = page(client.get(path)).select(".receipt-code")
    return [" ".join(group.text for group in each.select("span")) for each in shown]


def test_the_draft_put_aside_shows_its_code_and_the_other_none(
    client: FlaskClient, other_code: str
) -> None:
    begin(client)
    code = shown_code(client, PAUSE)
    assert enter(client, other_code) == ASIDE
    assert codes(client, ASIDE) == [code]
    assert codes(client, PAUSE) == []
    assert client.get(f"{PAUSE}/courriel").location == PAUSE
    assert client.post(ASIDE).location == START
    assert client.get(ASIDE).location == START
    assert enter(client, code) == client.get(ASIDE).location == START


def test_the_code_stays_until_it_is_noted(client: FlaskClient, other_code: str, app: Flask) -> None:
    begin(client)
    code = shown_code(client, PAUSE)
    enter(client, other_code)
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(ASIDE).location == ASIDE
    assert codes(client, ASIDE) == [code]


def test_two_drafts_put_aside_show_two_codes(client: FlaskClient, other_code: str) -> None:
    begin(client)
    first = shown_code(client, PAUSE)
    enter(client, other_code)
    client.post("/temoigner/coordinateur/effacer")
    begin(client)
    second = shown_code(client, PAUSE)
    assert first != second
    assert enter(client, first) == ASIDE
    assert codes(client, ASIDE) == [second]


def test_a_draft_whose_code_was_noted_is_told_of(client: FlaskClient, other_code: str) -> None:
    begin(client)
    code = shown_code(client, PAUSE)
    client.get(str(client.post(PAUSE).location))  # where it says that the answers are kept
    assert enter(client, other_code) == START
    assert told(client, PAUSE) == [
        "Un autre questionnaire était commencé dans ce navigateur. Il est gardé\u00a0: le code de "
        "suivi noté par son autrice ou son auteur le retrouve."
    ]
    assert enter(client, code) == START


def test_its_own_code_puts_nothing_aside(client: FlaskClient) -> None:
    begin(client)
    code = shown_code(client, PAUSE)
    assert enter(client, code) == START
    assert told(client, PAUSE) == []
    assert codes(client, PAUSE) == [code]


def test_a_draft_that_is_over_is_not_told_of(client: FlaskClient, app: Flask) -> None:
    begin(client)
    expire(client)
    elsewhere = app.test_client()
    begin(elsewhere)
    assert enter(client, shown_code(elsewhere, PAUSE)) == START
    assert codes(client, PAUSE) == []
    with client.session_transaction() as cookie:
        assert cookie["codes"] == {}


def test_what_came_with_the_first_draft_does_not_pass_to_the_other(
    client: FlaskClient, other_code: str
) -> None:
    begin(client)
    client.post(f"{PAUSE}/courriel", data={"email": "lea@exemple.fr"})
    with client.session_transaction() as cookie:
        cookie["invited"] = {"coordinateur": "jeton", "elu": "autre"}
        assert list(cookie["sendings"].values()) == [1]
    enter(client, other_code)
    with client.session_transaction() as cookie:
        assert (cookie["invited"], cookie["sendings"]) == ({"elu": "autre"}, {})


def test_amending_puts_an_open_draft_aside(
    client: FlaskClient, make_sent: Callable[[], str]
) -> None:
    sent = make_sent()
    begin(client)
    code = shown_code(client, PAUSE)
    assert enter(client, sent) == "/mon-temoignage/lire"
    assert client.post("/mon-temoignage/modifier").location == ASIDE
    assert codes(client, ASIDE) == [code]
    assert client.post(ASIDE).location == START
    assert client.get(START).location == SEND


@pytest.fixture
def make_sent(app: Flask) -> Callable[[], str]:
    """Send a testimony from another browser; give its code."""

    def send() -> str:
        elsewhere = app.test_client()
        begin(elsewhere, q_consentement_contact="oui")
        elsewhere.post(SEND)
        return shown_code(elsewhere, THANKS)

    return send


def test_the_thanks_do_not_show_the_code_of_a_draft(
    client: FlaskClient, make_sent: Callable[[], str]
) -> None:
    sent = make_sent()
    begin(client)
    enter(client, sent)
    reply = client.post("/mon-temoignage/accords/coordonnees")
    assert reply.location == f"{THANKS}#joindre"
    assert codes(client, THANKS) == []


def test_whoever_begins_next_does_not_see_the_code_of_what_was_sent(client: FlaskClient) -> None:
    begin(client)
    client.post(SEND)
    begin(client)
    assert codes(client, THANKS) == []
    assert len(codes(client, PAUSE)) == 1


def test_closing_forgets_the_code_too(client: FlaskClient) -> None:
    begin(client)
    client.post(SEND)
    enter(client, shown_code(client, THANKS))
    client.post("/mon-temoignage/fermer")
    assert codes(client, THANKS) == []


def test_the_easy_wording_goes_along(
    client: FlaskClient, other_code: str, make_sent: Callable[[], str]
) -> None:
    begin(client)
    assert enter(client, other_code, "?facile=1") == f"{ASIDE}?facile=1"
    assert client.post(f"{ASIDE}?facile=1").location == f"{START}?facile=1"
    assert client.post(f"{PAUSE}?facile=1").location == "/facile"
    easy = f"{PAUSE}/courriel?facile=1"
    assert client.get(easy).location == f"{PAUSE}?facile=1"
    client.post("/temoigner/coordinateur/effacer")
    begin(client)
    action = (
        page(client.get(f"{PAUSE}?facile=1")).select_one("#adresse-du-code").find_parent("form")
    )
    assert action is not None
    assert action["action"] == easy
    assert client.post(easy, data={"email": "a@b.fr"}).location == f"{PAUSE}?facile=1"
    field = page(client.get(START + "?facile=1", follow_redirects=True)).select_one("#effacer")
    assert field is not None
    assert field["action"] == "/temoigner/coordinateur/effacer?facile=1"
    assert client.post(str(field["action"])).location == "/facile"
    read = "/mon-temoignage/lire?facile=1"
    assert enter(client, make_sent(), "?facile=1") == read
    form = page(client.get(read)).select_one("form[action='/mon-temoignage/modifier?facile=1']")
    assert form is not None
    assert client.post(str(form["action"])).location == f"{SEND}?facile=1"


def test_the_page_of_the_code_keeps_the_easy_wording(client: FlaskClient) -> None:
    ways = page(client.get("/facile/changer-d-avis")).select(".idea a[href^='/mon-temoignage']")
    assert {str(way["href"]) for way in ways} == {"/mon-temoignage?facile=1"}
    form = page(client.get("/mon-temoignage?facile=1")).select_one("main form")
    assert form is not None
    assert form["action"] == "/mon-temoignage?facile=1"
