"""Correcting and adding by plain forms: words typed, moved by buttons, chosen among places."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from html5lib import HTMLParser
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Coding, Testimony, Verdict
from app.services import decisions
from tests import factories
from tests.coding import CARE, FEAR, stands
from tests.reading import page, text, texts

TEXT = "👩‍🏫 Peur de parler. On a peur.\nOui, e\u0301lu. Oui."


@pytest.fixture
def coding(app: object) -> Coding:
    made = factories.testimony(db.session, answers={"demarche_elus": TEXT})
    coding = factories.coding(db.session, factories.free_text(made), FEAR, quote="Peur de parler.")
    db.session.commit()
    return coding


def of(coding: Coding) -> Testimony:
    return coding.answer.testimony


def correcting(coding: Coding) -> str:
    return f"/recherche/temoignages/{of(coding).id}/suggestions/{coding.id}/corriger"


def adding(coding: Coding) -> str:
    return f"/recherche/temoignages/{of(coding).id}/coder?reponse={coding.answer.position}"


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def filled(soup: BeautifulSoup) -> dict[str, str]:
    """What a browser would send of the form as it is shown, but for its button."""
    form = soup.select_one("form.editor")
    assert form is not None
    sent = {
        str(each["name"]): str(each.get("value", "")) for each in form.select("input[type=hidden]")
    }
    sent |= {str(each["name"]): each.get_text() for each in form.select("textarea")}
    chosen = form.select_one("option[selected]")
    return sent | {"theme": str(chosen["value"]) if chosen else ""}


def errors(reply: TestResponse) -> list[str]:
    soup = read(reply)
    assert text(soup.title).startswith("Erreur : ") == bool(soup.select(".error-summary"))
    return texts(soup, ".error-summary li")


def test_a_correction_of_theme_and_words(researcher: FlaskClient, coding: Coding) -> None:
    form = filled(page(researcher, correcting(coding)))
    assert (form["theme"], form["passage"]) == (FEAR, "Peur de parler.")
    reply = researcher.post(correcting(coding), data=form | {"theme": CARE, "passage": "de parler"})
    assert reply.location == f"/recherche/temoignages/{of(coding).id}#codage-{coding.id}"
    assert stands(db.session, of(coding)) == [("corrected", CARE, "de parler")]
    shown = page(researcher, reply.location.partition("#")[0])
    assert texts(shown, ".alert") == ["Corrigé : T1 Accès aux soins et prévention."]


def test_a_button_moves_a_bound_and_keeps_nothing(researcher: FlaskClient, coding: Coding) -> None:
    form = filled(page(researcher, correcting(coding)))
    for gesture, words in (
        ("fin-plus", "Peur de parler. On"),
        ("debut-moins", "de parler. On"),
        ("fin-moins", "de parler."),
        ("debut-plus", "Peur de parler."),
        ("debut-plus", "👩‍🏫 Peur de parler."),
    ):
        reply = researcher.post(correcting(coding), data=form | {"geste": gesture, "theme": CARE})
        assert reply.status_code == 200
        form = filled(read(reply))
        assert (form["passage"], form["theme"]) == (words, CARE)
    assert stands(db.session, of(coding)) == [("proposed", FEAR, "Peur de parler.")]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"passage": "peur bleue"}, ["passage"]),
        ({"passage": " "}, ["passage"]),
        ({"theme": ""}, ["theme"]),
        ({"theme": "inconnu", "passage": "bleue"}, ["passage", "theme"]),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    researcher: FlaskClient, coding: Coding, sent: dict[str, str], said: list[str]
) -> None:
    form = filled(page(researcher, correcting(coding))) | sent
    reply = researcher.post(correcting(coding), data=form)
    assert (reply.status_code, len(errors(reply))) == (422, len(said))
    soup = read(reply)
    assert [str(each["id"]) for each in soup.select("form .is-invalid")] == [
        f"editeur-{name}" for name in sorted(said, reverse=True)
    ]
    assert filled(soup)["passage"] == form["passage"]
    assert stands(db.session, of(coding)) == [("proposed", FEAR, "Peur de parler.")]


def test_a_correction_of_what_changed_meanwhile_is_shown_again(
    researcher: FlaskClient, coding: Coding
) -> None:
    form = filled(page(researcher, correcting(coding))) | {"theme": CARE}
    decisions.decide(db.session, of(coding).id, coding.id, Verdict.REJECTED, by=None)
    db.session.commit()
    reply = researcher.post(correcting(coding), data=form)
    assert reply.status_code == 409
    soup = read(reply)
    assert texts(soup, ".error-summary p")[0] == (
        "Cet extrait a changé entre-temps : P5 Freins à la participation a été rejeté. "
        "Rien n’est enregistré ; décidez à nouveau si besoin."
    )
    assert stands(db.session, of(coding))[0][0] == "rejected"
    again = filled(soup)
    assert again["theme"] == CARE
    researcher.post(correcting(coding), data=again)
    assert stands(db.session, of(coding)) == [("corrected", CARE, "Peur de parler.")]


def test_adding_by_the_words_alone(researcher: FlaskClient, coding: Coding) -> None:
    form = filled(page(researcher, adding(coding)))
    assert (form["passage"], form["debut"]) == ("", "")
    form |= {"theme": CARE, "passage": "\u00e9lu"}
    researcher.post(adding(coding), data=form)
    assert stands(db.session, of(coding))[0] == ("accepted", CARE, "e\u0301lu")


def test_where_words_stand_at_several_places_one_is_chosen(
    researcher: FlaskClient, coding: Coding
) -> None:
    form = filled(page(researcher, adding(coding))) | {"theme": CARE, "passage": "Oui"}
    reply = researcher.post(adding(coding), data=form)
    assert errors(reply) == ["Ces mots sont à plusieurs endroits : choisissez lequel."]
    soup = read(reply)
    places = [str(each["value"]) for each in soup.select("[name=endroit]")]
    last = TEXT.rindex("Oui")
    assert places == [f"{TEXT.index('Oui')}-{TEXT.index('Oui') + 3}", f"{last}-{last + 3}"]
    researcher.post(adding(coding), data=filled(soup) | {"endroit": places[1]})
    made = db.session.query(Coding).filter_by(is_by_hand=True).one()
    assert (made.start, made.end) == (last, last + 3)


def test_what_stands_there_already_is_said(researcher: FlaskClient, coding: Coding) -> None:
    where = f"{adding(coding)}&debut={coding.start}&fin={coding.end}"
    form = filled(page(researcher, where)) | {"theme": FEAR}
    for said in (
        "P5 Freins à la participation était déjà proposé sur ces mots : c’est accepté.",
        "P5 Freins à la participation est déjà là sur ces mots : rien n’a changé.",
    ):
        reply = researcher.post(adding(coding), data=form)
        assert texts(page(researcher, reply.location.partition("#")[0]), ".alert") == [said]
    assert stands(db.session, of(coding)) == [("accepted", FEAR, "Peur de parler.")]


def test_what_is_laid_by_hand_is_taken_off(researcher: FlaskClient, coding: Coding) -> None:
    form = filled(page(researcher, adding(coding))) | {"theme": CARE, "passage": "On a peur"}
    back = researcher.post(adding(coding), data=form).location.partition("#")[0]
    made = db.session.query(Coding).filter_by(is_by_hand=True).one()
    buttons = texts(page(researcher, back), f"#codage-{made.id} button")
    assert buttons == ["Retirer Accès aux soins et prévention, note 2"]
    where = f"/recherche/temoignages/{of(coding).id}/suggestions/{made.id}"
    researcher.post(where, data={"acte": "retirer"})
    assert stands(db.session, of(coding)) == [("proposed", FEAR, "Peur de parler.")]


@pytest.mark.parametrize("query", ["", "reponse=0", "reponse=x", "reponse=999"])
def test_an_answer_that_is_not_there_is_not_coded(
    researcher: FlaskClient, coding: Coding, query: str
) -> None:
    where = f"/recherche/temoignages/{of(coding).id}/coder?{query}"
    assert researcher.get(where).status_code == 404
    assert researcher.post(where, data={"theme": CARE, "passage": "Oui"}).status_code == 404


@pytest.mark.parametrize("bounds", ["debut=3&fin=999", "debut=5&fin=5", "debut=-2&fin=4"])
def test_bounds_out_of_the_answer_are_refused(
    researcher: FlaskClient, coding: Coding, bounds: str
) -> None:
    assert researcher.get(f"{adding(coding)}&{bounds}").status_code == 400
    start, end = (part.split("=")[1] for part in bounds.split("&"))
    sent = {"theme": CARE, "passage": "absents", "debut": start, "fin": end}
    assert researcher.post(adding(coding), data=sent).status_code == 422


def test_a_memo_by_its_page(researcher: FlaskClient, coding: Coding) -> None:
    where = f"/recherche/temoignages/{of(coding).id}/suggestions/{coding.id}/memo"
    form = filled(page(researcher, where))
    assert form["memo"] == ""
    reply = researcher.post(where, data=form | {"memo": "<i>À voir</i>"})
    shown = page(researcher, reply.location.partition("#")[0])
    (memo,) = texts(shown, ".proposal .memo")
    assert memo.endswith(" : <i>À voir</i>")
    late = researcher.post(where, data=form | {"memo": "Autre chose"})
    assert late.status_code == 409
    assert filled(read(late))["memo"] == "Autre chose"
    again = filled(read(late))
    assert researcher.post(where, data=again).status_code == 302
    assert researcher.post(where, data=again | {"memo": "a" * 5001}).status_code == 422
