"""Answering, through HTTP: every page is saved, and what is typed comes through."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Answer, Draft
from tests.answering import CONSENT, TERRITORY, address, begin, count, kept, page, whole


def test_each_door_leads_to_its_consent(client: FlaskClient, app: Flask) -> None:
    doors = page(client.get("/")).select(".door a")
    assert [door["href"] for door in doors] == [
        f"/temoigner/{q.slug}/" for q in app.extensions["questionnaires"]
    ]
    for door in doors:
        reply = client.get(str(door["href"]))
        assert (reply.status_code, reply.location) == (302, f"{door['href']}rubrique/accord")


@pytest.mark.parametrize(
    "path", ["/temoigner/inconnu/", "/temoigner/coordinateur/rubrique/inconnue", "/temoigner"]
)
def test_unknown_address(client: FlaskClient, path: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, page(reply).h1.text) == (404, "Cette page n’existe pas")


def test_nothing_is_kept_before_the_consent(client: FlaskClient) -> None:
    reply = client.post(address("accord"), data={"q_consentement_citation": "sans_nom"})
    assert reply.status_code == 422
    summary = page(reply).select_one(".error-summary")
    assert summary is not None
    assert [link["href"] for link in summary.select("a")] == ["#q_consentement_participation"]
    assert count(Draft) == 0


def test_no_page_before_the_consent(client: FlaskClient) -> None:
    reply = client.get(address("territoire"))
    assert (reply.status_code, reply.location) == (302, "/temoigner/coordinateur/")


def test_each_consent_is_asked_by_itself_and_none_beforehand(client: FlaskClient) -> None:
    first = page(client.get(address("accord")))
    asked = first.select("input[type=checkbox], input[type=radio]")
    assert [(field["name"], field["value"]) for field in asked] == [
        ("q_consentement_participation", "oui"),
        ("q_consentement_citation", "non"),
        ("q_consentement_citation", "sans_nom"),
        ("q_consentement_citation", "fonction"),
        ("q_consentement_contact", "oui"),
    ]
    assert not any(field.has_attr("checked") for field in asked)


def test_a_page_is_saved_and_leads_to_the_next(client: FlaskClient) -> None:
    assert begin(client).location == address("territoire")
    assert client.post(address("territoire"), data=TERRITORY).location == address("elus")
    assert kept() == {
        "consentement_participation": True,
        "clsm": "CLSM du Val d’Orne",
        "annee_creation": 2014,
        "temps_coordination": 0.5,
    }
    field = page(client.get(address("territoire"))).select_one("#q_annee_creation")
    assert field is not None
    assert field["value"] == "2014"


@pytest.mark.parametrize("query", ["", "?facile=1&question=moyens_mobilisation_elus"])
def test_what_was_ticked_is_ticked_again(client: FlaskClient, query: str) -> None:
    begin(client)
    name = "q_moyens_mobilisation_elus"
    shown = page(client.get(address("elus") + query))
    offered = [str(box["value"]) for box in shown.select(f"[name={name}]")]
    data = whole(client, "elus") | {name: [offered[0], offered[2]], "q_presidence": "maire"}
    assert client.post(address("elus"), data=data).location == address("personnes")
    again = page(client.get(address("elus") + query))
    ticked = again.select(f"[name={name}][checked]")
    assert [str(box["value"]) for box in ticked] == [offered[0], offered[2]]
    assert [str(box["value"]) for box in again.select(f"[name={name}]")] == offered
    assert again.select_one(".options").get_text().count("<") == 0


def test_progress_is_said_in_words(client: FlaskClient) -> None:
    begin(client)
    where = page(client.get(address("territoire"))).select_one(".where")
    assert where is not None
    assert " ".join(where.text.split()) == (
        "Vous coordonnez un CLSM. Rubrique 2 sur 5. Une rubrique est enregistrée."
    )


def test_a_mistake_is_told_twice_and_the_rest_is_kept(client: FlaskClient) -> None:
    begin(client)
    reply = client.post(address("territoire"), data=TERRITORY | {"q_annee_creation": "vers 2014"})
    assert reply.status_code == 422
    shown = page(reply)
    assert shown.title is not None
    assert shown.title.text.startswith("Erreur\u00a0: ")
    link = shown.select_one(".error-summary a")
    field = shown.select_one("#q_annee_creation")
    assert link is not None
    assert field is not None
    assert (link["href"], field["value"], field["aria-invalid"]) == (
        "#q_annee_creation",
        "vers 2014",
        "true",
    )
    assert [str(id_) for id_ in str(field["aria-describedby"]).split()] == [
        "q_annee_creation-erreur",
        "q_annee_creation-aide",
    ]
    assert kept()["clsm"] == "CLSM du Val d’Orne"


TEXTS = [
    "Été, cœur, naïf, ça, ÉLUES ; « guillemets » – tirets — points…",
    "On a pleuré 😢 puis ri 🤣👩‍👩‍👧‍👦 ; e\u0301 combiné",
    "Un “collé” de traitement de texte :\n•\u00a0premier\n•\tsecond\u2028suite\u00ad\ufeff",
    "   des blancs autour   ",
    "<b>pas du HTML</b> & {{ pas du Jinja }}",
    "à l’épreuve " * 1700,  # 20,400 characters
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_words_come_through_unchanged(client: FlaskClient, text: str) -> None:
    begin(client)
    question = next(
        q
        for s in client.application.extensions["questionnaires"].current("coordinateur").sections
        for q in s.questions
        if q.kind == "texte_long"
    )
    client.post(address("elus"), data=whole(client, "elus") | {f"q_{question.id}": text})
    field = page(client.get(address("elus"))).select_one(f"#q_{question.id}")
    assert field is not None
    # The parser, like a browser, drops the first line break of a text area: WTForms writes one.
    assert field.text == text
    client.post("/temoigner/coordinateur/relire")
    answer = db.session.scalars(select(Answer).where(Answer.question_id == question.id)).one()
    assert answer.text == text


def test_easy_wording_stays_from_page_to_page(client: FlaskClient) -> None:
    reply = client.post(address("accord") + "?facile=1", data=CONSENT)
    assert reply.location == address("territoire") + "?facile=1"
    shown = client.get(reply.location, follow_redirects=True)
    legend = page(shown).select_one("label[for=q_clsm]")
    question = (
        client.application.extensions["questionnaires"].current("coordinateur").question("clsm")
    )
    assert legend is not None
    assert legend.get_text("\n", strip=True) == question.easy_label


def test_the_review_tells_everything_and_leads_back(client: FlaskClient) -> None:
    begin(client)
    client.post(address("territoire"), data=TERRITORY)
    shown = page(client.get("/temoigner/coordinateur/relire"))
    section = shown.select("section.review")[1]
    told = dict(
        zip(
            [term.text for term in section.select("dt")],
            [value.text for value in section.select("dd")],
            strict=True,
        )
    )
    assert told["Quel CLSM coordonnez-vous\u00a0?"] == "CLSM du Val d’Orne"
    assert told["En quelle année votre CLSM a-t-il été créé\u00a0?"] == "2014"
    link = section.select_one("a")
    assert link is not None
    reply = client.post(str(link["href"]), data=TERRITORY)
    assert reply.location == "/temoigner/coordinateur/relire"


def test_the_cookie_is_renewed_with_the_draft_and_no_other_page(client: FlaskClient) -> None:
    begin(client)
    client.get(address("territoire"))  # whose form has a token kept in the cookie
    assert "Set-Cookie" not in client.get(address("territoire")).headers
    saved = client.post(address("territoire"), data=TERRITORY)
    assert "Expires=" in saved.headers["Set-Cookie"]
