"""Coordinates left after a testimony: apart from everything else, and a link in return."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Notice, Recontact, RecontactSource, RecontactWish
from app.services import gate, notices, recontacts
from tests import interviews
from tests.answering import begin

THANKS = "/temoigner/coordinateur/merci"


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


@pytest.fixture
def thanked(client: FlaskClient) -> FlaskClient:
    """Somebody who has just testified, and agrees to be contacted."""
    begin(client, q_consentement_contact="oui")
    client.post("/temoigner/coordinateur/relire")
    return client


def left() -> list[Recontact]:
    db.session.rollback()
    return list(db.session.scalars(select(Recontact)))


def posted() -> list[notices.Message | None]:
    return [notices.read(each) for each in db.session.scalars(select(Notice))]


def test_each_field_says_what_it_is_for(thanked: FlaskClient) -> None:
    fields = read(thanked.get(THANKS)).select("[aria-labelledby=joindre] .question [autocomplete]")
    assert [(field["name"], field["autocomplete"]) for field in fields] == [
        ("email", "email"),
        ("phone", "tel"),
        ("name", "name"),
        ("hours", "off"),
    ]


def test_they_are_kept_apart_and_the_link_is_sent(thanked: FlaskClient) -> None:
    sent = {"email": " Lea@Exemple.FR", "phone": "", "name": "Léa", "hours": "le soir"}
    assert thanked.post(THANKS, data=sent).location == f"{THANKS}#joindre"
    (kept,) = left()
    assert (kept.email, kept.phone, kept.name, kept.hours, kept.means) == (
        "lea@exemple.fr",
        None,
        "Léa",
        "le soir",
        None,
    )
    assert (kept.audience, kept.wish, kept.source, kept.has_link, kept.left_in.day) == (
        "coordinateur",
        RecontactWish.INTERVIEW,
        RecontactSource.TESTIMONY,
        True,
        1,
    )
    (message,) = posted()
    assert message is not None
    assert (message.to, message.subject) == (
        "lea@exemple.fr",
        "Choisir le moment de notre échange",
    )
    assert f"http://127.0.0.1:5000/entretien/{kept.token}" in message.text.splitlines()


def test_the_page_leads_to_the_slots(thanked: FlaskClient) -> None:
    interviews.slot(db.session)
    db.session.commit()
    thanked.post(THANKS, data={"email": "", "phone": "06 12 34 56 78"})
    page = read(thanked.get(THANKS))
    (kept,) = left()
    link = page.select_one("#joindre ~ .acts a")
    assert link is not None
    assert (link.text, link["href"]) == ("Choisir un créneau", f"/entretien/{kept.token}")
    assert page.select("#email") == []
    assert posted() == []
    assert thanked.get(str(link["href"])).status_code == 200


def test_the_wording_that_was_chosen_goes_on(thanked: FlaskClient) -> None:
    form = read(thanked.get(f"{THANKS}?facile=1")).select("[aria-labelledby=joindre] form")[0]
    assert form["action"] == f"{THANKS}?facile=1"
    assert thanked.post(f"{THANKS}?facile=1").status_code == 422
    sent = {"phone": "06 12 34 56 78"}
    reply = thanked.post(f"{THANKS}?facile=1", data=sent)
    assert reply.location == f"{THANKS}?facile=1#joindre"


def test_without_any_slot_it_says_what_happens(thanked: FlaskClient) -> None:
    thanked.post(THANKS, data={"phone": "06 12 34 56 78"})
    heading = read(thanked.get(THANKS)).select_one("#joindre")
    assert heading is not None
    assert heading.text == "Nous vous recontacterons"


def test_the_next_in_this_browser_does_not_see_the_link(thanked: FlaskClient) -> None:
    thanked.post(THANKS, data={"phone": "06 12 34 56 78"})
    begin(thanked)
    thanked.post("/temoigner/coordinateur/relire")
    assert read(thanked.get(THANKS)).select("#joindre") == []


@pytest.mark.parametrize(
    ("sent", "field", "reason"),
    [
        (
            {},
            "email",
            "Donnez une adresse électronique ou un numéro de téléphone\u00a0: "
            "l’un des deux suffit.",
        ),
        (
            {"email": "léa chez exemple"},
            "email",
            "Cette adresse n’est pas complète. Écrivez par exemple nom@exemple.fr.",
        ),
        (
            {"email": "lea@exemple.fr", "phone": "12"},
            "phone",
            "Un numéro de téléphone a 10\u00a0chiffres, par exemple "
            "06\u00a012\u00a034\u00a056\u00a078. Écrivez à nouveau votre numéro.",
        ),
        ({"phone": "0612345678", "name": "x" * 121}, "name", "Écrivez moins de 120\u00a0signes."),
        (
            {"email": "lea@exemple.fr", "name": "Léa, gagnez http://exemple.fr"},
            "name",
            "Écrivez sans adresse de site ni de messagerie\u00a0; "
            "laissez une espace après chaque point.",
        ),
        ({"phone": "0612345678", "hours": "x" * 501}, "hours", "Écrivez moins de 500\u00a0signes."),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_lost(
    thanked: FlaskClient, sent: dict[str, str], field: str, reason: str
) -> None:
    reply = thanked.post(THANKS, data=sent)
    page = read(reply)
    assert (reply.status_code, left()) == (422, [])
    assert page.title is not None
    assert page.title.text == "Erreur\u00a0: Merci - Recueil"
    (told,) = page.select(".invalid-feedback")
    assert (told["id"], told.text) == (f"{field}-erreur", f"Erreur\u00a0: {reason}")
    shown = page.select_one(f"#{field}")
    assert shown is not None
    assert shown["aria-invalid"] == "true"
    typed = {
        each["name"]: each.get("value", each.text.strip())
        for each in page.select("main input[value], main textarea")
    }
    assert {name: typed[name] for name in sent} == sent


def test_a_form_sent_too_quickly_comes_back_with_its_words(thanked: FlaskClient) -> None:
    thanked.application.config["GATE_LEAST_SECONDS"] = 3
    stamp = read(thanked.get(THANKS)).select("main [name=gate]")[0]["value"]
    reply = thanked.post(THANKS, data={"email": "lea@exemple.fr", "gate": stamp})
    page = read(reply)
    assert page.title is not None
    assert (reply.status_code, page.title.text) == (422, "Erreur\u00a0: Merci - Recueil")
    assert [field["value"] for field in page.select("#email")] == ["lea@exemple.fr"]
    assert [heading.text for heading in page.select(".error-summary h2")] == [
        "Appuyez encore une fois"
    ]
    assert (left(), posted()) == ([], [])


def test_one_cookie_played_again_and_again_writes_no_more_than_the_gate_lets(
    thanked: FlaskClient,
) -> None:
    cookie = thanked.get_cookie("session")
    assert cookie is not None
    passed = 0
    for n in range(gate.FORMS["coordonnees"].hourly + 2):
        thanked.set_cookie("session", cookie.value)
        reply = thanked.post(
            THANKS,
            data={"email": f"lea{n}@exemple.fr"},
            environ_base={"REMOTE_ADDR": "203.0.113.9"},
        )
        passed += reply.status_code == 302
    assert (passed, reply.status_code) == (gate.FORMS["coordonnees"].hourly, 422)
    assert len(left()) == passed


def test_an_old_page_shows_itself_again(make_app: Callable[..., Flask]) -> None:
    client = make_app(WTF_CSRF_ENABLED=False).test_client()
    begin(client, q_consentement_contact="oui")
    client.post("/temoigner/coordinateur/relire")
    client.application.config["WTF_CSRF_ENABLED"] = True
    reply = client.post(THANKS, data={"phone": "06 12 34 56 78", "csrf_token": "vieux"})
    field = read(reply).select_one("#phone")
    assert field is not None
    assert (reply.status_code, field["value"], left()) == (422, "06 12 34 56 78", [])


def test_the_day_is_not_kept(app: Flask) -> None:
    coordinates = recontacts.Coordinates(phone="06 12 34 56 78")
    assert recontacts.leave(db.session, coordinates, audience="usager").left_in.day == 1


def test_who_notes_the_code_first_is_still_asked_where_to_be_reached(thanked: FlaskClient) -> None:
    asked = read(thanked.get(THANKS)).select_one("form[data-until-noted]")
    assert asked is not None
    sent = {str(field["name"]): str(field["value"]) for field in asked.select("input[name]")}
    reply = thanked.post(str(asked["action"]), data=sent)
    assert reply.location == f"{THANKS}#joindre"
    shown = read(thanked.get(THANKS))
    assert (shown.select(".receipt-code"), len(shown.select("#joindre"))) == ([], 1)
