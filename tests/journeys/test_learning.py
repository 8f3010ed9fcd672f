"""A researcher decides by keyboard, has a version learn it, puts it into use, and goes back."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from flask import Flask, current_app
from playwright.sync_api import BrowserContext, Page, expect

from app.extensions import db
from app.models import RoleName
from app.services import tagging, theme_versions
from app.task_queue import run_waiting
from tests import factories, learning, pages
from tests.conftest import PASSWORD
from tests.journeys.keyboard import press_enter_on
from tests.journeys.test_states import look, press

pytestmark = pytest.mark.xdist_group("states")
HERE = "/recherche/apprentissage"
TEXT = "Peur de parler. Le maire préside."


@pytest.fixture
def learning_environment(environment: dict[str, str], tmp_path: Path) -> None:
    environment["TRAINING_CONFIG"] = str(learning.small_training(tmp_path))


@pytest.fixture
def page(learning_environment: None, site: str, visitor: Callable[..., BrowserContext]) -> Page:
    """A researcher's browser; the worker's part is played by `work`."""
    factories.account(
        db.session,
        email="claire@recueil.example",
        roles=[RoleName.RESEARCHER],
        password=PASSWORD,
    )
    learning.decided(db.session)
    made = factories.testimony(db.session, answers={"demarche_elus": TEXT})
    answer = factories.free_text(made)
    factories.coding(db.session, answer, learning.FEAR, quote="Peur de parler.", score=0.5)
    factories.coding(db.session, answer, learning.MAYOR, quote="Le maire préside.", score=0.6)
    db.session.commit()
    page = visitor(site, extra_http_headers={"X-Forwarded-For": "192.0.2.7"}).new_page()
    pages.sign_in(page, "claire@recueil.example", PASSWORD)
    return page


def work() -> int:
    """Do all that waits for the worker."""
    return run_waiting(cast(Flask, current_app._get_current_object()))  # type: ignore[attr-defined]


def decide_by_keyboard(page: Page, name: str) -> None:
    """Go on with Tab until a button has the focus, then press it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").startswith(name):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to « {name} » by Tab")


def test_decide_learn_compare_use_and_go_back(page: Page) -> None:
    page.goto("/recherche/a-relire")
    wrong = look(page, "À relire d’abord")
    press_enter_on(page.locator(".record h2 a").first)
    expect(page.locator("mark.is-current")).to_have_text("Peur de parler.")
    decide_by_keyboard(page, "Accepter")
    states = page.locator(".proposal .state")
    expect(states).to_have_text(["Accepté", "Proposé, confiance moyenne"])
    wrong += look(page)
    decide_by_keyboard(page, "Rejeter")  # the focus goes on from where one decided
    expect(states).to_have_text(["Accepté", "Rejeté"])
    decide_by_keyboard(page, "Remettre à décider")
    expect(states).to_have_text(["Accepté", "Proposé, confiance moyenne"])

    page.get_by_role("link", name="Apprentissage").click()
    wrong += look(page, "Apprentissage des thèmes")
    press(page, "Apprendre de ces décisions")
    expect(page.get_by_label("Apprentissage de la version")).to_have_attribute("value", "0")
    wrong += look(page)
    assert work() == 1
    expect(page.locator(".sending-told")).to_have_text(
        "L’apprentissage est fini. Rechargez la page pour voir ce qu’il donne."
    )
    page.get_by_role("link", name="Actualiser").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    wrong += look(page)
    press(page, "Mettre en usage la version")
    expect(page.get_by_role("status")).to_contain_text("vont être relus")
    expect(page.get_by_label("Témoignages relus par cette version")).to_have_attribute("value", "0")
    wrong += look(page)
    assert tagging.count_waiting(db.session) == 14
    work()
    db.session.rollback()
    assert tagging.count_waiting(db.session) == 0
    page.reload()
    expect(page.get_by_label("Témoignages relus par cette version")).to_have_count(0)
    press(page, "Revenir à la version d’origine")
    expect(page.locator("main .leaf")).to_contain_text("La version d’origine, livrée avec Recueil")
    assert theme_versions.name_in_use(db.session) is None
    assert wrong == []
