"""Easy French in a real browser: its pages, the phone door, and the voice that reads aloud."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.instance import Instance
from tests.journeys.test_accessibility import WIDTHS, faults, html_errors

pytestmark = pytest.mark.xdist_group("demo")

PAGES = ("/facile", "/facile/vos-reponses", "/facile/changer-d-avis", "/facile/aide")
QUESTIONS = (
    "/temoigner/usager/rubrique/accord?facile=1&question=consentement_citation",
    "/temoigner/usager/rubrique/territoire?facile=1&question=region",
    "/temoigner/usager/rubrique/venue?facile=1&question=venue_recit",
    "/temoigner/usager/rubrique/participation?facile=1&question=reunions_annee",
    "/temoigner/usager/rubrique/participation?facile=1&question=formes_participation",
    "/temoigner/usager/rubrique/participation?facile=1&question=ecoute",
    "/temoigner/usager/relire?facile=1",
)
CALL = "Je veux qu’on m’appelle"

VOICE = """
  window.spoken = []; window.silenced = 0;
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = %s;
  Object.defineProperty(window, "speechSynthesis", { value: Object.assign(new EventTarget(), {
    getVoices: () => window.late ? [] : voices,
    speak: (utterance) => window.spoken.push(utterance),
    cancel: () => { window.silenced += 1; },
  }) });
"""
OWN_FRENCH = '{lang: "fr-FR", localService: true, name: "Amélie"}'
OWN_BRETON = '{lang: "br-FR", localService: true, name: "Nolwenn"}'
ELSEWHERE = '{lang: "fr-FR", localService: false, default: true, name: "Nuage"}'
OF_CANADA = '{lang: "fr_CA", localService: true, name: "Chantal"}'


def wrong(page: Page) -> list[str]:
    """Return what is wrong with the state that is shown, at each width, in words."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{page.url} at {width}: {each}" for each in faults(page)]
    return found


def begin(page: Page, slug: str = "usager") -> None:
    """Agree to take part, in easy French."""
    page.goto(f"/temoigner/{slug}/?facile=1")
    page.get_by_label("Je suis d’accord pour participer.").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Question 2 sur 3")).to_be_visible()


def spoken(page: Page) -> list[str]:
    said: list[str] = page.evaluate("spoken.map(each => each.text)")
    return said


def with_voices(context: BrowserContext, *voices: str) -> Page:
    context.add_init_script(VOICE % f"[{', '.join(voices)}]")
    return context.new_page()


def test_easy_pages_at_each_width(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    page = with_voices(visitor(running.url), OWN_FRENCH)
    found = []
    for path in PAGES:
        page.goto(path)
        found += wrong(page) + html_errors(page.request.get(path).text())
    assert found == []


def test_easy_questions_at_each_width(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    page = with_voices(visitor(running.url), OWN_FRENCH)
    begin(page)
    found = []
    for path in QUESTIONS:
        page.goto(path)
        found += wrong(page) + html_errors(page.request.get(path).text())
    assert found == []


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_phone_door_from_the_call_to_the_last_word(
    running: Instance, visitor: Callable[..., BrowserContext], has_scripts: bool
) -> None:
    page = visitor(running.url, java_script_enabled=has_scripts).new_page()
    page.goto("/facile")
    page.get_by_role("link", name=CALL).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous voulez qu’on vous appelle")
    page.get_by_role("button", name="Appelez-moi").click()
    expect(page.get_by_role("alert")).to_contain_text("Vous devez changer 2 réponses")
    if has_scripts:
        expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Votre numéro de téléphone").fill("06 12 34 56 78")
    page.get_by_label("Vous êtes usagère ou usager").check()
    page.get_by_role("button", name="Appelez-moi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nous allons vous appeler")
    expect(page.get_by_text("Les 2 derniers chiffres sont 78.")).to_be_visible()
    page.get_by_role("button", name="Finalement, effacez mon numéro").click()
    expect(page.get_by_role("status").first).to_have_text(
        "Votre numéro est effacé. Nous ne vous appellerons pas."
    )


@pytest.mark.parametrize("query", ["", "?facile=1", "?facile=1&depuis=usager", "?depuis=aidant"])
def test_the_phone_door_in_each_state_at_each_width(
    running: Instance, visitor: Callable[..., BrowserContext], query: str
) -> None:
    page = visitor(running.url).new_page()
    page.goto(f"/etre-rappele{query}")
    found = wrong(page) + html_errors(page.content())
    ask = page.locator("main .btn-primary")
    page.get_by_label("Votre numéro").fill("demain")
    ask.click()
    found += wrong(page)
    page.get_by_label("Votre numéro").fill("06 12 34 56 78")
    for box in page.get_by_role("radio").all()[:1]:
        box.check()
    found += wrong(page)
    ask.click()
    expect(page).to_have_url(running.url + page.url.removeprefix(running.url))
    expect(page.get_by_role("button", name="effacez mon numéro")).to_be_visible()
    found += wrong(page) + html_errors(page.content())
    page.get_by_role("link", name=re.compile("^Donne.* autre")).click()
    expect(page.locator("main strong")).to_have_text("78")
    assert found + wrong(page) + html_errors(page.content()) == []


def test_the_keyboard_alone_asks_to_be_called(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    page = visitor(running.url).new_page()
    page.goto("/etre-rappele?facile=1&depuis=usager")
    phone = page.get_by_label("Votre numéro de téléphone")
    for _ in range(20):
        page.keyboard.press("Tab")
        if phone.evaluate("field => field === document.activeElement"):
            break
    page.keyboard.type("06 12 34 56 78")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nous allons vous appeler")


def test_a_questionnaire_offers_to_call_and_takes_back_who_prefers_to_write(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    page = visitor(running.url).new_page()
    begin(page)
    page.get_by_role("button", name=CALL).click()
    page.get_by_role("link", name="Non, je préfère écrire").click()
    expect(page.get_by_text("Rubrique 1 sur 6")).to_be_visible()


def test_a_question_is_read_in_order_without_what_was_typed(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    page = with_voices(visitor(running.url), ELSEWHERE, OWN_BRETON, OWN_FRENCH)
    begin(page)
    page.goto("/temoigner/usager/rubrique/participation?facile=1&question=ecoute")
    button = page.get_by_role("button", name="Écouter : Est-ce qu’on vous écoute")
    button.focus()
    page.keyboard.press("Enter")
    assert spoken(page) == [
        "Est-ce qu’on vous écoute ?",
        "1 veut dire : non, pas du tout.",
        "5 veut dire : oui, beaucoup.",
        "C’est votre avis.",
        "Vous pouvez passer cette question.",
        "1 – Pas du tout",
        "2",
        "3",
        "4",
        "5 – Tout à fait",
        "Je préfère ne pas répondre",
    ]
    assert page.evaluate("[...new Set(spoken.map(each => each.voice.name))]") == ["Amélie"]
    assert page.evaluate("[...new Set(spoken.map(each => each.lang))]") == ["fr-FR"]
    page.goto("/temoigner/usager/rubrique/venue?facile=1&question=venue_recit")
    page.locator("textarea").fill("Je ne veux pas que cela s’entende.")
    page.get_by_role("button", name="Écouter : Racontez la première fois.").click()
    assert [text for text in spoken(page) if "entende" in text] == []


def test_reading_starts_stops_and_ends_in_words(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    page = with_voices(visitor(running.url), OWN_FRENCH)
    page.goto("/facile")
    said = page.get_by_role("status")
    buttons = page.locator(".speak")
    first, second = buttons.nth(0), buttons.nth(1)
    first.click()
    expect(first).to_have_text("Arrêter : Racontez-nous votre expérience")
    expect(said).to_have_text("Lecture en cours.")
    silenced = page.evaluate("silenced")
    second.click()
    expect(first).to_have_text("Écouter : Racontez-nous votre expérience")
    expect(second).to_have_text("Arrêter : Qu’est-ce qu’un CLSM ?")
    assert page.evaluate("silenced") == silenced + 1
    page.evaluate("spoken[0].onerror({ error: 'interrupted' })")  # what was cancelled says so late
    expect(said).to_have_text("Lecture en cours.")
    second.click()
    expect(said).to_have_text("Lecture arrêtée.")
    second.click()
    page.evaluate("spoken.at(-1).onend()")
    expect(said).to_have_text("Lecture terminée.")
    expect(second).to_have_text("Écouter : Qu’est-ce qu’un CLSM ?")
    second.click()
    page.evaluate("spoken.at(-1).onerror({ error: 'synthesis-failed' })")
    expect(said).to_have_text("La lecture n’a pas marché.")


def test_leaving_a_page_silences_it(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    page = with_voices(visitor(running.url), OWN_FRENCH)
    page.goto("/facile")
    page.locator(".speak").first.click()
    silenced = page.evaluate("silenced")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert page.evaluate("silenced") == silenced + 1


@pytest.mark.parametrize(
    ("voices", "buttons"),
    [
        ([], 0),
        ([ELSEWHERE], 0),
        ([OWN_BRETON], 0),
        ([OF_CANADA], 4),
        ([ELSEWHERE, OWN_FRENCH], 4),
    ],
    ids=["none", "elsewhere", "breton", "canada", "both"],
)
def test_only_a_french_voice_of_the_device_reads(
    running: Instance, visitor: Callable[..., BrowserContext], voices: list[str], buttons: int
) -> None:
    page = with_voices(visitor(running.url), *voices)
    page.goto("/facile/changer-d-avis")
    expect(page.locator(".speak")).to_have_count(buttons)


def test_voices_that_come_late_are_waited_for(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    context = visitor(running.url)
    context.add_init_script("window.late = true")
    page = with_voices(context, OWN_FRENCH)
    page.goto("/facile/aide")
    expect(page.locator(".speak")).to_have_count(0)
    page.evaluate("late = false; speechSynthesis.dispatchEvent(new Event('voiceschanged'))")
    page.evaluate("speechSynthesis.dispatchEvent(new Event('voiceschanged'))")
    expect(page.locator(".speak")).to_have_count(6)


def test_without_scripts_or_voice_there_is_no_button(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    for options in ({"java_script_enabled": False}, {}):
        page = visitor(running.url, **options).new_page()
        page.goto("/facile")
        expect(page.get_by_role("heading", level=1)).to_have_text("Racontez-nous votre expérience")
        expect(page.locator(".speak")).to_have_count(0)


def test_easy_text_is_large_and_its_targets_too(
    running: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    page = with_voices(visitor(running.url), OWN_FRENCH)
    begin(page)
    page.goto("/temoigner/usager/rubrique/participation?facile=1&question=ecoute")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        sizes = page.locator("main .leaf").evaluate_all(
            "all => all.flatMap(leaf => [...leaf.querySelectorAll('label, legend, .form-text')])"
            ".map(node => parseFloat(getComputedStyle(node).fontSize))"
        )
        assert min(sizes) >= 22
        heights = page.locator("main .leaf :is(.btn, .form-check)").evaluate_all(
            "all => all.map(node => node.getBoundingClientRect().height)"
        )
        assert min(heights) >= 48
