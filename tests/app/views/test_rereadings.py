"""« À relire d’abord »: what to decide on, each leading to its sentence."""

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Decision, Verdict
from tests import factories
from tests.reading import links, page, text, texts

FEAR, MAYOR = "freins_participation", "portage_politique"


def planted() -> None:
    made = factories.testimony(
        db.session, answers={"demarche_elus": "Peur de parler. Le maire préside."}
    )
    answer = factories.free_text(made)
    factories.coding(db.session, answer, FEAR, quote="Peur de parler.", score=0.6)
    factories.coding(db.session, answer, MAYOR, quote="Le maire préside.", score=0.5)
    done = factories.coding(db.session, answer, "acces_soins", quote="Le maire préside.")
    done.decision = Decision(verdict=Verdict.REJECTED)
    db.session.commit()


def test_what_teaches_most_leads_to_its_sentence(researcher: FlaskClient) -> None:
    planted()
    soup = page(researcher, "/recherche/a-relire")
    assert texts(soup, ".record-words") == ["Le maire préside.", "Peur de parler."]
    assert text(soup.select_one(".record .record-of")).endswith("Confiance faible (0,50)")
    assert text(soup.h1.find_next("p")).endswith(  # type: ignore[union-attr]
        "2 suggestions attendent une décision, 1 est décidée."
    )
    for link, quote in zip(links(soup, ".record h2 a"), texts(soup, ".record-words"), strict=True):
        address, anchor = link.split("#")
        assert text(page(researcher, address).find(id=anchor)) == quote


def test_one_theme_is_chosen(researcher: FlaskClient) -> None:
    planted()
    soup = page(researcher, f"/recherche/a-relire?theme={FEAR}")
    assert texts(soup, ".record-words") == ["Peur de parler."]
    chosen = soup.select("option[selected]")
    assert [option["value"] for option in chosen] == [FEAR]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Aucune suggestion n’attend de décision."),
        (f"?theme={FEAR}", "Tout est décidé pour ce thème."),
    ],
)
def test_nothing_to_decide_on(researcher: FlaskClient, query: str, said: str) -> None:
    assert texts(page(researcher, f"/recherche/a-relire{query}"), ".empty p")[0] == said


@pytest.mark.parametrize("theme", ["inconnu", "x" * 300])
def test_an_unknown_theme_is_said(researcher: FlaskClient, theme: str) -> None:
    soup = page(researcher, f"/recherche/a-relire?theme={theme}", 400)
    assert text(soup.h1) == "Cette recherche ne peut pas se faire"


def test_a_theme_that_left_the_codebook_can_still_be_chosen(researcher: FlaskClient) -> None:
    made = factories.testimony(db.session, answers={"demarche_elus": "Peur."})
    factories.coding(db.session, factories.free_text(made), "ancien")
    db.session.commit()
    soup = page(researcher, "/recherche/a-relire?theme=ancien")
    assert texts(soup, ".record-words") == ["Peur."]


def test_only_researchers_enter(staff: FlaskClient, client: FlaskClient) -> None:
    assert staff.get("/recherche/a-relire").status_code == 403
    assert client.get("/recherche/a-relire").status_code == 302
