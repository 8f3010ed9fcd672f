"""« Une question ? » in easy French: asked, refused, and what is said once it has come."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Inquiry
from app.task_queue import run_waiting
from tests.answering import page
from tests.reading import texts

ASK = "/une-question?facile=1"
THANKS = "/une-question/merci?facile=1"


def test_each_wording_leads_to_the_other(client: FlaskClient) -> None:
    for path, body in (("/une-question", []), (ASK, ["easy"])):
        shown = page(client.get(path))
        assert shown.body is not None
        assert shown.body["class"] == body
        assert [link["href"] for link in shown.select(".falc a")] == ["/une-question", ASK]


def test_whoever_asks_for_help_in_easy_french_keeps_it(client: FlaskClient) -> None:
    helped = page(client.get("/facile/aide"))
    assert [link.text for link in helped.select(f"main a[href='{ASK}']")] == ["Je pose ma question"]


def test_a_question_is_kept_and_thanked_for(app: Flask, client: FlaskClient) -> None:
    shown = page(client.get(ASK))
    assert texts(shown, "h1, .question > .form-label, .form-check-label, .question legend") == [
        "Vous avez une question ?",
        "Votre question",
        "Expliquez-moi le projet",
        "Comment pouvons-nous vous répondre ?",
        "Votre adresse électronique",
        "Votre numéro de téléphone",
        "Qui êtes-vous ?",
    ]
    assert texts(shown, "option")[:2] == ["Je ne veux pas le dire", "Vous coordonnez un CLSM"]
    form = shown.select_one("main form")
    assert form is not None
    reply = client.post(str(form["action"]), data={"text": "Qui lit ?", "audience": "usager"})
    run_waiting(app)
    assert reply.location == THANKS
    assert texts(page(client.get(THANKS)), "h1, .sentence") == [
        "Votre question est arrivée",
        "Une personne de l’équipe lit votre question.",
        "Vous avez donné une adresse ou un numéro ?",
        "Cette personne vous répond.",
    ]
    db.session.rollback()
    (kept,) = db.session.scalars(select(Inquiry))
    assert (kept.text, kept.audience) == ("Qui lit ?", "usager")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Écrivez votre question ou cochez la case."),
        ({"wants_explaining": "y"}, "Écrivez votre adresse ou votre numéro."),
        (
            {"text": "Qui ?", "email": "zoé"},
            "Votre adresse n’est pas complète. Par exemple : nom@exemple.fr.",
        ),
        (
            {"text": "Qui ?", "phone": "12"},
            "Votre numéro a 10 chiffres. Par exemple : 06 12 34 56 78.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_easy_french(
    client: FlaskClient, sent: dict[str, str], told: str
) -> None:
    reply = client.post(ASK, data=sent)
    shown = page(reply)
    assert texts(shown, "#erreurs, .invalid-feedback") == [
        "Vous devez changer une réponse",
        f"Erreur : {told}",
    ]
    assert (reply.status_code, db.session.scalars(select(Inquiry)).all()) == (422, [])
