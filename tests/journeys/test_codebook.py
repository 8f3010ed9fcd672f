"""A researcher changes the codebook: a theme added, its cues counted live, two merged, a file."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from flask import Flask, current_app
from playwright.sync_api import BrowserContext, Page, expect

from app import pipelines
from app.extensions import db
from app.models import RoleName
from app.task_queue import run_waiting
from tests import factories, pages
from tests.app.views.test_codebook import GRID
from tests.conftest import PASSWORD
from tests.journeys.test_states import look, press

pytestmark = pytest.mark.xdist_group("states")
TEXTS = (
    "Peur de parler. Le maire préside.",
    "Le bus ne passe plus le soir.",
    "On est allé les chercher. Le minibus aide.",
)


@pytest.fixture
def small_environment(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "grille.yml"
    path.write_text(GRID, encoding="utf-8")
    environment["CODEBOOK_PATH"] = str(path)


@pytest.fixture
def page(small_environment: None, site: str, visitor: Callable[..., BrowserContext]) -> Page:
    """A researcher's browser; the worker's part is played by `work`."""
    factories.account(
        db.session,
        email="claire@recueil.example",
        roles=[RoleName.RESEARCHER],
        password=PASSWORD,
    )
    for text in TEXTS:
        made = factories.testimony(db.session, answers={"demarche_elus": text})
        db.session.commit()
        pipelines.read(made.id)
    context = visitor(
        site, extra_http_headers={"X-Forwarded-For": "192.0.2.7"}, accept_downloads=True
    )
    page = context.new_page()
    pages.sign_in(page, "claire@recueil.example", PASSWORD)
    return page


def work() -> int:
    """Do all that waits for the worker."""
    return run_waiting(cast(Flask, current_app._get_current_object()))  # type: ignore[attr-defined]


def counts(page: Page) -> list[str]:
    """Each theme of the codebook with its excerpts."""
    page.get_by_role("link", name="Grille", exact=True).first.click()
    rows = page.locator("tbody tr").all()
    return [
        f"{row.locator('th .theme > span').inner_text()} {row.locator('td').first.inner_text()}"
        for row in rows
    ]


def test_add_count_merge_export_and_import(page: Page, tmp_path: Path) -> None:
    assert counts(page) == ["La peur 1", "Venir 1", "Le portage 1"]
    wrong = look(page, "Grille de codage")

    page.get_by_role("link", name="Ajouter un thème").click()
    wrong += look(page, "Ajouter un thème")
    press(page, "Ajouter")
    wrong += look(page)
    page.get_by_label("Libellé").fill("Les transports")
    page.get_by_label("Définition").fill("Comment on vient.")
    page.get_by_label("Exemples (facultatif)", exact=True).fill("Le bus ne passe plus.")
    page.get_by_label("Couleur").select_option("Prune")
    page.get_by_label("Pourquoi").fill("On nous en parle souvent.")
    press(page, "Ajouter")

    expect(page.locator("h1")).to_have_text("Indices de « Les transports »")
    wrong += look(page)
    page.get_by_label("Indices", exact=True).press_sequentially("de la")
    expect(page.locator(".trial-status")).to_contain_text("Ligne 1 : « de la » ne contient que")
    page.get_by_label("Indices", exact=True).fill("bus | minibus")
    expect(page.locator(".trial-status")).to_contain_text("en train d’être lus")
    with page.expect_response(lambda reply: "/essais/" in reply.url):
        work()
    while work():
        pass
    expect(page.locator(".trial .result")).to_have_text("2 extraits de 2 témoignages")
    assert sorted(page.locator(".samples mark").all_inner_texts()) == ["bus", "minibus"]
    wrong += look(page)
    page.get_by_label("Indices", exact=True).fill("de la")
    expect(page.locator(".trial-status")).to_contain_text("Ligne 1 : « de la » ne contient que")
    expect(page.locator(".trial .result")).to_have_count(0)  # of other cues
    page.get_by_label("Indices", exact=True).fill("bus | minibus")
    page.get_by_label("Pourquoi").fill("Les mots qu’ils emploient.")
    press(page, "Enregistrer les indices")
    expect(page.locator("h1")).to_have_text("Les transports")
    wrong += look(page)
    work()
    assert counts(page) == ["La peur 1", "Venir 1", "Les transports 2", "Le portage 1"]

    page.get_by_role("link", name="Venir").first.click()
    page.get_by_role("link", name="Réunir avec un autre thème").click()
    wrong += look(page)
    page.get_by_label("Le thème qui reste").select_option("P3 Les transports")
    page.get_by_label("Pourquoi").fill("C’est la même question.")
    press(page, "Réunir les deux thèmes")
    expect(page.locator(".result")).to_have_text("3 extraits dans 2 témoignages")
    assert counts(page) == ["La peur 1", "Les transports 3", "Le portage 1"]
    page.get_by_role("link", name="Décomptes").click()
    expect(page.locator("main")).to_contain_text("Les transports")
    expect(page.locator("main")).not_to_contain_text("Venir")

    page.get_by_role("link", name="Grille", exact=True).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="REFI-QDA").click()
    file = tmp_path / "grille.qdc"
    file.write_text(
        Path(download.value.path())
        .read_text(encoding="utf-8")
        .replace("Comment on vient.", "Par quel moyen on vient."),
        encoding="utf-8",
    )
    page.get_by_role("link", name="Depuis un fichier").click()
    wrong += look(page, "Importer une grille")
    page.get_by_label("Fichier").set_input_files(file)
    press(page, "Lire ce fichier")
    expect(page.locator(".counts b")).to_have_text(["0", "1", "2", "0"])
    wrong += look(page, "Ce que l’import changerait")
    page.get_by_label("Pourquoi").fill("Relu dans NVivo.")
    press(page, "Importer")
    expect(page.locator("table").first).to_contain_text("Par quel moyen on vient.")

    page.get_by_role("link", name="Qui a changé quoi").click()
    expect(page.locator("tbody th")).to_have_count(5)
    wrong += look(page)
    page.get_by_role("link", name="Version 2").click()
    wrong += look(page)
    assert wrong == []


def test_every_other_page_of_a_theme(page: Page) -> None:
    wrong = []
    for act in ("modifier", "scinder", "deplacer", "retirer", "remettre"):
        page.goto(f"/recherche/grille/themes/peur/{act}")
        wrong += look(page)
    page.goto("/recherche/grille/themes/peur/deplacer?mots=parler")
    page.get_by_role("button", name="Déplacer ceux qui sont cochés").click()
    wrong += look(page)
    assert wrong == []
