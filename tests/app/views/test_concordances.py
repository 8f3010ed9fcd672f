"""The page of words in context: its lines, where they lead, what it says of itself."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models import RoleName, Testimony
from tests import factories
from tests.reading import links, page, text, texts

HERE = "/recherche/concordance"


@pytest.fixture
def told(app: object) -> Testimony:
    made = factories.testimony(
        db.session,
        answers={"region": "53", "demarche_elus": "La peur du maire. Une peur ancienne."},
        received_on=date(2026, 11, 9),
    )
    db.session.commit()
    return made


def test_each_place_is_a_line_that_leads_to_it(researcher: FlaskClient, told: Testimony) -> None:
    soup = page(researcher, f"{HERE}?mots=PEURS&region=53&ordre=droite")
    assert texts(soup, ".result") == ["2 passages dans 1 témoignage"]
    assert texts(soup, ".concordance li") == [
        f"{told.reference} La peur du maire. Une peur (lire dans le témoignage {told.reference}) "
        "ancienne.",
        f"{told.reference} La peur (lire dans le témoignage {told.reference}) du maire. Une peur "
        "ancienne.",
    ]
    position = factories.free_text(told).position
    narrowed = "region=53&mots=PEURS"
    there = f"/recherche/temoignages/{told.id}?passage={position}"
    assert links(soup, ".line-words") == [
        f"{there}-22-26&{narrowed}#passage",
        f"{there}-3-7&{narrowed}#passage",
    ]
    assert links(soup, ".toggle a") == [
        f"{HERE}?{narrowed}",
        f"{HERE}?ordre=gauche&{narrowed}",
        f"{HERE}?ordre=droite&{narrowed}",
    ]
    assert texts(soup, ".toggle a[aria-current]") == ["Par ce qui suit"]
    assert texts(soup, ".active-filters a") == [
        "Retirer Région : Bretagne ×",
        "Retirer Mots : « PEURS » ×",
    ]
    assert links(soup, ".active-filters a") == [f"{HERE}?mots=PEURS", f"{HERE}?region=53"]


def test_the_list_and_the_lines_lead_to_each_other(
    researcher: FlaskClient, told: Testimony
) -> None:
    listed = page(researcher, "/recherche/?mots=peur&tri=pertinence")
    assert links(listed, ".toggle a") == [
        "/recherche/?mots=peur",
        "/recherche/?mots=peur&tri=pertinence",
        f"{HERE}?mots=peur",
    ]
    assert texts(listed, ".toggle a[aria-current]") == ["Ceux qui en parlent le plus d’abord"]
    lines = page(researcher, f"{HERE}?mots=peur")
    assert "/recherche/?mots=peur" in links(lines, ".leaf p a")


def test_without_words_or_lines_the_page_says_so(researcher: FlaskClient, told: Testimony) -> None:
    asked = page(researcher, HERE)
    assert texts(asked, ".empty p")[0].startswith("Écrivez un mot à chercher")
    assert asked.select(".result") == []
    none = page(researcher, f"{HERE}?mots=introuvable")
    assert texts(none, ".result") == ["0 passage dans 0 témoignage"]
    assert links(none, ".empty a") == [HERE]


def test_many_lines_fill_pages(researcher: FlaskClient) -> None:
    factories.testimony(db.session, answers={"demarche_elus": "peur " * 101})
    db.session.commit()
    first, last = (page(researcher, f"{HERE}?mots=peur&ordre=gauche&page={n}") for n in (1, 2))
    assert [len(soup.select(".concordance li")) for soup in (first, last)] == [100, 1]
    assert links(first, ".pager a") == [f"{HERE}?page=2&ordre=gauche&mots=peur"]
    assert text(last.title).startswith("Mots en contexte : 101 passages, page 2 sur 2")
    page(researcher, f"{HERE}?mots=peur&page=3", status=400)


@pytest.mark.parametrize("path", ["/recherche/", HERE])
def test_words_that_cannot_be_read_are_given_back(
    researcher: FlaskClient, told: Testimony, path: str
) -> None:
    soup = page(researcher, f'{path}?region=53&mots="peur', status=400)
    assert text(soup.title).startswith("Erreur : ces mots ne peuvent pas être cherchés")
    assert texts(soup, ".invalid-feedback") == [
        "Erreur : Il manque un guillemet : une expression en a un avant et un après."
    ]
    form = soup.select_one("form.filters")
    assert form is not None
    assert {str(field["name"]): field["value"] for field in form.select("input")} == {
        "region": "53",
        "mots": '"peur',
    }
    assert form["action"] == path
    assert links(form, ".acts a") == [f"{path}?region=53"]


def test_an_order_that_is_none_is_explained(researcher: FlaskClient) -> None:
    soup = page(researcher, f"{HERE}?ordre=<b>", status=400)
    assert texts(soup, "h1 + p") == ["Les lignes ne se rangent pas par « <b> »."]
    soup = page(researcher, "/recherche/?tri=hasard", status=400)
    assert texts(soup, "h1 + p") == ["On range par date ou par pertinence, pas par « hasard »."]


def test_only_researchers_enter(signed_in: Callable[..., FlaskClient], client: FlaskClient) -> None:
    assert client.get(HERE).status_code == 302
    for role in (RoleName.STAFF, RoleName.ADMINISTRATOR):
        assert signed_in(role).get(HERE).status_code == 403
