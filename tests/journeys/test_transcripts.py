"""An interview comes in from a document, is tagged, and its author withdraws it with the sheet."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages, servers
from tests.documents import word
from tests.instance import Instance
from tests.journeys.test_accessibility import faults, html_errors
from tests.journeys.test_code import enter, read_code

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]

OWN = "trois hirondelles sur un fil"
TURNS = (
    "Enquêtrice : Quels sont les freins à la participation, la peur de parler en public ?",
    "Élue : Monsieur Dupont a rencontré chaque maire en tête à tête pour les convaincre.",
    "Enquêtrice : Et ensuite ?",
    "Élue : L’élue à la santé préside désormais l’assemblée plénière.",
)


def sign_in(running: Instance, page: Page, email: str) -> None:
    """Open a researcher's account, and enter with it."""
    told = re.search(r"usage unique : (\S+)", running.flask("user", "create", email, "recherche"))
    assert told is not None
    pages.sign_in(page, email, told[1])
    pages.choose_password(page, told[1], OWN)


def upload(page: Page) -> None:
    page.get_by_role("link", name="Entrer un entretien").click()
    page.get_by_role("radio", name="Élue ou élu").check()
    file = {
        "name": "entretien.docx",
        "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "buffer": word(*TURNS),
    }
    page.get_by_label("Fichier de la transcription").set_input_files([file])
    page.get_by_role("button", name="Lire et vérifier").click()


def fill(page: Page) -> None:
    page.get_by_label("Jour de l’entretien").fill("2026-11-03")
    page.get_by_label("J’accepte que notre entretien soit écrit").check()
    page.get_by_label("Oui, sans aucun nom").check()
    page.get_by_label("Sur une feuille signée").check()
    page.get_by_label("Dans quelle région").select_option(label="Bretagne")


def look(page: Page) -> list[str]:
    """What is wrong with the page as it stands, at both widths."""
    wrong = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{page.title()} at {width}: {each}" for each in faults(page)]
    return wrong


def test_from_the_document_to_the_withdrawal(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url).new_page()
    sign_in(running, page, "entretiens@recueil.example")
    wrong = []
    page.get_by_role("link", name="Entrer un entretien").click()
    page.get_by_role("button", name="Lire et vérifier").click()
    expect(page.get_by_role("alert")).to_contain_text("2 réponses sont à corriger")
    wrong += look(page)
    upload(page)
    typed = page.get_by_label("Le texte", exact=True)
    expect(typed).to_have_value("\n".join(TURNS))
    expect(page.get_by_label("Enquêtrice (2 prises de parole)")).to_be_checked()
    wrong += look(page)
    page.get_by_role("button", name="Enregistrer l’entretien").click()
    expect(page.get_by_role("alert")).to_contain_text("3 réponses sont à corriger")
    wrong += look(page)
    typed.fill("\n".join(TURNS).replace("Monsieur Dupont", "Le coordinateur"))
    fill(page)
    page.get_by_role("button", name="Enregistrer l’entretien").click()
    expect(page.get_by_role("heading", name="Votre code de suivi")).to_be_visible()
    code = read_code(page)
    wrong += look(page)
    wrong += html_errors(page.content())
    page.get_by_role("button", name="La feuille est imprimée ou remise").click()
    see_it_tagged(page)
    wrong += look(page)

    author = visitor(running.url, java_script_enabled=False).new_page()
    enter(author, code)
    expect(author.get_by_text("Le coordinateur a rencontré chaque maire")).to_be_visible()
    author.get_by_role("link", name="Retirer mon témoignage", exact=True).click()
    author.get_by_role("button", name="Tout effacer").click()
    expect(author.get_by_role("heading", level=1)).to_have_text("Votre témoignage est retiré")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ce témoignage n’existe pas, ou n’existe plus"
    )
    assert wrong == []


def see_it_tagged(page: Page) -> None:
    """The worker has read the élue's words, and not the question."""
    expect(page.get_by_text("Entretien du 3 novembre 2026")).to_be_visible()

    def is_tagged() -> bool:
        page.reload()
        return page.locator("mark.ex").count() > 0

    servers.wait_until(is_tagged, "the themes")
    told = " ".join(page.locator("mark.ex").all_inner_texts())
    assert "tête à tête" in told
    assert "freins" not in told


def test_a_file_that_cannot_be_read_loses_nothing(running: Instance, visitor: Visit) -> None:
    page = visitor(running.url, java_script_enabled=False).new_page()
    sign_in(running, page, "sans-script@recueil.example")
    page.get_by_role("link", name="Entrer un entretien").click()
    page.get_by_role("radio", name="Proche, aidante ou aidant").check()
    file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.get_by_label("Fichier de la transcription").set_input_files([file])
    page.get_by_role("button", name="Lire et vérifier").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce fichier est un PDF")
    expect(page.get_by_role("radio", name="Proche, aidante ou aidant")).to_be_checked()
