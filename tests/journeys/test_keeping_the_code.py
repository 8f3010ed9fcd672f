"""The code is copied, printed or received by mail; leaving without it asks first."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.instance import Instance
from tests.journeys.test_accessibility import WIDTHS, faults
from tests.journeys.test_answering import reach_territory
from tests.journeys.test_code import read_code

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]


def send(page: Page) -> None:
    reach_territory(page)
    page.goto("/temoigner/coordinateur/relire")
    page.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(page.locator(".receipt-code")).to_be_visible()


def test_the_code_is_copied(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url, permissions=["clipboard-read", "clipboard-write"]).new_page()
    send(page)
    page.get_by_role("button", name="Copier le code").click()
    expect(page.locator(".receipt-said")).to_have_text("Copié")
    assert page.evaluate("navigator.clipboard.readText()") == read_code(page)


def test_the_page_is_printed(running: Instance, visitor: Visit) -> None:
    context = visitor(running.url)
    context.add_init_script("window.print = () => { document.title = 'imprimée' }")
    page = context.new_page()
    send(page)
    page.get_by_role("button", name="Imprimer la page").click()
    expect(page).to_have_title("imprimée")


def test_leaving_without_the_code_asks(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    send(page)
    page.locator("h1").click()  # browsers ask only on a page that somebody has touched
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    page.get_by_role("button", name="J’ai noté mon code").click()
    expect(page).to_have_url(f"{running.url}/")


def test_without_javascript_nothing_is_offered_that_cannot_be(
    running: Instance, visitor: Visit
) -> None:
    page = visitor(running.url, java_script_enabled=False).new_page()
    send(page)
    buttons = page.locator("main button").all_inner_texts()
    assert buttons == ["J’ai noté mon code, terminer", "Envoyer le code"]


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])
def test_the_code_received_by_mail_opens_the_draft(
    running: Instance, visitor: Visit, has_javascript: bool
) -> None:
    page = visitor(running.url, java_script_enabled=has_javascript).new_page()
    reach_territory(page)
    page.get_by_label("Quel CLSM").fill("CLSM du Bocage")
    page.get_by_role("button", name="Enregistrer et reprendre plus tard").click()
    code = read_code(page)
    to = f"lea-{has_javascript}@exemple.fr".lower()
    page.get_by_label("Recevoir ce code par courriel").fill("lea")
    page.get_by_role("button", name="Envoyer le code").click()
    expect(page).to_have_title("Erreur\u00a0: Recevoir votre code par courriel - Recueil")
    page.get_by_label("Recevoir ce code par courriel").fill(to)
    page.get_by_role("button", name="Envoyer le code").click()
    expect(page.get_by_text("Le code part par courriel.")).to_be_visible()
    message = running.wait_for_mail(lambda mail: mail["To"] == to)
    assert message["Subject"] == "Votre code de suivi"
    body = message.get_body(("plain",))
    assert body is not None
    assert code in body.get_content().splitlines()

    phone = visitor(running.url, java_script_enabled=has_javascript).new_page()
    phone.goto("/mon-temoignage")
    phone.get_by_label("Votre code de suivi").fill(code)
    phone.get_by_role("button", name="Ouvrir").click()
    phone.goto("/temoigner/coordinateur/rubrique/territoire")
    expect(phone.get_by_label("Quel CLSM")).to_have_value("CLSM du Bocage")


def test_its_states_are_accessible(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    reach_territory(page)
    page.get_by_role("button", name="Enregistrer et reprendre plus tard").click()
    expect(page.get_by_role("button", name="Imprimer la page")).to_be_visible()
    wrong = look(page)
    page.get_by_role("button", name="Envoyer le code").click()
    expect(page.get_by_role("alert")).to_be_visible()
    wrong += look(page)
    page.goto("/temoigner/coordinateur/relire")
    page.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(page.get_by_role("button", name="Imprimer la page")).to_be_visible()
    wrong += look(page)
    assert wrong == []


def look(page: Page) -> list[str]:
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += list(faults(page))
    return wrong
