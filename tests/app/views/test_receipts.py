"""The code: it resumes elsewhere, shows, amends and withdraws; another code opens nothing."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.extensions import db
from app.models import Answer, Draft, Revision, Testimony, Withdrawal
from app.models.base import now
from app.services import receipts
from app.task_queue import run_waiting
from app.views import goodbyes
from tests.answering import TERRITORY, address, begin, count, kept, page, seen

SEND = "/temoigner/coordinateur/relire"
THANKS = "/temoigner/coordinateur/merci"


def shown_code(client: FlaskClient, path: str) -> str:
    """Give the code that a page shows, as somebody copies it."""
    groups = page(client.get(path)).select(".receipt-code span")
    code = " ".join(group.text for group in groups)
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code)
    return code


@pytest.fixture
def elsewhere(app: Flask) -> Callable[[str], FlaskClient]:
    """Enter a code in another browser."""

    def enter(code: str) -> FlaskClient:
        client = app.test_client()
        client.post("/mon-temoignage", data={"code": code})
        return client

    return enter


def tell(client: FlaskClient) -> str:
    """Send a testimony; give its code."""
    begin(client, q_consentement_citation="sans_nom")
    client.post(address("territoire"), data=TERRITORY | {"q_quartiers_prioritaires": "non"})
    client.post(SEND)
    return shown_code(client, THANKS)


def test_the_code_resumes_on_another_device(
    client: FlaskClient, elsewhere: Callable[[str], FlaskClient]
) -> None:
    begin(client)
    paused = client.post(address("territoire"), data=TERRITORY | {"vers": "pause"})
    other = elsewhere(shown_code(client, paused.location))
    assert other.get("/temoigner/coordinateur/").location == address("territoire")
    field = page(other.get(address("territoire"))).select_one("#q_clsm")
    assert field is not None
    assert field["value"] == "CLSM du Val d’Orne"
    newer = seen(other, "territoire")
    other.post(address("territoire"), data=TERRITORY | newer | {"q_clsm": "Autre"})
    assert kept()["clsm"] == "Autre"
    assert client.get("/temoigner/coordinateur/").location == address("elus")


def test_the_same_code_before_and_after_the_sending(client: FlaskClient) -> None:
    begin(client)
    before = shown_code(client, "/mon-temoignage/code/coordinateur")
    client.post(SEND)
    assert shown_code(client, THANKS) == before


def test_once_noted_the_code_is_shown_no_more(client: FlaskClient) -> None:
    begin(client)
    assert client.post("/mon-temoignage/code/coordinateur").location == "/"
    shown = page(client.get("/mon-temoignage/code/coordinateur"))
    assert shown.select(".receipt-code") == []
    client.post(SEND)
    assert page(client.get(THANKS)).select(".receipt-code") == []


@pytest.mark.parametrize("query", ["", "?facile=1"])
def test_who_leaves_is_told_where_their_words_are(client: FlaskClient, query: str) -> None:
    begin(client)
    noted = f"/mon-temoignage/code/coordinateur{query}"
    told = []
    for _ in range(2):  # the second time there is nothing left to note
        left = client.post(noted)
        told.append([each.text for each in page(client.get(left.location)).select(".alert")])
    client.post("/temoigner/coordinateur/effacer")
    client.get("/")  # where it says that it is erased
    begin(client)
    client.post(f"/temoigner/coordinateur/relire{query}")
    sent = client.post(noted)
    assert (left.location, sent.location) == (("/facile", "/facile") if query else ("/", "/"))
    told.append([each.text for each in page(client.get(sent.location)).select(".alert")])
    is_easy = bool(query)
    assert told == [[goodbyes.KEPT[is_easy]], [], [goodbyes.SENT[is_easy]]]


def test_everything_held_is_shown_and_given(
    client: FlaskClient, elsewhere: Callable[[str], FlaskClient]
) -> None:
    other = elsewhere(tell(client))
    shown = page(other.get("/mon-temoignage/lire"))
    told = dict(
        zip(
            [term.text for term in shown.select(".answers dt")],
            [words.text for words in shown.select(".answers dd")],
            strict=True,
        )
    )
    assert told["Quel CLSM coordonnez-vous\u00a0?"] == "CLSM du Val d’Orne"
    file = other.get("/mon-temoignage/telecharger")
    sent = db.session.scalars(select(Testimony)).one()
    assert file.headers["Content-Disposition"] == (
        f'attachment; filename="mon-temoignage-{sent.reference}.json"'
    )
    held = json.loads(file.data)
    assert (held["reference"], held["reponses"]["annee_creation"]) == (sent.reference, 2014)
    assert {name: each["donne"] for name, each in held["accords"].items()} == {
        "participation": True,
        "citation": True,
        "contact": False,
    }


def test_what_is_not_sent_yet_is_given_too(client: FlaskClient) -> None:
    pause = "/mon-temoignage/code/coordinateur"
    assert client.get(f"{pause}/telecharger").location == "/temoigner/coordinateur/"
    begin(client)
    client.post(address("territoire"), data=TERRITORY)
    links = [link["href"] for link in page(client.get(pause)).select("a[download]")]
    assert links == [f"{pause}/telecharger"]
    file = client.get(links[0])
    assert file.headers["Content-Disposition"] == (
        'attachment; filename="mon-temoignage-pas-encore-envoye.json"'
    )
    assert file.headers["Cache-Control"] == "no-store"
    assert json.loads(file.data)["reponses"] == kept()


def test_changes_are_given_with_what_they_change(
    client: FlaskClient, elsewhere: Callable[[str], FlaskClient]
) -> None:
    other = elsewhere(tell(client))
    other.post("/mon-temoignage/modifier")
    held = json.loads(other.get("/mon-temoignage/code/coordinateur/telecharger").data)
    assert held == json.loads(other.get("/mon-temoignage/telecharger").data)
    assert held["changements_pas_envoyes"]["reponses"] == kept()
    terms = page(other.get("/mon-temoignage/code/coordinateur")).select("main .lead")
    assert [each.text.endswith("noté.") for each in terms] == [True]


def test_an_amendment_replaces_what_was_told(
    app: Flask, client: FlaskClient, elsewhere: Callable[[str], FlaskClient]
) -> None:
    other = elsewhere(tell(client))
    run_waiting(app)
    reference = db.session.scalars(select(Testimony.reference)).one()
    assert other.post("/mon-temoignage/modifier").location == SEND
    changed = TERRITORY | {"q_annee_creation": "2019", "q_quartiers_prioritaires": "non"}
    changed |= seen(other, "territoire")
    assert other.post(address("territoire") + "?retour=relire", data=changed).location == SEND
    assert other.post(SEND).location == THANKS
    db.session.rollback()
    sent = db.session.scalars(select(Testimony)).one()
    assert (sent.reference, sent.tagged_by) == (reference, None)
    assert receipts.values(sent) == {
        "clsm": "CLSM du Val d’Orne",
        "quartiers_prioritaires": False,
        "annee_creation": 2019,
        "temps_coordination": 0.5,
    }
    held = json.loads(other.get("/mon-temoignage/telecharger").data)
    assert [each["reponses"]["annee_creation"] for each in held["reponses_d_avant"]] == [2014]
    before = db.session.scalars(select(Revision)).one()
    assert json.loads(before.answers)["annee_creation"] == 2014
    assert run_waiting(app) == 1
    db.session.refresh(sent)
    assert sent.tagged_by is not None


def test_an_amendment_left_too_long_begins_again(
    client: FlaskClient, elsewhere: Callable[[str], FlaskClient]
) -> None:
    other = elsewhere(tell(client))
    other.post("/mon-temoignage/modifier")
    db.session.scalars(select(Draft)).one().expires_at = now() - timedelta(days=1)
    db.session.commit()
    other.post("/mon-temoignage/modifier")
    assert other.get(SEND).status_code == 200
    assert kept()["annee_creation"] == 2014


def test_an_erased_draft_takes_its_code_along(client: FlaskClient) -> None:
    begin(client)
    client.post("/temoigner/coordinateur/effacer")
    with client.session_transaction() as cookie:
        assert cookie["codes"] == {}


def test_a_withdrawal_leaves_nothing_but_its_day(
    app: Flask, client: FlaskClient, elsewhere: Callable[[str], FlaskClient]
) -> None:
    code = tell(client)
    run_waiting(app)
    other = elsewhere(code)
    other.post("/mon-temoignage/modifier")
    asked = page(other.get("/mon-temoignage/retirer")).h1
    assert asked is not None
    assert asked.text == "Retirer votre témoignage\u00a0?"
    assert count(Testimony) == 1
    other.post("/mon-temoignage/retirer")
    assert [count(each) for each in (Testimony, Answer, Draft, Revision)] == [0, 0, 0, 0]
    assert count(Withdrawal) == 1
    assert other.get("/mon-temoignage/lire").location == "/mon-temoignage"
    again = page(elsewhere(code).post("/mon-temoignage", data={"code": code})).h1
    assert again is not None
    assert again.text == "Ce témoignage a été retiré"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Écrivez les seize chiffres de votre code."),
        ("1234", "Un code compte seize chiffres. Vérifiez celui que vous avez noté."),
        ("a" * 16, "Un code compte seize chiffres. Vérifiez celui que vous avez noté."),
        (
            "0000 0000 0000 0000",
            "Ce code n’ouvre rien. Vérifiez les chiffres\u00a0; "
            "un brouillon s’efface au bout d’un certain temps.",
        ),
    ],
)
def test_another_code_opens_nothing(client: FlaskClient, typed: str, said: str) -> None:
    tell(client)
    reply = client.post("/mon-temoignage", data={"code": typed})
    feedback = page(reply).select_one("#code-erreur")
    assert feedback is not None
    assert (reply.status_code, feedback.text) == (422, f"Erreur\u00a0: {said}")


@pytest.mark.parametrize("path", ["lire", "telecharger", "retirer"])
def test_nothing_is_shown_without_the_code(client: FlaskClient, path: str) -> None:
    assert client.get(f"/mon-temoignage/{path}").location == "/mon-temoignage"


def test_closing_forgets(client: FlaskClient, elsewhere: Callable[[str], FlaskClient]) -> None:
    other = elsewhere(tell(client))
    other.post("/mon-temoignage/modifier")
    other.post("/mon-temoignage/fermer")
    assert other.get("/mon-temoignage/lire").location == "/mon-temoignage"
    assert other.get("/temoigner/coordinateur/relire").location == "/temoigner/coordinateur/"


@given(st.text(alphabet="0123456789", min_size=16, max_size=16), st.sampled_from(" -–.\u00a0"))
def test_a_code_is_read_however_it_is_spaced(code: str, between: str) -> None:
    assert receipts.tidy(f" {between.join(receipts.grouped(code))} ") == code


def test_the_database_does_not_hold_the_code(client: FlaskClient) -> None:
    code = tell(client).replace(" ", "")
    sent = db.session.scalars(select(Testimony)).one()
    assert sent.submission_key not in (code, receipts.keys_of(code)[0])
    found = receipts.look_up(db.session, code)
    assert found == receipts.Found(key=receipts.keys_of(code)[0], testimony=sent)
