"""The code by mail: sent to whoever asks, a few times, and the address is not kept."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Notice
from app.services import notices
from app.views import codes
from tests.answering import begin, count, erase, expire, page
from tests.app.views.test_receipts import shown_code

PAUSE = "/mon-temoignage/code/coordinateur"
MAIL = f"{PAUSE}/courriel"
SEND = "/temoigner/coordinateur/relire"
THANKS = "/temoigner/coordinateur/merci"
TO = {"email": " Lea@Exemple.fr "}


def posted() -> notices.Message:
    """What the only message of the outbox says."""
    db.session.rollback()
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.about, notice.is_secret) == ("code", True)
    message = notices.read(notice)
    assert message is not None
    return message


def test_an_unfinished_testimony_gives_its_code_and_its_last_day(client: FlaskClient) -> None:
    begin(client)
    code, draft = shown_code(client, PAUSE), page(client.get(PAUSE))
    reply = client.post(MAIL, data=TO)
    assert reply.location == PAUSE
    message = posted()
    assert (message.to, message.subject, message.attachments) == (
        "lea@exemple.fr",
        "Votre code de suivi",
        (),
    )
    lines = [line for line in message.text.splitlines() if line]
    last_day = draft.select(".receipt dd")[1].text.partition(",")[0]
    assert lines[2] == code
    assert lines[4].endswith("/mon-temoignage")
    assert lines[5] == f"Vous pouvez reprendre jusqu’au {last_day}. Après ce jour, tout s’efface."
    assert shown_code(client, PAUSE) == code
    told = page(client.get(PAUSE)).select(".alert")
    assert told == []  # said once


def test_a_sent_testimony_gives_its_code_and_no_day(client: FlaskClient) -> None:
    begin(client)
    client.post(SEND)
    code = shown_code(client, THANKS)
    assert client.post(MAIL, data=TO).location == THANKS
    lines = [line for line in posted().text.splitlines() if line]
    assert (lines[2], lines[5]) == (
        code,
        "Il permet de relire, de compléter ou de retirer ce que vous avez envoyé.",
    )


def test_nothing_but_the_code_is_in_the_message(client: FlaskClient) -> None:
    begin(client)
    client.post(
        "/temoigner/coordinateur/rubrique/conseil", data={"q_conseil_collegue": "ma psychose"}
    )
    client.post(MAIL, data=TO)
    text = posted().text
    for word in ("psychose", "mentale", "coordinateur", "CLSM", "questionnaire"):
        assert word not in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Écrivez l’adresse à laquelle envoyer le code."),
        ("   ", "Écrivez l’adresse à laquelle envoyer le code."),
        ("lea", "Cette adresse n’est pas complète. Écrivez par exemple nom@exemple.fr."),
        (
            "a@b.fr\nBcc: c@d.fr",
            "Cette adresse n’est pas complète. Écrivez par exemple nom@exemple.fr.",
        ),
    ],
)
def test_an_address_to_mend(client: FlaskClient, typed: str, said: str) -> None:
    begin(client)
    reply = client.post(MAIL, data={"email": typed})
    shown = page(reply)
    field, error, title = (
        shown.select_one("#adresse-du-code"),
        shown.select_one("#adresse-du-code-erreur"),
        shown.title,
    )
    assert field is not None
    assert error is not None
    assert title is not None
    assert (reply.status_code, error.text, field["autocomplete"], field["type"]) == (
        422,
        f"Erreur\u00a0: {said}",
        "email",
        "email",
    )
    assert title.text == "Erreur\u00a0: Recevoir votre code par courriel - Recueil"
    links = [link["href"] for link in shown.select(".error-summary a")]
    assert (links, count(Notice)) == (["#adresse-du-code"], 0)


def test_three_times_and_no_more(client: FlaskClient) -> None:
    begin(client)
    statuses = [client.post(MAIL, data=TO).status_code for _ in range(4)]
    assert (statuses, count(Notice)) == ([302, 302, 302, 429], 3)
    error = page(client.post(MAIL, data=TO)).select_one("#adresse-du-code-erreur")
    assert error is not None
    assert error.text == f"Erreur\u00a0: {codes.ENOUGH}"


def test_a_new_code_is_counted_anew(client: FlaskClient) -> None:
    begin(client)
    for _ in range(3):
        client.post(MAIL, data=TO)
    erase(client)
    begin(client)
    assert client.post(MAIL, data=TO).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_once_noted_there_is_nothing_to_send(client: FlaskClient, method: str) -> None:
    begin(client)
    client.post(PAUSE)
    reply = getattr(client, method)(MAIL, data=TO)
    assert (reply.location, count(Notice)) == (PAUSE, 0)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_has_a_code_to_send(client: FlaskClient, method: str) -> None:
    reply = getattr(client, method)(MAIL, data=TO)
    assert (reply.location, count(Notice)) == (THANKS, 0)
    assert getattr(client, method)("/mon-temoignage/code/inconnu/courriel").status_code == 404


def test_reading_sends_nothing(client: FlaskClient) -> None:
    begin(client)
    reply = client.get(MAIL, query_string=TO)
    assert (reply.status_code, count(Notice)) == (200, 0)
    assert shown_code(client, MAIL) == shown_code(client, PAUSE)


def test_an_old_token_keeps_the_address_typed(make_app: Callable[..., Flask]) -> None:
    app = make_app(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    begin(client)
    app.config["WTF_CSRF_ENABLED"] = True
    reply = client.post(MAIL, data={"email": "lea@exemple.fr"})
    field = page(reply).select_one("#adresse-du-code")
    assert field is not None
    assert (reply.status_code, field["value"], count(Notice)) == (422, "lea@exemple.fr", 0)


def test_the_pages_offer_it_as_long_as_the_code_is_there(client: FlaskClient) -> None:
    begin(client)
    offered = [len(page(client.get(PAUSE)).select(f"form[action='{MAIL}']"))]
    client.post(SEND)
    offered.append(len(page(client.get(THANKS)).select(f"form[action='{MAIL}']")))
    client.post(PAUSE)
    offered.append(len(page(client.get(THANKS)).select(f"form[action='{MAIL}']")))
    assert offered == [1, 1, 0]


def test_a_draft_that_is_over_gives_its_code_no_day(client: FlaskClient) -> None:
    begin(client)
    expire(client)
    client.post(MAIL, data=TO)
    assert count(Notice) == 1
