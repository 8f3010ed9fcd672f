"""A researcher counts: narrows, crosses, opens what a figure counts, and takes a table away."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.extensions import db
from app.models import RoleName
from tests import factories
from tests.journeys.test_states import enter_as, look, press

pytestmark = pytest.mark.xdist_group("states")
Visit = Callable[..., BrowserContext]
TOLD = (
    "Nous avons rencontré chaque maire en tête à tête, et l’élue à la santé préside désormais "
    "l’assemblée plénière."
)
PAGES = {
    "Planche": "L’appel d’un coup d’œil",
    "Thèmes ensemble": "Quels thèmes vont ensemble\u00a0?",
    "Au fil du temps": "De quoi parle‑t‑on, au fil du temps\u00a0?",
    "Saturation": "Les témoignages apportent-ils encore du nouveau\u00a0?",
    "Spécificités": "Qu’est‑ce qu’un groupe dit plus que les autres\u00a0?",
    "Doublons": "Qui a écrit la même chose\u00a0?",
}


def plant() -> None:
    """Twelve élu·es of Brittany, four users of elsewhere, over two months."""
    for number in range(16):
        is_elu = number < 12
        made = factories.testimony(
            db.session,
            questionnaire="elu" if is_elu else "usager",
            answers={"region": "53" if is_elu else "11", "autre_chose": TOLD},
            received_on=date(2026, 10 + number % 2, 1 + number),
        )
        themes = ("mobiliser_elus", "acces_soins") if is_elu else ("acces_soins",)
        for theme in themes:
            factories.coding(db.session, made.answers[-1], theme, end=40)
    db.session.commit()


def test_a_researcher_counts(site: str, visitor: Visit) -> None:
    plant()
    page = visitor(site, accept_downloads=True).new_page()
    enter_as(page, RoleName.RESEARCHER)
    page.get_by_role("link", name="Décomptes").click()
    wrong = look(page, "De quoi parle‑t‑on, et qui en parle\u00a0?")
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Accès aux soins"))
    expect(row.get_by_text("masqué")).to_have_count(2)  # four users, hence the others too
    page.get_by_label("Croiser avec").select_option(label="Mois")
    page.get_by_label("Région").select_option(label="Bretagne")
    press(page, "Recompter")
    expect(page.get_by_role("link", name="Région")).to_be_visible()
    wrong += look(page)
    expect(page.get_by_role("columnheader", name="nov. 2026")).to_be_visible()
    row.get_by_role("link").first.click()
    expect(page.locator("#resultat")).to_contain_text("6\u00a0témoignages sur 16")
    page.go_back()
    with page.expect_download() as taken:
        page.get_by_role("link", name="en CSV").click()
    assert taken.value.suggested_filename == "recueil-tableau-mois-par-temoignages-bretagne.csv"
    for name, heading in PAGES.items():
        page.get_by_label("Décomptes").get_by_role("link", name=name).click()
        wrong += look(page, heading)
    page.get_by_role("link", name="Compter chaque groupe une seule fois").click()
    expect(page.get_by_text("en répètent un autre, ne sont pas comptés")).to_be_visible()
    page.goto("/recherche/decomptes/specificites")
    specifics(page)
    assert wrong + look(page) == []


def specifics(page: Page) -> None:
    """Choose a group, without going back to the form twice."""
    page.get_by_role("link", name="Élue ou élu").click()
    expect(page.locator(".result")).to_contain_text("Élue ou élu")


def test_squares_keep_their_words_legible_on_a_telephone(site: str, visitor: Visit) -> None:
    plant()
    page = visitor(site, viewport={"width": 360, "height": 740}).new_page()
    enter_as(page, RoleName.RESEARCHER)
    for path in ("ensemble", "planche", "au-fil-du-temps", "?par=semaine"):
        page.goto(f"/recherche/decomptes/{path}")
        drawn = page.locator(".figure .table-scroll img").last
        drawn.scroll_into_view_if_needed()
        expect(drawn).to_have_js_property("complete", True)
        scale = drawn.evaluate("image => image.clientWidth / image.naturalWidth")
        assert scale == 1, path  # a word of twelve pixels stays one of twelve pixels
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide == 360, path
    assert look(page) == []
