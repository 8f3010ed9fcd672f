"""One code for the whole life: stop, come back on another device, send, amend, withdraw."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages
from tests.instance import Instance
from tests.journeys.test_accessibility import faults

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]


def read_code(page: Page) -> str:
    return " ".join(page.locator(".receipt-code span").all_inner_texts())


def enter(page: Page, code: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Reprendre ou retirer mon témoignage").click()
    page.get_by_label("Votre code de suivi").fill(code)
    page.get_by_role("button", name="Ouvrir").click()


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])
def test_the_whole_life_of_a_testimony(
    running: Instance, visitor: Visit, has_javascript: bool
) -> None:
    page = visitor(running.url, java_script_enabled=has_javascript).new_page()
    page.goto("/temoigner/usager/")
    page.get_by_label("J’accepte de participer").check()
    page.get_by_role("button", name=pages.CONTINUE).click()
    page.locator("[name=q_clsm]").fill("CLSM des Trois Ponts")
    page.get_by_role("button", name="Enregistrer et reprendre plus tard").click()
    code = read_code(page)
    page.get_by_role("button", name="J’ai noté mon code").click()

    phone = visitor(running.url, java_script_enabled=has_javascript).new_page()
    enter(phone, code)
    expect(phone.locator(".where")).to_contain_text("Rubrique 2 sur")
    expect(phone.locator("[name=q_clsm]")).to_have_value("CLSM des Trois Ponts")
    phone.goto("/temoigner/usager/relire")
    expect(phone.get_by_text("CLSM des Trois Ponts")).to_be_visible()
    phone.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(phone.get_by_role("link", name="entrez le code")).to_be_visible()

    later = visitor(running.url, java_script_enabled=has_javascript).new_page()
    enter(later, code)
    later.get_by_role("button", name="Modifier ou compléter").click()
    later.locator("a[href*='rubrique/territoire?retour=relire']").click()
    later.locator("[name=q_clsm]").fill("CLSM des Quatre Ponts")
    later.get_by_role("button", name=pages.CONTINUE).click()
    later.get_by_role("button", name="Envoyer mon témoignage").click()
    enter(later, code)
    expect(later.get_by_text("CLSM des Quatre Ponts")).to_be_visible()
    later.get_by_role("link", name="Retirer mon témoignage", exact=True).click()
    later.get_by_role("button", name="Tout effacer").click()
    expect(later.get_by_role("heading", level=1)).to_have_text("Votre témoignage est retiré")
    enter(later, code)
    expect(later.get_by_role("heading", level=1)).to_have_text("Ce témoignage a été retiré")


def test_its_pages_are_accessible(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    wrong = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/mon-temoignage")
        wrong += list(faults(page))
        page.get_by_role("button", name="Ouvrir").click()
        wrong += list(faults(page))
        page.goto("/temoigner/usager/")
        page.get_by_label("J’accepte de participer").check()
        page.get_by_role("button", name=pages.CONTINUE).click()
        page.get_by_role("button", name="Enregistrer et reprendre plus tard").click()
        code = read_code(page)
        wrong += list(faults(page))
        page.goto("/temoigner/usager/relire")
        page.get_by_role("button", name="Envoyer mon témoignage").click()
        wrong += list(faults(page))
        enter(page, code)
        wrong += list(faults(page))
        page.get_by_role("link", name="Retirer mon témoignage", exact=True).click()
        wrong += list(faults(page))
        page.get_by_role("button", name="Tout effacer").click()
        wrong += list(faults(page))
    assert wrong == []
