"""Typing and leaving without a button: the words are there again. One easy question at a time."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from forms.loader import load_directory
from forms.schema import Kind
from tests import pages, servers
from tests.instance import ROOT, Instance
from tests.journeys.test_accessibility import WIDTHS, faults, look
from tests.journeys.test_answering import reach_territory

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]
TOLD = "On a commencé à trois, autour d’un café 🌻"


def reach_elected(page: Page) -> None:
    reach_territory(page)
    page.get_by_role("button", name=pages.CONTINUE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")


@pytest.fixture
def traveller(chromium: Browser, running: Instance) -> Iterator[BrowserContext]:
    """A browser whose line is cut: it may complain of it in its console, unlike a visitor's."""
    context = chromium.new_context(base_url=running.url, locale="fr-FR")
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_what_is_typed_outlives_the_page(running: Instance, visitor: Visit) -> None:
    context = visitor(running.url)
    page = context.new_page()
    reach_elected(page)
    page.locator("textarea").first.press_sequentially(TOLD)
    expect(page.locator(".saving")).to_contain_text("Enregistré à")
    page.close()  # no button, no warning, nothing said
    later = context.new_page()
    later.goto("/temoigner/coordinateur/")
    expect(later.get_by_role("heading", level=1)).to_have_text("Vos élues et élus")
    expect(later.locator("textarea").first).to_have_value(TOLD)


def test_the_last_words_leave_with_the_page(running: Instance, visitor: Visit) -> None:
    context = visitor(running.url)
    page = context.new_page()
    reach_elected(page)
    page.locator("textarea").first.fill(TOLD)
    page.get_by_role("link", name="Vos données").first.click()
    expect(page).to_have_url(f"{running.url}/confidentialite")

    def is_kept() -> bool:
        page.goto("/temoigner/coordinateur/rubrique/elus")
        return page.locator("textarea").first.input_value() == TOLD

    servers.wait_until(is_kept, "the last words")


def test_without_a_connection_the_words_wait_and_leaving_warns(traveller: BrowserContext) -> None:
    page = traveller.new_page()
    reach_elected(page)
    field = page.locator("textarea").first
    traveller.set_offline(True)
    field.press_sequentially("Sans réseau")
    expect(page.locator(".saving")).to_contain_text("Pas de connexion\u00a0: gardez cette page")
    page.get_by_role("button", name=pages.CONTINUE).click()
    expect(field).to_have_value("Sans réseau")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    traveller.set_offline(False)
    expect(page.locator(".saving")).to_contain_text("Enregistré à")
    page.reload()
    expect(page.locator("textarea").first).to_have_value("Sans réseau")


def test_a_reply_that_is_lost_is_no_other_tab(traveller: BrowserContext) -> None:
    """The server keeps the words, and its reply never comes back."""
    page = traveller.new_page()
    reach_elected(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/brouillon", lose)
    field = page.locator("textarea").first
    field.press_sequentially("Un mot")
    expect(page.locator(".saving")).to_contain_text("Pas de connexion")
    field.press_sequentially(", puis un autre")
    page.unroute("**/brouillon")
    page.get_by_role("button", name=pages.CONTINUE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les personnes concernées")
    page.goto("/temoigner/coordinateur/rubrique/elus")
    expect(page.locator("textarea").first).to_have_value("Un mot, puis un autre")


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])
def test_one_easy_question_at_a_time_to_the_receipt(
    running: Instance, visitor: Visit, has_javascript: bool
) -> None:
    page = visitor(running.url, java_script_enabled=has_javascript).new_page()
    page.goto("/temoigner/usager/?facile=1")
    expect(page.locator(".where")).to_contain_text("Question 1 sur 3")
    page.get_by_role("checkbox").check()
    go_on(page, "Question 2 sur 3")
    go_on(page, "Question 3 sur 3")
    go_on(page, "Question 1 sur")
    page.locator("[name=q_clsm]").fill("CLSM des Trois Ponts")
    for _ in range(22):  # every question but the three consents
        path = page.url
        page.get_by_role("button", name="Continuer", exact=True).click()
        expect(page).not_to_have_url(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Relire et envoyer")
    expect(page.get_by_text("CLSM des Trois Ponts")).to_be_visible()
    page.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(page.locator(".receipt-code")).to_be_visible()


def go_on(page: Page, where: str) -> None:
    page.get_by_role("button", name="Continuer", exact=True).click()
    expect(page.locator(".where")).to_contain_text(where)


def test_easy_words_typed_are_there_again(running: Instance, visitor: Visit) -> None:
    context = visitor(running.url)
    page = context.new_page()
    page.goto("/temoigner/usager/?facile=1")
    page.get_by_role("checkbox").check()
    go_on(page, "Question 2 sur 3")
    page.goto("/temoigner/usager/rubrique/territoire?facile=1&question=clsm")
    page.locator("[name=q_clsm]").press_sequentially("CLSM du Bocage")
    expect(page.locator(".saving")).to_contain_text("Enregistré à")
    page.close()
    later = context.new_page()
    later.goto("/temoigner/usager/rubrique/territoire")
    expect(later.locator("[name=q_clsm]")).to_have_value("CLSM du Bocage")


def test_its_states_are_accessible(traveller: BrowserContext) -> None:
    page = traveller.new_page()
    reach_elected(page)
    wrong = []
    page.locator("textarea").first.press_sequentially("Un mot")
    for said in ("Enregistré à", "Pas de connexion"):
        expect(page.locator(".saving")).to_contain_text(said)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += list(faults(page))
        traveller.set_offline(True)
        page.locator("textarea").first.press_sequentially(" de plus")
    assert wrong == []


def test_easy_questions_of_each_kind_are_accessible(traveller: BrowserContext) -> None:
    page = traveller.new_page()
    page.goto("/temoigner/usager/?facile=1")
    page.get_by_role("checkbox").check()
    go_on(page, "Question 2 sur 3")
    questionnaire = load_directory(ROOT / "forms" / "definitions").current("usager")
    kinds = {
        question.kind: f"/temoigner/usager/rubrique/{section.id}?facile=1&question={question.id}"
        for section in reversed(questionnaire.sections)
        for question in reversed(section.questions)
    }
    assert set(Kind) - set(kinds) == {Kind.TRANSCRIPT, Kind.VOICES}  # which researchers fill
    wrong = [fault for path in kinds.values() for fault in look(page, path)]
    assert wrong + look(page, "/temoigner/usager/relire?facile=1") == []
