"""With the code, in easy French: one reads, changes and erases in the words one answered in."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import ConsentPurpose, Testimony
from app.services import consents, receipts, testimonies
from app.services.drafts import key_hash
from tests.answering import count, page
from tests.app.views.test_easy import LONGEST, sentences

CODE = "1234567812345678"
ASK, READ = "/mon-temoignage?facile=1", "/mon-temoignage/lire?facile=1"
EDIT, WITHDRAW = "/mon-temoignage/accords?facile=1", "/mon-temoignage/retirer?facile=1"
SAID = {
    "consentement_participation": True,
    "consentement_citation": "sans_nom",
    "consentement_contact": True,
    "clsm": "CLSM du Bocage",
}


@pytest.fixture
def testimony(app: Flask) -> Testimony:
    kept = testimonies.submit(
        db.session,
        app.extensions["questionnaires"].current("usager"),
        SAID,
        submission_key=key_hash(receipts.keys_of(CODE)[0]),
    )
    db.session.commit()
    return kept


def check(reply: TestResponse, heading: str) -> BeautifulSoup:
    """Hold a page to the European rules that a program can check."""
    shown = page(reply)
    assert shown.body is not None
    assert shown.h1 is not None
    assert (shown.body["class"], shown.h1.text) == (["easy"], heading)
    said = sentences(shown)
    assert [each for each in said if len(each.split()) > LONGEST] == []
    assert [each for each in said if re.search(r"[.?!] \w", each)] == []
    assert [script["src"] for script in shown.select("script[src*=speak]")] == ["/static/speak.js"]
    return shown


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "Écrivez les 16\u00a0chiffres de votre code."),
        ("1234", "Le code a 16\u00a0chiffres. Regardez bien votre code."),
        (
            CODE,
            "Nous ne trouvons pas ce code. Regardez bien les 16\u00a0chiffres. "
            "Vos réponses sont peut-être déjà effacées.",
        ),
    ],
)
def test_a_code_that_is_not_right_is_told_simply(client: FlaskClient, code: str, said: str) -> None:
    reply = client.post(ASK, data={"code": code})
    shown = check(reply, "Retrouver mes réponses")
    error = shown.select_one("#code-erreur")
    assert error is not None
    assert (reply.status_code, error.text) == (422, f"Erreur\u00a0: {said}")


def test_one_reads_one_s_answers_in_easy_words(client: FlaskClient, testimony: Testimony) -> None:
    assert client.post(ASK, data={"code": CODE}).location == READ
    shown = check(client.get(READ), "Vos réponses")
    questions = [each.text for each in shown.select("#ecrit ~ dl dt")]
    assert questions == ["Quel est le nom du CLSM\u00a0?"]
    assert [each.text for each in shown.select("#accords h3")] == [
        "Vous participez",
        "Les guides reprennent vos phrases",
        "Nous vous contactons",
    ]
    words = [each.text.strip().splitlines() for each in shown.select(".agreed")]
    assert words[1] == [
        "Les guides peuvent-ils reprendre vos phrases\u00a0?",
        "Oui, sans dire qui je suis",
    ]
    own = [str(link["href"]) for link in shown.select("main a") if "aria-current" not in link.attrs]
    assert own == [
        "/mon-temoignage/lire",  # the same in usual French
        "/mon-temoignage/telecharger",
        WITHDRAW,
        EDIT,
    ]
    assert client.post("/mon-temoignage/modifier?facile=1").location == (
        "/temoigner/usager/relire?facile=1"
    )


def test_one_changes_one_s_consents(client: FlaskClient, testimony: Testimony) -> None:
    client.post(ASK, data={"code": CODE})
    shown = check(client.get(EDIT), "Changer vos accords")
    legend = shown.select_one("fieldset legend")
    assert legend is not None
    assert legend.get_text(strip=True) == "Les guides peuvent-ils reprendre vos phrases\u00a0?"
    reply = client.post(EDIT, data={"q_consentement_citation": "non"})
    assert reply.location == f"{READ}#accords"
    db.session.rollback()
    contact = consents.of(testimony, ConsentPurpose.CONTACT)
    assert contact is not None
    assert (consents.attribution(testimony), contact.is_given) == (None, False)


def test_one_erases_all(client: FlaskClient, testimony: Testimony) -> None:
    client.post(ASK, data={"code": CODE})
    asked = check(client.get(WITHDRAW), "Effacer vos réponses\u00a0?")
    button = asked.select_one("form:has(.btn-danger)")
    assert button is not None
    check(client.post(str(button["action"])), "Vos réponses sont effacées")
    assert count(Testimony) == 0
    check(client.post(ASK, data={"code": CODE}), "Vos réponses sont effacées")
    assert client.get(READ).location == ASK
