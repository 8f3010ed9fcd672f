"""The workbench: a testimony coded by keyboard alone, by two at once, and without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select

from app.extensions import db
from app.models import Coding, RoleName, Testimony
from app.services import standings
from app.views import testimonies as workbench
from tests import factories, pages
from tests.conftest import PASSWORD
from tests.journeys.test_states import look, press

pytestmark = pytest.mark.xdist_group("states")
Visit = Callable[..., BrowserContext]
TEXT = "👩‍🏫 Peur de parler. Le maire préside, e\u0301lu depuis peu. On a besoin de temps."
FEAR, MAYOR, CARE = "freins_participation", "portage_politique", "acces_soins"
CLAIRE, PAUL = "claire@recueil.example", "paul@recueil.example"


@pytest.fixture
def testimony(site: str) -> Testimony:
    """Two researchers, and a testimony with two suggestions; another one waits too."""
    for email, name in ((CLAIRE, "Claire Morvan"), (PAUL, "Paul Roux")):
        factories.account(
            db.session, email=email, name=name, roles=[RoleName.RESEARCHER], password=PASSWORD
        )
    made = factories.testimony(db.session, answers={"demarche_elus": TEXT})
    answer = factories.free_text(made)
    reason = {"start": TEXT.index("Peur"), "end": TEXT.index("Peur") + 4, "reason": "« Peur »"}
    factories.coding(db.session, answer, FEAR, quote="Peur de parler.", evidence=[reason])
    factories.coding(db.session, answer, MAYOR, quote="Le maire préside, e\u0301lu depuis peu.")
    other = factories.testimony(db.session, answers={"demarche_elus": "Il vient."})
    factories.coding(db.session, factories.free_text(other), MAYOR)
    db.session.commit()
    return made


def opened(site: str, visitor: Visit, testimony: Testimony, email: str, **options: object) -> Page:
    here = {"X-Forwarded-For": "192.0.2.7"}
    page = visitor(site, extra_http_headers=here, **options).new_page()
    pages.sign_in(page, email, PASSWORD)
    page.goto(f"/recherche/temoignages/{testimony.id}")
    return page


def stands(testimony: Testimony) -> list[tuple[str, str, str]]:
    """How each coding stands: its state, its theme, its words."""
    db.session.rollback()
    db.session.expire_all()
    query = select(Coding).join(Coding.answer).where(Coding.answer.has(testimony_id=testimony.id))
    found = [(*standings.of(each), each.answer.text or "") for each in db.session.scalars(query)]
    return sorted((state.value, theme, text[a:b]) for state, theme, a, b, text in found)


def states(page: Page) -> Locator:
    return page.locator(".proposal .state")


def said(page: Page) -> Locator:
    return page.locator("#dit")


def focused(page: Page) -> str:
    told: str = page.evaluate("document.activeElement.id || document.activeElement.value")
    return told


def test_a_testimony_coded_by_keyboard_only(
    site: str, visitor: Visit, testimony: Testimony
) -> None:
    page = opened(site, visitor, testimony, CLAIRE)
    key, passage = page.keyboard.press, page.get_by_role("textbox", name="Passage")
    expect(page.locator("html[data-etabli=pret]")).to_have_count(1)
    key("?")
    keys = page.get_by_role("dialog", name="Les touches")
    expect(keys).to_contain_text("ajouter un thème")
    wrong = look(page)
    key("Escape")
    expect(keys).to_be_hidden()
    key("j")
    expect(page.locator("mark.is-current")).to_have_text("Peur de parler.")
    key("a")
    expect(states(page)).to_have_text(["Accepté", "Proposé, confiance forte"])
    expect(said(page)).to_have_text("Accepté. 1 décidé sur 2. ")
    key("j")
    key("r")
    expect(states(page)).to_have_text(["Accepté", "Rejeté"])
    expect(page.locator("mark.is-out")).to_have_text("Le maire préside, e\u0301lu depuis peu.")
    key("u")
    expect(states(page)).to_have_text(["Accepté", "Proposé, confiance forte"])
    key("c")
    expect(page.get_by_label("Thème")).to_be_focused()
    page.keyboard.type("T1")  # typed in a field: no key acts
    wrong += look(page)
    for _ in range(3):
        page.get_by_role("button", name="Retirer le dernier mot").focus()
        key("r")  # nor on a button of the form that is open
        key("Enter")
    expect(states(page)).to_have_text(["Accepté", "Proposé, confiance forte"])
    expect(passage).to_have_value("Le maire préside,")
    passage.fill("maire préside")
    page.get_by_role("button", name="Enregistrer la correction").focus()
    key("Enter")
    expect(states(page)).to_have_text(["Accepté", "Corrigé"])
    expect(page.locator("mark.fam-t")).to_have_text("maire préside")
    key("t")
    passage.fill("on a besoin")
    page.get_by_label("Thème").focus()
    page.keyboard.type("P5")
    page.get_by_role("button", name="Ajouter ce thème").focus()
    key("Enter")
    expect(states(page)).to_have_text(["Accepté", "Corrigé", "Posé à la main"])
    expect(page.locator("mark.is-current")).to_have_text("On a besoin")
    key("m")
    page.get_by_label("Votre mémo sur cet extrait").fill("À rapprocher de l’entretien 2")
    key("Tab")
    key("Enter")
    expect(page.locator(".proposal .memo")).to_contain_text("À rapprocher de l’entretien 2")
    wrong += look(page)
    assert wrong == []
    assert stands(testimony) == [
        ("accepted", FEAR, "On a besoin"),
        ("accepted", FEAR, "Peur de parler."),
        ("corrected", CARE, "maire préside"),
    ]
    key("n")
    expect(page.locator(".typed")).to_have_text("Il vient.note 1")


def test_of_several_themes_on_a_passage_one_is_current(
    site: str, visitor: Visit, testimony: Testimony
) -> None:
    answer = factories.free_text(testimony)
    factories.coding(db.session, answer, CARE, quote="Peur de parler.")
    db.session.commit()
    page = opened(site, visitor, testimony, CLAIRE)
    expect(page.locator("html[data-etabli=pret]")).to_have_count(1)
    here = page.locator(".proposal[aria-current=true]")
    shows_keys = """note => [...note.querySelectorAll("button[value=accepter]")].map(
      (each) => getComputedStyle(each, "::after").display !== "none")"""
    told, shown = [], []
    for _ in range(2):
        page.locator(".typed mark").first.click()
        expect(here).to_have_count(1)
        told.append(here.locator(".theme").inner_text())
        shown.append(page.locator(".note").first.evaluate(shows_keys))
    assert sorted(shown) == [[False, True], [True, False]]
    assert told[0] != told[1]
    page.keyboard.press("a")
    expect(here.locator(".state")).to_have_text("Accepté")
    kept = [theme for state, theme, _ in stands(testimony) if state == "accepted"]
    assert kept == [CARE if told[1].startswith("T1") else FEAR]
    assert look(page) == []


def test_what_is_left_to_decide_is_one_key_away(
    site: str, visitor: Visit, testimony: Testimony
) -> None:
    answer = factories.free_text(testimony)
    factories.coding(db.session, answer, FEAR, quote="On a besoin de temps.")
    db.session.commit()
    page = opened(site, visitor, testimony, CLAIRE)
    key, here = page.keyboard.press, page.locator("mark.is-current")
    expect(page.locator("html[data-etabli=pret]")).to_have_count(1)
    key("j")
    key("a")
    expect(states(page).first).to_have_text("Accepté")
    key("k")
    expect(said(page)).to_have_text("C’est le premier extrait. ")
    for passage in ("Le maire préside, e\u0301lu depuis peu.", "On a besoin de temps."):
        key("s")
        expect(here).to_have_text(passage)
    key("r")
    expect(states(page).last).to_have_text("Rejeté")
    key("s")  # from the beginning again
    expect(here).to_have_text("Le maire préside, e\u0301lu depuis peu.")
    key("m")
    page.get_by_label("Votre mémo sur cet extrait").fill("À revoir.")
    key("Control+Enter")
    expect(page.locator(".proposal .memo")).to_contain_text("À revoir.")
    key("c")
    page.get_by_label("Thème").select_option(CARE)
    key("Control+Enter")
    expect(states(page).nth(1)).to_have_text("Corrigé")
    key("s")
    expect(said(page)).to_have_text("Tout est décidé ici. N mène au prochain témoignage à relire. ")
    # Where a theme is looked for, what waits is of this theme.
    page.goto(f"{page.url.partition('#')[0]}?theme={FEAR}")
    expect(page.locator("html[data-etabli=pret]")).to_have_count(1)
    key("j")
    key("d")
    key("j")
    key("d")
    expect(states(page).nth(1)).to_have_text("Proposé, confiance forte")
    key("s")
    expect(here).to_have_text("Peur de parler.")
    key("s")
    expect(here).to_have_text("Peur de parler.")


def test_two_at_once_see_each_other(site: str, visitor: Visit, testimony: Testimony) -> None:
    claire = opened(site, visitor, testimony, CLAIRE)
    paul = opened(site, visitor, testimony, PAUL)
    for page in (claire, paul):
        expect(page.locator("html[data-etabli=pret]")).to_have_count(1)
    claire.keyboard.press("j")
    claire.keyboard.press("m")
    claire.get_by_label("Votre mémo sur cet extrait").fill("À moitié écrit")
    paul.keyboard.press("j")
    paul.keyboard.press("a")
    # Told to Claire, without taking away what she is writing.
    expect(said(claire)).to_have_text(
        "Paul Roux a accepté P5 Freins à la participation, « Peur de parler. ». "
    )
    expect(states(claire)).to_have_text(["Accepté", "Proposé, confiance forte"])
    memo = claire.get_by_label("Votre mémo sur cet extrait")
    expect(memo).to_have_value("À moitié écrit")
    expect(memo).to_be_focused()
    claire.get_by_role("button", name="Enregistrer le mémo").click()
    expect(paul.locator(".memo")).to_contain_text("À moitié écrit")
    # What she corrects has changed since she began: she is told, and her choice is kept.
    expect(claire.locator("#atelier")).to_be_hidden()
    claire.keyboard.press("c")
    claire.get_by_role("combobox", name="Thème").select_option(CARE)
    paul.keyboard.press("r")
    expect(states(claire).first).to_have_text("Rejeté")
    press(claire, "Enregistrer la correction")
    expect(claire.locator("#atelier .error-summary")).to_contain_text(
        "P5 Freins à la participation a été rejeté, par Paul Roux. Rien n’est enregistré"
    )
    expect(claire.get_by_role("combobox", name="Thème")).to_have_value(CARE)
    press(claire, "Enregistrer la correction")
    expect(states(claire).first).to_have_text("Corrigé")
    expect(states(paul).first).to_have_text("Corrigé")
    # Adding on one screen is marked on the other.
    paul.keyboard.press("t")
    paul.get_by_role("combobox", name="Thème").select_option(MAYOR)
    paul.get_by_role("button", name="Ajouter ce thème").click()
    expect(claire.locator(".proposal")).to_have_count(3)
    for page in (claire, paul):
        expect(page.locator("#avancement-dit")).to_have_text("2 décidés sur 3")
    assert stands(testimony) == [
        ("accepted", MAYOR, "Peur de parler."),
        ("corrected", CARE, "Peur de parler."),
        ("proposed", MAYOR, "Le maire préside, e\u0301lu depuis peu."),
    ]


def test_selecting_words_across_emoji_and_accents(
    site: str, visitor: Visit, testimony: Testimony
) -> None:
    page = opened(site, visitor, testimony, CLAIRE)
    expect(page.locator("html[data-etabli=pret]")).to_have_count(1)
    page.evaluate(
        """() => {
          const marks = document.querySelectorAll(".typed mark"), range = document.createRange();
          range.setStart(marks[0].firstChild, 5);  // « Peur |de parler. »
          range.setEnd(marks[1].firstChild, 8);    // « Le maire| préside »
          getSelection().removeAllRanges(); getSelection().addRange(range);
        }"""
    )
    press(page, "Ajouter un thème à ces mots")
    expect(page.get_by_role("textbox", name="Passage")).to_have_value("de parler. Le maire")
    page.get_by_role("combobox", name="Thème").select_option(CARE)
    press(page, "Ajouter ce thème")
    expect(states(page)).to_have_count(3)
    assert ("accepted", CARE, "de parler. Le maire") in stands(testimony)
    page.evaluate("document.querySelectorAll('.typed .ref').forEach((each) => each.remove())")
    assert page.locator(".typed").text_content() == TEXT
    page.reload()
    expect(page.locator("html[data-etabli=pret]")).to_have_count(1)
    assert page.locator(".typed mark").all_inner_texts() == [
        "Peur ",
        "de parler.",
        " ",
        "Le maire",
        " préside, e\u0301lu depuis peu.",
    ]


def test_without_javascript(site: str, visitor: Visit, testimony: Testimony) -> None:
    page = opened(site, visitor, testimony, CLAIRE, java_script_enabled=False)
    press(page, "Accepter Freins à la participation, note 1")
    expect(states(page)).to_have_text(["Accepté", "Proposé, confiance forte"])
    page.get_by_role("link", name="Corriger Portage politique").click()
    expect(page.locator("h1")).to_have_text("Corriger un extrait")
    press(page, "Retirer le dernier mot")
    press(page, "Retirer le premier mot")
    passage = page.get_by_role("textbox", name="Passage")
    expect(passage).to_have_value("maire préside, e\u0301lu depuis")
    passage.fill("nulle part")
    press(page, "Enregistrer la correction")
    expect(page.locator(".error-summary")).to_contain_text("ne se suivent nulle part")
    passage.fill("Le maire préside")
    page.get_by_label("Thème", exact=True).select_option(CARE)
    press(page, "Enregistrer la correction")
    expect(states(page)).to_have_text(["Accepté", "Corrigé"])
    page.get_by_role("link", name="Ajouter un thème à cette réponse").click()
    passage.fill("besoin de temps")
    page.get_by_label("Thème", exact=True).select_option(FEAR)
    press(page, "Ajouter ce thème")
    expect(states(page)).to_have_text(["Accepté", "Corrigé", "Posé à la main"])
    page.get_by_role("link", name="Écrire un mémo sur ce témoignage").click()
    page.get_by_label("Votre mémo sur ce témoignage").fill("À relire à deux.")
    press(page, "Enregistrer le mémo")
    expect(page.locator("#memos")).to_contain_text("À relire à deux.")
    press(page, "Annuler mon dernier acte")
    expect(page.locator("#memos .memo")).to_have_count(0)
    press(page, "Annuler mon dernier acte")
    expect(states(page)).to_have_text(["Accepté", "Corrigé"])
    page.get_by_role("link", name="Prochain à relire").click()
    expect(page.locator(".typed")).to_contain_text("Il vient.")
    page.get_by_role("link", name="Prochain à relire").click()
    expect(page.locator(".alert")).to_have_text("Aucun autre témoignage n’a d’extrait à décider.")


def test_one_note_at_a_time_is_accessible(
    site: str, visitor: Visit, testimony: Testimony, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more codings than have room beside the text, as for a transcript of hours."""
    monkeypatch.setattr(workbench, "MOST_NOTES", 1)
    page = opened(site, visitor, testimony, CLAIRE)
    expect(page.locator("html[data-etabli=pret]")).to_have_count(1)
    expect(page.locator(".panel .proposal")).to_have_count(1)
    wrong = look(page)
    before, after = (
        page.get_by_role("link", name=f"Extrait {way}") for way in ("précédent", "suivant")
    )
    expect(before).to_be_hidden()
    after.click()
    expect(page.locator(".panel-words")).to_contain_text("Le maire préside")
    expect(after).to_be_hidden()
    before.click()
    expect(page.locator(".panel-words")).to_contain_text("Peur de parler.")
    expect(before).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".panel .state").first).to_have_text("Accepté")
    assert wrong + look(page) == []


def test_its_pages_alone_are_accessible(site: str, visitor: Visit, testimony: Testimony) -> None:
    page = opened(site, visitor, testimony, CLAIRE)
    coding = db.session.scalars(select(Coding).where(Coding.theme == FEAR)).one()
    here, wrong = page.url, []
    for path, heading in (
        (f"suggestions/{coding.id}/corriger", "Corriger un extrait"),
        (f"coder?reponse={coding.answer.position}", "Ajouter un thème"),
        (f"suggestions/{coding.id}/memo", "Mémo"),
        ("memo", "Mémo"),
    ):
        page.goto(f"{here}/{path}")
        wrong += look(page, heading)
    page.goto(f"{here}/coder?reponse={coding.answer.position}")
    press(page, "Ajouter ce thème")
    wrong += look(page, "Ajouter un thème")
    assert wrong == []
