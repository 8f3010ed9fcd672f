"""A researcher chooses passages for a guide, and opens its draft."""

import io
from collections.abc import Callable

import docx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.extensions import db
from app.models import RoleName, Testimony
from tests import factories, quoting
from tests.journeys.keyboard import press_enter_on
from tests.journeys.test_states import enter_as, look, press
from tests.quoting import FEAR

pytestmark = pytest.mark.xdist_group("states")
Visit = Callable[..., BrowserContext]
CHAPTER = "Réunir les conditions"


def planted() -> tuple[Testimony, Testimony]:
    """One testimony to read over first, one that may not be quoted; an excerpt kept in each."""
    made = [quoting.quotable(db.session, degree=degree) for degree in ("fonction", "non")]
    for each in made:
        quoting.kept(db.session, each, FEAR)
    factories.interview(db.session)
    db.session.commit()
    return made[0], made[1]


def read_over(page: Page) -> None:
    """Say what is to be replaced, as the choice asks for first."""
    expect(page.locator("h1")).to_have_text("Données personnelles")
    press(page, "Tout accepter")


def draft(page: Page) -> list[str]:
    """Take the draft; give its paragraphs as python-docx reads them."""
    with page.expect_download() as asked:
        press(page, "Word (.docx)")
    with open(asked.value.path(), "rb") as file:
        return [each.text for each in docx.Document(io.BytesIO(file.read())).paragraphs]


def test_choose_passages_and_open_the_draft(site: str, visitor: Visit) -> None:
    testimony, silent = planted()
    page = visitor(site).new_page()
    enter_as(page, RoleName.RESEARCHER)
    page.goto("/recherche/guides/")
    wrong = look(page, "Guides")
    page.get_by_role("link", name=CHAPTER).click()
    wrong += look(page, CHAPTER)
    page.get_by_role("link", name="Choisir l’extrait 1").click()
    read_over(page)
    page.goto(f"/recherche/temoignages/{testimony.id}")
    page.get_by_role("link", name="Choisir pour un guide").click()
    wrong += look(page, "Choisir pour un guide")
    press(page, "Commencer une phrase plus tôt")
    page.get_by_label("Laisser de côté : Au début,").check()
    expect(page.get_by_text("Vous avez coché autre chose")).to_be_visible()
    page.get_by_text("Mot à mot").last.click()
    page.get_by_label("parler", exact=True).check()
    press(page, "Revoir le passage")
    shown = "[…] [Prénom 1] [Nom 1] m’a accueillie. J’ai eu peur de […] devant tout le monde."
    expect(page.locator(".quoted p")).to_have_text(f"«\u00a0{shown}\u00a0»")
    wrong += look(page, "Choisir pour un guide")
    page.get_by_label("Obstacle").check()
    press(page, "Retenir ce passage")
    expect(page.locator("h1")).to_have_text(CHAPTER)
    expect(page.locator(".quoted footer")).to_have_text("Usagère ou usager, Bretagne")
    wrong += look(page, CHAPTER)
    page.get_by_role("link", name="Modifier le passage 1").click()
    wrong += look(page, "Modifier un passage choisi")
    page.get_by_label("Signer du profil seul").check()
    press(page, "Enregistrer")
    expect(page.locator(".quoted footer")).to_have_text("Usagère ou usager")
    page.get_by_role("navigation").first.get_by_role("link", name="Guides").click()
    page.get_by_role("link", name="La participation des personnes concernées").click()
    told = draft(page)
    assert f"«\u00a0{shown}\u00a0»" in told
    assert not any("Jeanne" in each for each in told)
    quoting.take_back(testimony)
    db.session.commit()
    page.reload()
    expect(page.get_by_text("1 obstacle en moins (accord repris)")).to_be_visible()
    wrong += look(page)
    assert not any("peur" in each for each in draft(page))
    page.goto(f"/recherche/temoignages/{silent.id}/choisir?passage=extrait-0-0-1")
    wrong += look(page, "Ce passage n’est pas dans ce témoignage")
    page.goto("/recherche/guides/activite")
    assert wrong + look(page) == []


def test_without_script_and_by_the_keyboard_alone(site: str, visitor: Visit) -> None:
    testimony, _ = planted()
    by = factories.account(db.session)
    quoting.confirm(db.session, testimony, by.id)
    db.session.commit()
    page = visitor(site, java_script_enabled=False).new_page()
    enter_as(page, RoleName.RESEARCHER)
    page.goto(f"/recherche/temoignages/{testimony.id}")
    press_enter_on(page.get_by_role("link", name="Choisir pour un guide"))
    page.get_by_text("Mot à mot").press("Enter")
    page.get_by_label("peur", exact=True).press("Space")
    page.get_by_label("Levier").press("Space")
    press_enter_on(page.get_by_role("button", name="Retenir ce passage"))
    expect(page.locator(".quoted p")).to_have_text(
        "«\u00a0J’ai eu […] de parler devant tout le monde.\u00a0»"
    )
    press_enter_on(page.get_by_role("button", name="Retirer le passage 1 (leviers)"))
    expect(page.locator(".quoted")).to_have_count(0)
    press_enter_on(page.get_by_role("button", name="Remettre"))
    expect(page.locator(".quoted")).to_have_count(1)
