"""A researcher looks for words, narrows, reads them in their context, and sends what she sees."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.extensions import db
from app.models import RoleName
from tests import factories, pages
from tests.conftest import PASSWORD
from tests.journeys.test_states import look

pytestmark = pytest.mark.xdist_group("states")
NEW = "Au début, l’élue avait peur de parler. " + "Puis les réunions ont aidé. " * 60
PLACE = "L’Élu·e du quartier vient aux réunions, sans peur."


@pytest.fixture
def page(site: str, visitor: Callable[..., BrowserContext]) -> Page:
    factories.account(
        db.session,
        email="claire@recueil.example",
        roles=[RoleName.RESEARCHER],
        password=PASSWORD,
    )
    for text, region, day in ((NEW, "53", 5), (f"{NEW}\n{PLACE}", "53", 4), ("Élus.", "32", 3)):
        factories.testimony(
            db.session,
            answers={"demarche_elus": text, "region": region},
            received_on=date(2026, 11, day),
        )
    db.session.commit()
    page = visitor(site, extra_http_headers={"X-Forwarded-For": "192.0.2.7"}).new_page()
    pages.sign_in(page, "claire@recueil.example", PASSWORD)
    return page


def test_look_for_words_narrow_and_read_them_where_they_stand(page: Page) -> None:
    page.goto("/recherche/")
    page.get_by_label("Mots", exact=True).fill("ELUES")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("mots=ELUES"))
    expect(page.locator(".result")).to_have_text("3 témoignages sur 3")
    page.get_by_label("Région").select_option("53")
    page.get_by_text("Plus de filtres").click()
    page.get_by_label("Reçus à partir du").fill("2026-11-01")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator(".result")).to_have_text("2 témoignages sur 3")
    wrong = look(page, "Témoignages")
    page.get_by_role("link", name="Retirer À partir du").click()
    page.get_by_role("link", name="Mots en contexte").click()
    expect(page.locator(".result")).to_have_text("3 passages dans 2 témoignages")
    page.get_by_role("link", name="Par ce qui suit").click()
    expect(page.locator(".line-words")).to_contain_text(["élue", "élue", "Élu·e"])
    wrong += look(page, "Mots en contexte")
    sent = page.url
    page.locator(".line-words").last.click()
    expect(page.locator(".sought")).to_have_text("Élu·e")
    expect(page.locator(".sought")).to_be_in_viewport()
    wrong += look(page)
    page.goto(sent)  # a colleague opens the same view
    expect(page.locator(".toggle [aria-current]")).to_have_text("Par ce qui suit")
    page.get_by_label("Mots", exact=True).fill('"sans peur')
    page.keyboard.press("Enter")
    expect(page.locator(".invalid-feedback")).to_contain_text("Il manque un guillemet")
    wrong += look(page, "Ces mots ne peuvent pas être cherchés")
    assert wrong == []
