"""Two tabs on one draft, with JavaScript and without: the later page is told, and decides."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages
from tests.instance import Instance
from tests.journeys.test_accessibility import WIDTHS, faults, html_errors
from tests.journeys.test_answering import reach_territory

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]
TERRITORY = "/temoigner/coordinateur/rubrique/territoire"


def save(page: Page) -> None:
    page.get_by_role("button", name=pages.CONTINUE).click()


def two_pages(context: BrowserContext) -> tuple[Page, Page]:
    first = context.new_page()
    reach_territory(first)
    second = context.new_page()
    second.goto(TERRITORY)
    return first, second


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])
def test_the_later_page_is_told_and_decides(
    running: Instance, visitor: Visit, has_javascript: bool
) -> None:
    context = visitor(running.url, java_script_enabled=has_javascript)
    first, second = two_pages(context)
    first.get_by_label("Quel CLSM").fill("CLSM du premier onglet")
    save(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
    second.get_by_label("Quel CLSM").fill("CLSM du second onglet")
    second.get_by_label("En quelle année").fill("2016")
    save(second)
    expect(second).to_have_title("Erreur\u00a0: Votre CLSM, rubrique 2 sur 5 - Recueil")
    expect(second.get_by_role("alert")).to_contain_text("Une réponse a changé ailleurs")
    expect(second.locator(".elsewhere")).to_contain_text("CLSM du premier onglet")
    expect(second.get_by_label("Quel CLSM")).to_have_value("CLSM du second onglet")
    second.get_by_role("alert").get_by_role("link").click()
    first.goto(TERRITORY)
    expect(first.get_by_label("Quel CLSM")).to_have_value("CLSM du premier onglet")
    expect(first.get_by_label("En quelle année")).to_have_value("2016")
    save(second)
    expect(second.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
    first.goto(TERRITORY)
    expect(first.get_by_label("Quel CLSM")).to_have_value("CLSM du second onglet")


def test_typing_stops_where_another_tab_has_written(running: Instance, visitor: Visit) -> None:
    first, second = two_pages(visitor(running.url))
    first.get_by_label("Quel CLSM").fill("CLSM du premier onglet")
    save(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
    second.get_by_label("Quel CLSM").press_sequentially("CLSM du second")
    said = second.get_by_role("alert")
    expect(said).to_contain_text("Cette page a changé dans un autre onglet")
    first.goto(TERRITORY)
    expect(first.get_by_label("Quel CLSM")).to_have_value("CLSM du premier onglet")
    save(second)
    expect(second.locator(".elsewhere")).to_contain_text("CLSM du premier onglet")
    expect(second.get_by_label("Quel CLSM")).to_have_value("CLSM du second")


def test_what_is_sent_was_read_over(running: Instance, visitor: Visit) -> None:
    first, second = two_pages(visitor(running.url))
    second.goto("/temoigner/coordinateur/relire")
    first.get_by_label("Quel CLSM").fill("CLSM du premier onglet")
    save(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
    second.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(second.get_by_role("alert")).to_contain_text("Vos réponses ont changé ailleurs")
    expect(second.get_by_text("CLSM du premier onglet")).to_be_visible()
    second.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(second.get_by_role("heading", level=1)).to_have_text(
        "Merci. Votre témoignage est bien arrivé."
    )


def test_its_states_are_accessible(running: Instance, visitor: Visit) -> None:
    first, second = two_pages(visitor(running.url))
    third = first.context.new_page()
    third.goto(f"{TERRITORY}?facile=1&question=clsm")
    fourth = first.context.new_page()
    fourth.goto("/temoigner/coordinateur/relire")
    first.get_by_label("Quel CLSM").fill("CLSM du premier onglet")
    first.get_by_label("En quelle année").fill("2016")
    save(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
    second.get_by_label("Quel CLSM").fill("CLSM du second onglet")
    second.get_by_label("En quelle année").fill("jadis")
    save(second)
    third.locator("[name=q_clsm]").fill("CLSM du troisième onglet")
    third.get_by_role("button", name="Continuer", exact=True).click()
    fourth.get_by_role("button", name="Envoyer mon témoignage").click()
    wrong = []
    for page in (second, third, fourth):
        expect(page.get_by_role("alert")).to_contain_text(
            re.compile("changé (ailleurs|sur une autre page)")
        )
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += list(faults(page))
        wrong += html_errors(f"<!doctype html>{page.locator('html').evaluate('e => e.outerHTML')}")
    assert wrong == []
