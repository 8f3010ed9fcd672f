"""A researcher says what is replaced in a testimony, then reads it as it would be quoted."""

import re
from collections.abc import Callable

import pytest
from flask import current_app
from playwright.sync_api import BrowserContext, Page, expect

from app.extensions import db
from app.models import RoleName, Testimony
from app.services import receipts
from tests import factories
from tests.journeys.keyboard import press_enter_on
from tests.journeys.test_states import enter_as, look, press

pytestmark = pytest.mark.xdist_group("states")
Visit = Callable[..., BrowserContext]
TOLD = "Mme Jeanne Lemoine, au CMP de Vitré, zorg@exemple.fr.\n\nJeanne écoute."
SAVE = "J’ai tout relu : enregistrer mes choix"
TITLE, QUOTED = "Données personnelles", "Texte tel qu’il serait cité"


def planted(**answers: str) -> Testimony:
    made = factories.testimony(db.session, answers=answers)
    db.session.commit()
    return made


def open_review(page: Page, testimony: Testimony) -> None:
    page.goto(f"/recherche/temoignages/{testimony.id}")
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("h1")).to_have_text(TITLE)


def amend(testimony: Testimony) -> None:
    questionnaire = current_app.extensions["questionnaires"].current("coordinateur")
    receipts.amend(db.session, testimony, questionnaire, {"demarche_elus": f"Bonjour. {TOLD}"})
    db.session.commit()


def refused(page: Page) -> list[str]:
    """Each way to be told no: an open mention, words that stand nowhere."""
    press(page, SAVE)
    expect(page).to_have_title(re.compile(r"^Erreur\s: "))
    wrong = look(page, TITLE)
    page.get_by_label("Les mots exacts").fill("Absent")
    press(page, "Ajouter ces mots")
    expect(page.locator(".error-summary li")).to_have_count(1)
    return wrong + look(page, TITLE)


def test_every_state_is_accessible(site: str, visitor: Visit) -> None:
    testimony, empty = planted(demarche_elus=TOLD, mot_cle="Oser"), planted(region="53")
    page = visitor(site).new_page()
    enter_as(page, RoleName.RESEARCHER)
    open_review(page, testimony)
    wrong = look(page, TITLE) + refused(page)
    page.get_by_label("Les mots exacts").fill("oser")
    page.get_by_label("Ce que c’est").select_option(label="Organisme ou association")
    press(page, "Ajouter ces mots")
    expect(page.get_by_role("status")).to_contain_text("1 passage ajouté")
    wrong += look(page, TITLE)
    page.get_by_role("link", name=QUOTED).click()
    expect(page.get_by_role("status")).to_contain_text("ne peut pas être cité")
    wrong += look(page, QUOTED)
    page.go_back()
    late = page.context.new_page()
    open_review(late, testimony)
    page.get_by_label("Laisser tel quel").check()
    press(page, SAVE)
    expect(page.get_by_role("status")).to_contain_text("5 passages remplacés, 1 laissé")
    wrong += look(page, TITLE)
    press(late, "Tout accepter")
    expect(late.get_by_role("alert")).to_contain_text("n’était plus à jour")
    wrong += look(late, TITLE)
    page.get_by_role("link", name=QUOTED).click()
    expect(page.locator(".typed").first).to_have_text(
        "Mme [Prénom 1] [Nom 1], au CMP de Vitré, [Courriel 1].\n\n[Prénom 1] écoute."
    )
    wrong += look(page, QUOTED)
    amend(testimony)
    open_review(page, testimony)
    expect(page.get_by_role("status")).to_contain_text("Il est à relire en entier")
    wrong += look(page, TITLE)
    for path in ("donnees-personnelles", "tel-que-cite"):
        page.goto(f"/recherche/temoignages/{empty.id}/{path}")
        wrong += look(page)
    assert wrong == []


def test_without_script_and_by_the_keyboard_alone(site: str, visitor: Visit) -> None:
    testimony = planted(demarche_elus=TOLD)
    page = visitor(site, java_script_enabled=False).new_page()
    enter_as(page, RoleName.RESEARCHER)
    open_review(page, testimony)
    page.get_by_label("Remplacer « Lemoine » par [Nom 1]").focus()
    page.keyboard.press("Space")  # to leave it
    for _ in range(2):  # the link of the next note, then its two answers
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Remplacer par [Commune 1]")).to_be_checked()
    page.get_by_label("Les mots exacts").focus()
    page.keyboard.type("CMP")
    page.keyboard.press("Tab")
    page.keyboard.type("Org")
    press_enter_on(page.get_by_label("Les mots exacts"))  # adds, and confirms nothing
    expect(page.get_by_role("status")).to_contain_text("1 passage ajouté")
    press_enter_on(page.get_by_role("button", name=SAVE))
    expect(page.get_by_role("status")).to_contain_text("5 passages remplacés, 1 laissé")
    press_enter_on(page.get_by_role("link", name=QUOTED))
    expect(page.locator(".typed")).to_have_text(
        "Mme [Prénom 1] Lemoine, au [Organisme 1] de [Commune 1], [Courriel 1].\n\n"
        "[Prénom 1] écoute."
    )
