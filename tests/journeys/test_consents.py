"""Consents in degrees, by somebody in front of a browser: given, read again, changed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages
from tests.instance import Instance
from tests.journeys.test_accessibility import WIDTHS, faults
from tests.journeys.test_code import enter, read_code

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]
UNNAMED = "Oui, sans aucun nom"
FUNCTION = "Oui, avec ma fonction et mon territoire"


def sound(page: Page) -> list[str]:
    """What axe and the eye find wrong with this state, at each width."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{page.url} at {width}: {each}" for each in faults(page)]
    return wrong


def tell(page: Page, look: Callable[[Page], list[str]] = sound) -> str:
    """Send a testimony that may be quoted without any name; return its code."""
    page.goto("/temoigner/elu/rubrique/accord")
    page.get_by_label("J’accepte de participer").check()
    page.get_by_label(UNNAMED).check()
    assert look(page) == []
    page.get_by_role("button", name=pages.CONTINUE).click()
    page.goto("/temoigner/elu/relire")
    expect(page.get_by_text(UNNAMED)).to_be_visible()
    page.get_by_role("button", name="Envoyer mon témoignage").click()
    return read_code(page)


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])
def test_a_consent_is_raised_then_taken_back(
    running: Instance, visitor: Visit, has_javascript: bool
) -> None:
    # axe is a script: without any, the journey alone is looked at.
    look: Callable[[Page], list[str]] = sound if has_javascript else lambda _: []
    code = tell(visitor(running.url, java_script_enabled=has_javascript).new_page(), look)
    later = visitor(running.url, java_script_enabled=has_javascript).new_page()
    enter(later, code)
    agreed = later.locator("#accords")
    expect(agreed.locator("strong")).to_have_text(["Oui", "Oui, sans aucun nom", "Non"])
    assert look(later) == []
    later.get_by_role("link", name="Changer mes accords").click()
    expect(later.get_by_label(UNNAMED)).to_be_checked()
    assert look(later) == []
    later.get_by_label(FUNCTION).check()
    later.get_by_label("J’accepte que le Centre me contacte").check()
    later.get_by_role("button", name="Enregistrer mes accords").click()
    expect(later.get_by_role("status").first).to_contain_text("Vos accords sont enregistrés.")
    said = ["Oui", "Oui, avec la fonction et le territoire", "Oui"]
    expect(agreed.locator("strong")).to_have_text(said)
    assert look(later) == []
    later.get_by_role("button", name="laisser mes coordonnées").click()
    expect(later.get_by_role("heading", name="Vous acceptez un temps d’échange")).to_be_visible()
    assert look(later) == []
    enter(later, code)
    later.get_by_role("link", name="Changer mes accords").click()
    later.get_by_label("Non, pas du tout").check()
    later.get_by_label("J’accepte que le Centre me contacte").uncheck()
    later.get_by_role("button", name="Enregistrer mes accords").click()
    expect(agreed.locator("strong")).to_have_text(["Oui", "Non", "Non"])
    assert look(later) == []


def test_a_consent_is_changed_by_the_keyboard_alone(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    enter(page, tell(page))
    page.goto("/mon-temoignage/accords")
    taken = page.get_by_label(UNNAMED)
    for _ in range(30):
        if taken.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(taken).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label(FUNCTION)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("J’accepte que le Centre me contacte")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Enregistrer mes accords")).to_be_focused()
    page.keyboard.press("Enter")
    said = ["Oui", "Oui, avec la fonction et le territoire", "Oui"]
    expect(page.locator("#accords strong")).to_have_text(said)


def test_the_notice_leads_to_each_of_its_parts(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    page.goto("/confidentialite")
    parts = page.get_by_role("navigation", name="Dans cette page").get_by_role("link").all()
    assert len(parts) == 9
    for link in parts:
        link.click()
        target = str(link.get_attribute("href"))
        expect(page.locator(target)).to_be_in_viewport()
    assert sound(page) == []
