"""Every page and its states, at two widths: no axe violation, valid HTML, no overflow."""

import re
from collections.abc import Iterator
from itertools import pairwise

import html5lib
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests import pages
from tests.instance import Instance

pytestmark = pytest.mark.xdist_group("demo")
OWN = "trois hirondelles sur un fil"
WIDTHS = (1280, 320)
# All that passes is told too, unless one asks: it takes as long to come back as axe to run.
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
PUBLIC = (
    "/",
    "/confidentialite",
    "/une-question",
    "/une-question/merci",
    "/une-question?facile=1",
    "/une-question/merci?facile=1",
    "/accessibilite",
    "/compte/connexion",
    "/nulle-part",
    "/invitation/coupe",
    "/desinscription/coupe",
    *(f"/temoigner/{slug}/" for slug in ("coordinateur", "elu", "usager", "aidant")),
    "/temoigner/usager/rubrique/accord?facile=1",
)
RESEARCH = (
    "/recherche/",
    "/recherche/?mots=maire&theme=formes_participation",
    "/recherche/?mots=introuvable",
    "/recherche/?mots=maire+OU+élu&tri=pertinence&du=2026-01-01&etat=propose",
    "/recherche/?mots=%22maire",
    "/recherche/concordance",
    "/recherche/concordance?mots=maire+OU+élu",
    "/recherche/concordance?mots=introuvable",
    "/recherche/a-relire",
    "/recherche/a-relire?theme=formes_participation",
    "/recherche/apprentissage",
    "/recherche/decomptes/",
    "/recherche/decomptes/?mesure=extraits&region=53",
    "/recherche/decomptes/specificites?par=profil&valeur=usager",
    "/recherche/grille/nouveau?libelle=Les+transports",
)
STAFF = (
    "/equipe/",
    "/equipe/campagnes/1",
    "/equipe/campagnes/1/envoi",
    "/equipe/campagnes/1/dates",
    "/equipe/campagnes/1/arreter",
    "/equipe/campagnes/1/relances",
    "/equipe/campagnes/1/relancer",
    "/equipe/suivi",
    "/equipe/suivi?campagne=1",
    "/equipe/messagerie",
    "/equipe/campagnes/nouvelle",
    "/equipe/contacts",
    "/equipe/contacts/nouveau",
    "/equipe/contacts/importer",
    "/equipe/questions",
    "/equipe/questions?closes=1",
    "/equipe/protection",
)


def look(page: Page, path: str) -> list[str]:
    """Open a page and look at it at each width; return what is wrong with it, in words."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    reply = page.goto(path)
    assert reply is not None
    assert reply.status != 500, path
    wrong = [f"{path}: {error}" for error in html_errors(reply.text())]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{path} at {width}: {each}" for each in faults(page)]
    return wrong


def faults(page: Page) -> Iterator[str]:
    page.wait_for_load_state()
    # Axe takes longer to be read by the browser than to run: once for both widths of a page.
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    for violation in page.evaluate(VIOLATIONS):
        nodes = [node["html"][:120] for node in violation["nodes"][:3]]
        yield f"{violation['id']} {nodes}"
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "wider than the screen"
    if page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(n => n.id)).size"
    ) != page.evaluate("document.querySelectorAll('[id]').length"):
        yield "an id twice"
    levels = [
        int(level)
        for level in page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName[1])"
        )
    ]
    if levels.count(1) != 1 or any(b - a > 1 for a, b in pairwise(levels)):
        yield f"headings {levels}"


def html_errors(text: str) -> list[str]:
    """Return what the parser of the HTML standard complains of."""
    parser = html5lib.HTMLParser()
    parser.parse(text)
    return [f"{place}: {code} {detail}" for place, code, detail in parser.errors]


@pytest.fixture(scope="module")
def people(running: Instance) -> dict[str, str]:
    """The demo's people and their one-time passwords, renewed for these tests."""
    made = {}
    for email, right in (
        ("axe-r@recueil.example", "recherche"),
        ("axe-e@recueil.example", "equipe"),
        ("axe-a@recueil.example", "administration"),
    ):
        told = re.search(r"usage unique : (\S+)", running.flask("user", "create", email, right))
        assert told is not None
        made[right] = told[1]
    return made


@pytest.fixture
def page(chromium: Browser, running: Instance) -> Iterator[Page]:
    context = chromium.new_context(base_url=running.url, locale="fr-FR")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, people: dict[str, str], right: str) -> None:
    pages.sign_in(page, f"axe-{right[0]}@recueil.example", people[right])
    pages.choose_password(page, people[right], OWN)


def test_public_pages(page: Page) -> None:
    assert [fault for path in PUBLIC for fault in look(page, path)] == []


def test_every_section_of_every_questionnaire(page: Page) -> None:
    wrong = []
    for slug in ("coordinateur", "elu", "usager", "aidant"):
        page.goto(f"/temoigner/{slug}/")
        page.get_by_label("J’accepte de participer").check()
        page.get_by_role("button", name=pages.CONTINUE).click()
        links = page.locator(".steps a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        for link in links:
            wrong += look(page, link) + look(page, f"{link}?facile=1")
        wrong += look(page, f"/temoigner/{slug}/relire")
    assert wrong == []


def test_a_section_with_errors_and_the_thanks(page: Page) -> None:
    page.goto("/temoigner/coordinateur/")
    page.get_by_label("J’accepte de participer").check()
    page.get_by_label("J’accepte que le Centre me contacte").check()
    page.get_by_role("button", name=pages.CONTINUE).click()
    page.get_by_label("En quelle année").fill("jadis")
    page.get_by_role("button", name=pages.CONTINUE).click()
    wrong = list(faults(page))
    page.goto("/temoigner/coordinateur/relire")
    page.get_by_role("button", name="Envoyer mon témoignage").click()
    wrong += look(page, "/temoigner/coordinateur/merci")
    assert wrong == []


def test_research_pages(page: Page, people: dict[str, str]) -> None:
    sign_in(page, people, "recherche")
    page.goto("/recherche/")
    testimony = page.locator(".record h2 a").first.get_attribute("href")
    assert testimony is not None
    assert [fault for path in (*RESEARCH, testimony) for fault in look(page, path)] == []


def test_staff_pages(page: Page, people: dict[str, str]) -> None:
    sign_in(page, people, "equipe")
    assert [fault for path in STAFF for fault in look(page, path)] == []


def test_administration_pages(page: Page, people: dict[str, str]) -> None:
    sign_in(page, people, "administration")
    assert [
        fault
        for path in ("/admin/", "/admin/etat", "/compte/mot-de-passe")
        for fault in look(page, path)
    ] == []
