"""A page of questions is left by buttons, which save it: nothing is lost without JavaScript."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Draft
from app.services import drafts
from tests.answering import CONSENT, TERRITORY, address, begin, kept, page, summary

BEGINNING = "/temoigner/coordinateur/"
EASY = f"{address('territoire')}?facile=1&question=annee_creation"


def leave(client: FlaskClient, way: str, path: str = address("territoire"), **more: str) -> str:
    return client.post(path, data=TERRITORY | {"vers": way} | more).location


def finished() -> list[str]:
    db.session.rollback()
    return drafts.saved_sections(db.session.scalars(select(Draft)).one())


@pytest.mark.parametrize(
    ("way", "where", "is_finished"),
    [
        ("", address("elus"), True),
        ("avant", address("accord"), True),
        ("rubrique:personnes", address("personnes"), True),
        ("langue:facile", address("territoire") + "?facile=1", False),
        ("pause", "/mon-temoignage/code/coordinateur", False),
        ("appel", "/etre-rappele?depuis=coordinateur", False),
        ("rubrique:inconnue", address("elus"), True),
        ("nulle part", address("elus"), False),
    ],
)
def test_each_way_out_saves_the_page_first(
    client: FlaskClient, way: str, where: str, is_finished: bool
) -> None:
    begin(client)
    assert leave(client, way) == where
    assert kept()["clsm"] == TERRITORY["q_clsm"]
    assert finished() == (["accord", "territoire"] if is_finished else ["accord"])


def test_who_pauses_comes_back_to_the_same_page(client: FlaskClient) -> None:
    begin(client)
    leave(client, "pause")
    assert client.get(BEGINNING).location == address("territoire")


def test_a_page_left_empty_is_still_to_come(client: FlaskClient) -> None:
    begin(client)
    client.post(address("territoire"), data=dict.fromkeys(TERRITORY, "") | {"vers": "avant"})
    assert finished() == ["accord"]


def test_a_page_with_a_mistake_is_shown_again_whatever_the_button(client: FlaskClient) -> None:
    begin(client)
    wrong = TERRITORY | {"q_annee_creation": "vers 2014", "vers": "avant"}
    reply = client.post(address("territoire"), data=wrong)
    assert summary(reply) == (422, "Une réponse est à corriger")


def test_an_easy_question_is_left_where_one_was(client: FlaskClient) -> None:
    begin(client)
    reply = client.post(EASY, data={"q_annee_creation": "2014", "vers": "langue:courant"})
    assert reply.location == address("territoire") + "#q_annee_creation"
    assert kept()["annee_creation"] == 2014


def test_an_easy_section_all_answered_is_gone_on_with_at_its_end(client: FlaskClient) -> None:
    easy = f"{address('accord')}?facile=1"
    client.post(f"{easy}&question=consentement_participation", data=CONSENT)
    client.post(f"{easy}&question=consentement_citation", data={"q_consentement_citation": "non"})
    last = f"{easy}&question=consentement_contact"
    client.post(last, data={"q_consentement_contact": "oui", "vers": "pause"})
    assert finished() == []
    assert client.get(easy).location == last


@pytest.mark.parametrize("path", [address("territoire"), EASY])
def test_nothing_in_the_page_leads_away_without_saving(client: FlaskClient, path: str) -> None:
    begin(client)
    shown = page(client.get(path))
    links = [str(link["href"]) for link in shown.select("main a")]
    assert links == [link for link in links if "langue" not in link][:1]
    assert ways_out(shown) == [
        "",  # what Enter presses in a field: the page goes on
        f"langue:{'courant' if path == EASY else 'facile'}",
        "",
        "pause",
        "avant",
        *(f"rubrique:{name}" for name in ("accord", "elus", "personnes", "conseil")),
        "pause",
    ]


def ways_out(shown: BeautifulSoup) -> list[str]:
    """The values of the buttons of the page's form, in the order of the page."""
    buttons = shown.select("form#questions button, button[form=questions]")
    return [str(button.get("value", "")) for button in buttons]
