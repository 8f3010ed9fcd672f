"""RGAA 4.1 where axe does not see: the keyboard's way and its focus, zoom, names, autocomplete."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.extensions import db
from tests import factories, interviews, pages

pytestmark = pytest.mark.xdist_group("states")
Visit = Callable[..., BrowserContext]
ASKED = Path(__file__).with_name("rgaa.js")
HERE = "/temoigner/coordinateur"
EASY = "/temoigner/usager/rubrique"
WINDOW = {"width": 1280, "height": 900}
ZOOM = {"width": 640, "height": 450, "deviceScaleFactor": 2, "mobile": False}
"""A window of 1280 × 900 at 200 %."""

PERSONAL = {
    r"adresse électronique|courriel": "email",
    r"numéro": "tel",
    r"^(Votre|Le) nom": "name",
    r"^Votre fonction": "organization-title",
}
"""What a label says → what the browser may fill in; nothing of somebody else’s (« Son »)."""

ROLES = {"link", "button", "textbox", "checkbox", "radio", "combobox", "DisclosureTriangle"}


@pytest.fixture
def page(site: str, visitor: Visit) -> Page:
    context = visitor(site, viewport=WINDOW, reduced_motion="reduce")
    context.add_init_script(path=ASKED)
    return context.new_page()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def opens(path: str) -> Callable[[Page], object]:
    return lambda page: page.goto(path)


def begin(page: Page) -> None:
    page.goto(f"{HERE}/rubrique/accord")
    page.get_by_label("J’accepte de participer").check()
    page.get_by_label("J’accepte que le Centre me contacte").check()
    press(page, pages.CONTINUE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre CLSM")


def begun(path: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        begin(page)
        page.goto(HERE + path)

    return reach


def easily(query: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        page.goto("/temoigner/usager/?facile=1")
        page.get_by_role("checkbox").check()
        press(page, "Continuer")
        expect(page.locator(".where")).to_contain_text("Question 2 sur 3")
        page.goto(f"{EASY}/{query}")

    return reach


def refused(path: str, name: str, **typed: str) -> Callable[[Page], None]:
    """Open a page, type what cannot be, and press its button."""

    def reach(page: Page) -> None:
        if path.startswith(HERE):
            begin(page)
        page.goto(path)
        for field, words in typed.items():
            page.locator(f"[name={field}]").fill(words)
        press(page, name)
        expect(page).to_have_title(re.compile(r"^Erreur\s: "))
        expect(page.get_by_role("alert")).to_be_focused()

    return reach


def thanked(page: Page) -> None:
    begin(page)
    page.goto(f"{HERE}/relire")
    press(page, "Envoyer mon témoignage")
    expect(page.locator(".receipt-code")).to_be_visible()


def paused(page: Page) -> None:
    begin(page)
    press(page, "Enregistrer et reprendre plus tard")
    expect(page.locator(".receipt-code")).to_be_visible()


def proposed(page: Page) -> None:
    referral = factories.referral(db.session)
    db.session.commit()
    page.goto(f"/contact/{referral.token}")


def offered(page: Page) -> str:
    """Choose among two slots; return the page's address."""
    person = interviews.person(db.session, email="lea@exemple.fr")
    for hour in (9, 14):
        interviews.slot(db.session, starts_at=datetime(2099, 12, 3, hour, tzinfo=UTC))
    db.session.commit()
    page.goto(f"/entretien/{person.token}")
    page.get_by_text("Laisser un numéro").click()
    return page.url


def booked(page: Page) -> None:
    offered(page)
    page.get_by_role("radio").first.check()
    press(page, "Prendre ce rendez-vous")
    expect(page.get_by_role("status")).to_contain_text("Votre rendez-vous est fixé.")


STATES: dict[str, Callable[[Page], object]] = {
    "call": opens("/"),
    "easy call": opens("/facile"),
    "easy help": opens("/facile/aide"),
    "notice": opens("/confidentialite"),
    "declaration": opens("/accessibilite"),
    "consents": opens(f"{HERE}/rubrique/accord"),
    "clsm, lists, year, number": begun("/rubrique/territoire"),
    "choices, scale, texts": begun("/rubrique/elus"),
    "short text": begun("/rubrique/conseil"),
    "easy consent": opens(f"{EASY}/accord?facile=1&question=consentement_participation"),
    "easy choices": easily("participation?facile=1&question=formes_participation"),
    "easy scale": easily("participation?facile=1&question=ecoute"),
    "easy text": easily("venue?facile=1&question=venue_recit"),
    "errors": refused(f"{HERE}/rubrique/territoire", pages.CONTINUE, q_annee_creation="jadis"),
    "review": begun("/relire"),
    "thanks": thanked,
    "code": paused,
    "code wanted": opens("/mon-temoignage"),
    "code refused": refused("/mon-temoignage", "Ouvrir", code="12"),
    "contact": opens("/proposer-un-contact"),
    "contact refused": refused("/proposer-un-contact", "Proposer"),
    "decision": proposed,
    "slots": offered,
    "booked": booked,
    "question": opens("/une-question"),
    "question refused": refused("/une-question", "Envoyer ma question", email="lea"),
    "call me": opens("/etre-rappele?facile=1"),
}


def keyboard(page: Page) -> list[str]:
    """Press Tab from the beginning to the end: every control, in order, its focus seen."""
    wrong: list[str] = []
    for number in range(1, page.evaluate("rgaa.begin()") + 1):
        page.keyboard.press("Tab")
        wrong += page.evaluate("count => rgaa.step(count)", number)
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement !== document.body"):
        wrong.append("the keyboard does not come out")
    return wrong


def nameless(page: Page) -> list[str]:
    """Return the controls that assistive technologies would call nothing."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    return [
        f"no name: {node['role']['value']}"
        for node in tree["nodes"]
        if not node["ignored"]
        and node.get("role", {}).get("value") in ROLES
        and not node.get("name", {}).get("value", "").strip()
    ]


def unfilled(page: Page) -> list[str]:
    """Return the personal fields that say nothing, or the wrong thing, to the browser."""
    wrong = []
    for field in page.evaluate("rgaa.fields()"):
        found = [what for said, what in PERSONAL.items() if re.search(said, field["label"])]
        if field["type"] not in ("text", "email", "tel") or not found:
            continue
        expected = "off" if field["label"].startswith("Son ") else found[0]
        if field["autocomplete"] != expected:
            wrong.append(f"« {field['label']} »: autocomplete={field['autocomplete']}")
    return wrong


def zoomed(page: Page) -> list[str]:
    """Zoom to 200 %, then double the text instead, then both."""
    count, wrong = page.evaluate("rgaa.count()"), []
    device = page.context.new_cdp_session(page)
    for name, zoom, size in (("zoom", True, ""), ("text", False, "200%"), ("both", True, "200%")):
        metrics = ZOOM if zoom else WINDOW | {"deviceScaleFactor": 1, "mobile": False}
        device.send("Emulation.setDeviceMetricsOverride", metrics)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        wrong += [f"{name}: {each}" for each in page.evaluate("n => rgaa.zoomed(n)", count)]
    return wrong


def look(page: Page) -> list[str]:
    """Return all that is wrong with the page as it stands, in words."""
    wrong: list[str] = page.evaluate("rgaa.structure()")
    return wrong + nameless(page) + unfilled(page) + keyboard(page) + zoomed(page)


@pytest.mark.parametrize("state", STATES)
def test_a_page_as_rgaa_asks(page: Page, state: str) -> None:
    STATES[state](page)
    assert look(page) == []


@pytest.mark.parametrize("state", ["call", "errors", "easy text", "slots"])
def test_the_first_link_skips_to_the_content(page: Page, state: str) -> None:
    STATES[state](page)
    page.evaluate("rgaa.begin()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#contenu$"))
    page.keyboard.press("Tab")
    reached = "a[href], button:not([tabindex='-1']), input:not([type=hidden]), summary"
    expect(page.locator("main").locator(reached).first).to_be_focused()


FAULTS = {
    "no visible focus": "document.adoptedStyleSheets = [new CSSStyleSheet()];"
    "document.adoptedStyleSheets[0].replaceSync('* { outline: 0 !important }')",
    "focus of contrast": "document.adoptedStyleSheets = [new CSSStyleSheet()];"
    "document.adoptedStyleSheets[0].replaceSync('* { outline-color: #d6cec2 !important }')",
    "which came before": "document.querySelector('#text').closest('.question').before("
    "document.querySelector('main .acts')); document.querySelector('main .acts').style.order = 9;"
    "document.querySelector('main form').style.cssText = 'display: flex; flex-direction: column'",
    "in the place of": "document.querySelector('#email').tabIndex = 1",
    "autocomplete=": "document.querySelector('#phone').removeAttribute('autocomplete')",
    "no name": "document.querySelector('label[for=email]').remove()",
    "lang": "document.documentElement.lang = 'en'",
    "h1": "document.querySelector('h1').after(document.createElement('h1'))",
    "said to nobody": "document.querySelector('main').append(Object.assign("
    "document.createElement('p'), { className: 'alert', innerText: 'Voilà.' }))",
    "px wide for": "document.querySelector('h1').style.width = '900px'",
    "beside the screen": "document.querySelector('h1').style.whiteSpace = 'nowrap';"
    "document.querySelector('h1').innerText = 'Une question ?'.repeat(9)",
    "cut": "document.querySelector('h1').style.cssText = 'height: 20px; overflow: hidden'",
    " over ": "document.querySelector('main .btn-primary').style.marginTop = '-90px'",
}


@pytest.mark.parametrize("said", FAULTS)
def test_what_is_wrong_is_found(page: Page, said: str) -> None:
    page.goto("/une-question")
    page.evaluate(f"() => {{ {FAULTS[said]} }}")
    assert [each for each in look(page) if said in each] != []
