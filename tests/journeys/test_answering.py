"""Somebody testifies, in a real browser: with JavaScript and without, by keyboard."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.instance import Instance
from tests.journeys.keyboard import press_enter, press_enter_on

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]


def reach_territory(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Je coordonne un CLSM").click()
    page.get_by_label("J’accepte de participer à l’appel.").check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre CLSM")


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])
def test_from_the_door_to_the_thanks(
    running: Instance, visitor: Visit, has_javascript: bool
) -> None:
    page = visitor(running.url, java_script_enabled=has_javascript).new_page()
    reach_territory(page)
    page.get_by_label("En quelle année").fill("deux mille")
    page.get_by_label("Quel CLSM").fill("CLSM de l’Été 🌻")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page).to_have_title("Erreur\u00a0: Votre CLSM, rubrique 2 sur 5 - Recueil")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("En quelle année")).to_be_focused()
    page.get_by_label("En quelle année").fill("2016")
    press_enter_on(page.get_by_label("En quelle année"))  # goes on, and changes no wording
    for heading in ("Vos élues et élus", "Les personnes concernées", "Et si c’était à refaire"):
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Relire et envoyer")
    expect(page.get_by_text("CLSM de l’Été 🌻")).to_be_visible()
    page.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Merci. Votre témoignage est bien arrivé."
    )


def test_after_a_mistake_the_keyboard_is_on_the_summary(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    page.goto("/temoigner/elu/")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("alert")).to_be_focused()


def test_by_keyboard_alone(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    page.goto("/")
    press_until(page, "Je suis usagère ou usager")
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre accord")
    press_until(page, "J’accepte de participer")
    page.keyboard.press("Space")
    press_until(page, "Enregistrer et continuer")
    press_enter(page)
    expect(page.locator(".where")).to_contain_text("Rubrique 2 sur")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()


def test_by_keyboard_alone_to_the_code(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    page.goto("/temoigner/usager/")
    press_until(page, "J’accepte de participer")
    page.keyboard.press("Space")
    press_until(page, "Enregistrer et continuer")
    press_enter(page)
    for number in range(2, 6 + 1):
        expect(page.locator(".where")).to_contain_text(f"Rubrique {number} sur 6")
        if number == 3:
            tab_to(page, "document.activeElement.tagName === 'TEXTAREA'")
            page.keyboard.type("Une voisine m’a emmenée.")
        press_until(page, "Enregistrer et continuer")
        press_enter(page)
    expect(page.locator("main")).to_contain_text("Une voisine m’a emmenée.")
    press_until(page, "Envoyer mon témoignage")
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Merci. Votre témoignage est bien arrivé."
    )
    expect(page.get_by_role("heading", name="Votre code de suivi")).to_be_visible()
    press_until(page, "J’ai noté mon code")


def press_until(page: Page, name: str) -> None:
    """Press Tab until what has the focus bears this name."""
    focused = "(document.activeElement.labels?.[0] ?? document.activeElement).innerText ?? ''"
    tab_to(page, f"({focused}).includes({json.dumps(name)})")


def tab_to(page: Page, is_reached: str) -> None:
    """Press Tab until this expression is true in the page."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(is_reached):
            return
    pytest.fail(f"the keyboard never reached {is_reached}")


def test_a_draft_waits_in_its_browser(running: Instance, visitor: Visit) -> None:
    context = visitor(running.url)
    page = context.new_page()
    reach_territory(page)
    page.get_by_label("Quel CLSM").fill("CLSM du Bocage")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
    page.close()
    later = context.new_page()
    later.goto("/temoigner/coordinateur/")
    expect(later.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
    later.get_by_role("button", name="Votre CLSM", exact=True).click()
    expect(later.get_by_label("Quel CLSM")).to_have_value("CLSM du Bocage")
    stranger = visitor(running.url).new_page()
    stranger.goto("/temoigner/coordinateur/rubrique/territoire")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Votre accord")


def test_a_page_too_big_is_explained(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    reach_territory(page)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.locator("textarea").first.evaluate("area => { area.value = 'x'.repeat(1_500_000) }")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre envoi est trop volumineux")
    page.go_back()
    page.goto("/temoigner/coordinateur/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
