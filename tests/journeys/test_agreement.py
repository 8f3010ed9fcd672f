"""Two people code the same answers blind, one by keyboard, one without scripts; a third settles."""

from collections.abc import Callable
from typing import cast

import pytest
from flask import Flask, current_app
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.extensions import db
from app.models import AgreementRound, Coding
from app.task_queue import run_waiting
from tests import factories, pages
from tests.agreements import coder
from tests.conftest import PASSWORD
from tests.journeys.keyboard import press_enter, press_enter_on
from tests.journeys.test_states import look, press

pytestmark = pytest.mark.xdist_group("states")
HERE = "/recherche/accord"
TEXT = "Nous avons peur de parler en public. Le maire préside chaque séance."


@pytest.fixture
def enter(site: str, visitor: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Open the browser of somebody who signs in by their first name."""

    def sign_in(name: str, **options: object) -> Page:
        page = visitor(
            site, extra_http_headers={"X-Forwarded-For": "192.0.2.7"}, **options
        ).new_page()
        pages.sign_in(page, f"{name.lower()}@recueil.example", PASSWORD)
        return page

    return sign_in


def work() -> int:
    """Do all that waits for the worker."""
    return run_waiting(cast(Flask, current_app._get_current_object()))  # type: ignore[attr-defined]


def prepare(page: Page) -> list[str]:
    """Make a round of two answers; return what is wrong with the pages."""
    page.goto(HERE)
    wrong = look(page, "Accord entre codages")
    page.get_by_role("link", name="Préparer un codage croisé").click()
    press(page, "Tirer les réponses au hasard")
    expect(page.locator(".error-summary")).to_be_focused()
    wrong += look(page, "Préparer un codage croisé")
    page.get_by_label("Titre").fill("Essai de la grille")
    page.get_by_label("Anne").check()
    page.get_by_label("Bachir").check()
    press(page, "Tirer les réponses au hasard")
    wrong += look(page, "Essai de la grille")
    assert work() > 0
    page.get_by_role("link", name="Actualiser").click()
    return wrong + look(page, "Essai de la grille")


def code_by_keyboard(page: Page) -> list[str]:
    """Type a part of each theme's name: Enter ticks it, Enter again saves."""
    page.goto("/recherche/")
    page.locator(".record h2 a").first.click()
    blind = look(page, "Vous codez ce témoignage à l’aveugle")
    page.get_by_role("link", name="Continuer ce codage").click()
    page.goto(HERE)
    press_enter_on(page.get_by_role("link", name="À vous de coder"))
    field = page.get_by_label("Filtrer les thèmes")
    wrong = blind + look(page)
    press(page, "Enregistrer et continuer")
    expect(page.locator(".error-summary")).to_be_focused()
    wrong += look(page)
    page.go_back()
    page.reload()
    for word in ("freins a la participation", "portage") * 2:
        expect(field).to_be_focused()
        page.keyboard.type(word)
        expect(page.locator("#themes .form-check:visible")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator("#filtre-dit")).to_contain_text("coché")
        press_enter(page)
    expect(page.get_by_role("status")).to_contain_text("Vous avez tout codé")
    return wrong


def code_without_scripts(page: Page) -> None:
    """Tick the boxes; nothing in the second sentences."""
    page.goto(HERE)
    page.get_by_role("link", name="À vous de coder").click()
    expect(page.get_by_label("Filtrer les thèmes")).to_be_hidden()
    press(page, "Enregistrer et continuer")
    expect(page.locator(".error-summary")).to_contain_text("Cochez un thème au moins")
    for _ in range(2):
        page.get_by_label("Freins à la participation").check()
        press(page, "Enregistrer et continuer")
        press(page, "Aucun thème")
    expect(page.get_by_role("status")).to_contain_text("Vous avez tout codé")
    page.get_by_role("link", name="Revoir mon codage").click()
    expect(page.locator("h1")).to_have_text("Réponse 1 sur 2")


def test_two_code_blind_and_a_third_settles(enter: Callable[..., Page]) -> None:
    for name in ("Anne", "Bachir", "Chloe"):
        coder(db.session, name)
    for _ in range(2):
        factories.testimony(db.session, answers={"demarche_elus": TEXT})
    db.session.commit()
    anne, bachir = enter("Anne"), enter("Bachir", java_script_enabled=False)
    wrong = prepare(anne)
    wrong += code_by_keyboard(anne)
    code_without_scripts(bachir)  # axe needs scripts
    anne.goto(HERE)
    wrong += look(anne)
    anne.get_by_role("link", name="Essai de la grille").click()
    anne.get_by_role("link", name="Clore ou abandonner ce codage croisé").click()
    wrong += look(anne, "Clore ce codage croisé\u00a0?")
    press(anne, "Clore")
    expect(anne.get_by_role("status")).to_contain_text("clos")
    wrong += look(anne, "Essai de la grille")
    mayor = anne.locator(".agreement tbody tr").filter(has_text="Portage politique")
    expect(mayor.locator("td").nth(1)).to_contain_text("0,00")
    fear = anne.locator(".agreement tbody tr").filter(has_text="Freins à la participation")
    expect(fear.locator("td").nth(1)).to_contain_text("1,00")

    chloe = enter("Chloe")
    chloe.goto(HERE)
    chloe.get_by_role("link", name="Essai de la grille").click()
    chloe.get_by_label("Chaîne d’analyse").check()
    press(chloe, "Comparer")
    expect(chloe.locator(".agreement td").first).to_contain_text("Chaîne d’analyse")
    wrong += look(chloe)
    chloe.goto(f"{chloe.url.split('?')[0]}/desaccords")
    wrong += look(chloe, "Désaccords")
    expect(chloe.locator(".difference")).to_have_count(2)
    for left in (1, 0):
        first = chloe.locator(".difference").first
        first.get_by_label("Oui", exact=True).check()
        first.get_by_label("Reporter dans les codages du témoignage").check()
        first.get_by_role("button", name="Trancher").click()
        expect(chloe.locator(".difference")).to_have_count(left)
    wrong += look(chloe)
    chloe.get_by_role("link", name="Tranchés").click()
    expect(chloe.locator(".difference td .state")).to_have_text(["Oui", "Oui"])
    wrong += look(chloe)
    chloe.goto(f"{HERE}/{db.session.scalars(select(AgreementRound.id)).one()}?niveau=mots")
    wrong += look(chloe)
    assert wrong == []
    laid = db.session.scalars(select(Coding)).all()
    assert [(each.theme, each.is_by_hand) for each in laid] == [("portage_politique", True)] * 2
