"""A question, from asking to the answer; and the gate before it, met by a real browser."""

import re
import secrets
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages
from tests.instance import Instance, instance
from tests.journeys.test_accessibility import WIDTHS, faults, html_errors

pytestmark = pytest.mark.xdist_group("inquiries")
Visit = Callable[..., BrowserContext]
OWN = "trois hirondelles sur un fil"
SEND = "Envoyer ma question"
AGAIN = "Appuyez encore une fois"
JAVASCRIPT = pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance whose gate is as people meet it, behind a proxy that says who comes."""
    folder = tmp_path_factory.mktemp("gated") / "instance"
    with instance(folder, GATE_LEAST_SECONDS="3", TRUSTED_PROXIES="1") as made:
        yield made


@pytest.fixture
def come(gated: Instance, visitor: Visit) -> Callable[..., Page]:
    """Come to the site from a network of one's own."""

    def come(network: int, *, has_javascript: bool = True) -> Page:
        context = visitor(
            gated.url,
            java_script_enabled=has_javascript,
            extra_http_headers={"X-Forwarded-For": f"192.0.2.{network}"},
        )
        return context.new_page()

    return come


@pytest.fixture
def colleague(gated: Instance, come: Callable[..., Page]) -> Page:
    """Somebody of the team, signed in with a new account."""
    email = f"equipe-{secrets.token_hex(4)}@recueil.example"
    told = re.search(r"usage unique : (\S+)", gated.flask("user", "create", email, "equipe"))
    assert told is not None
    page = come(1)
    pages.sign_in(page, email, told[1])
    pages.choose_password(page, told[1], OWN)
    return page


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def look(page: Page) -> list[str]:
    """Say what is wrong with the page as it stands, at each width."""
    page.wait_for_load_state()
    wrong = html_errors(page.content())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{page.url} « {heading(page)} » at {width}: {each}" for each in faults(page)]
    return wrong


def protect(page: Page, *labels: str) -> None:
    """Ask for a proof of work before these forms, and no other."""
    page.goto("/equipe/protection")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    for label in labels:
        page.get_by_label(label).check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_have_text("C’est enregistré.")


def write(page: Page, words: str, email: str = "") -> None:
    page.goto("/")
    page.get_by_role("link", name="Une question").click()
    page.get_by_label("Votre question", exact=True).fill(words)
    page.get_by_label("Votre adresse électronique").fill(email)


@JAVASCRIPT
def test_from_the_question_to_the_answer(
    gated: Instance, come: Callable[..., Page], colleague: Page, has_javascript: bool
) -> None:
    words, email = f"Qui lira, {has_javascript} ?", f"nadia.{len(str(has_javascript))}@exemple.fr"
    page = come(2, has_javascript=has_javascript)
    write(page, words, email)
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("heading", name=AGAIN)).to_be_visible()  # faster than anybody
    expect(page.get_by_label("Votre question", exact=True)).to_have_value(words)
    page.get_by_role("button", name=SEND).click()
    expect(page.locator("h1")).to_have_text("Votre question est arrivée")

    colleague.get_by_role("link", name="Questions").click()
    colleague.get_by_role("link", name=words).click()
    colleague.get_by_label("Votre réponse").fill("L’équipe, et personne d’autre.")
    colleague.get_by_role("button", name="Envoyer la réponse et clore").click()
    expect(colleague.get_by_role("link", name=words)).to_have_count(0)

    def is_answer(message: EmailMessage) -> bool:
        return bool(message["To"] == email)

    body = gated.wait_for_mail(is_answer).get_body(("plain",))
    assert body is not None
    assert "L’équipe, et personne d’autre." in body.get_content()
    assert words not in body.get_content()
    assert "contact@recueil.example" in [message["To"] for message in gated.mails()]


def test_the_browser_proves_its_work(come: Callable[..., Page], colleague: Page) -> None:
    protect(colleague, "Poser une question", "Commencer un témoignage")
    page = come(3)
    write(page, "Et sous une attaque ?")
    for expected in (AGAIN, None):
        with page.expect_request(lambda asked: asked.method == "POST") as posted:
            page.get_by_role("button", name=SEND).click()  # at once: it leaves by itself later
        assert re.search(r"altcha=[A-Za-z0-9%]{300,}", str(posted.value.post_data))
        if expected:
            expect(page.get_by_role("heading", name=expected)).to_be_visible()
    expect(page.locator("h1")).to_have_text("Votre question est arrivée")

    page.goto("/temoigner/usager/")
    page.get_by_label("J’accepte de participer").check()
    page.get_by_role("button", name=pages.CONTINUE).click()
    expect(page.get_by_role("heading", name=AGAIN)).to_be_visible()
    page.get_by_role("button", name=pages.CONTINUE).click()
    expect(page.locator(".where")).to_contain_text("Rubrique 2 sur")
    protect(colleague)


def test_without_javascript_it_is_told_how_long_to_wait(
    come: Callable[..., Page], colleague: Page
) -> None:
    protect(colleague, "Poser une question")
    page = come(4, has_javascript=False)
    write(page, "Sans JavaScript ?")
    page.get_by_role("button", name=SEND).click()
    page.get_by_role("button", name=SEND).click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Encore un instant, puis envoyez à nouveau")
    told = re.search(r"attendez (\d+)\s+secondes", summary.inner_text())
    assert told is not None
    assert 1 <= int(told[1]) <= 30
    expect(page.get_by_label("Votre question", exact=True)).to_have_value("Sans JavaScript ?")
    protect(colleague)


def test_every_state_is_accessible(come: Callable[..., Page], colleague: Page) -> None:
    page = come(5)
    page.goto("/une-question")
    wrong = look(page)
    page.get_by_role("button", name=SEND).click()
    wrong += look(page)
    write(page, "Une question à clore")
    page.get_by_role("button", name=SEND).click()
    wrong += look(page)
    page.locator("[name=site_web]").evaluate("field => { field.value = 'x' }")
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_label("Laissez ce champ vide")).to_be_visible()
    wrong += look(page)
    page.get_by_role("button", name=SEND).click()
    wrong += look(page)
    assert heading(page) == "Votre question est arrivée"
    colleague.goto("/equipe/questions")
    wrong += look(colleague)
    colleague.get_by_role("link", name="Une question à clore").click()
    wrong += look(colleague)
    colleague.get_by_role("button", name="Clore, elle est lue").click()
    colleague.get_by_role("link", name="Closes").click()
    wrong += look(colleague)
    colleague.get_by_role("link", name="Une question à clore").click()
    wrong += look(colleague)
    protect(colleague, "Ouvrir avec un code de suivi")
    wrong += look(colleague)
    plain = come(6, has_javascript=False)
    plain.goto("/mon-temoignage")
    plain.get_by_label("Votre code de suivi").fill("0000 0000 0000 0000")
    for _ in range(2):
        plain.get_by_role("button", name="Ouvrir").click()
    expect(plain.get_by_role("heading", name="Encore un instant")).to_be_visible()
    told = plain.content()
    page.goto("/mon-temoignage")
    wrong += look(page) + html_errors(told)
    protect(colleague)
    assert wrong == []


def test_guessing_a_code_waits(come: Callable[..., Page]) -> None:
    page, elsewhere = come(7), come(8)
    for visitor in (page, elsewhere):
        visitor.goto("/mon-temoignage")
    for _ in range(12):  # the first is too quick, ten are tried, the last must wait
        page.get_by_label("Votre code de suivi").fill("0000 0000 0000 0000")
        page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("heading", name="Attendez")).to_have_text(
        re.compile(r"Attendez (\d\d?\s+secondes?), puis envoyez à nouveau")
    )
    expect(page.get_by_label("Votre code de suivi")).to_have_value("0000 0000 0000 0000")
    assert look(page) == []
    elsewhere.get_by_label("Votre code de suivi").fill("0000 0000 0000 0000")
    for _ in range(2):
        elsewhere.get_by_role("button", name="Ouvrir").click()
    expect(elsewhere.locator("#code-erreur")).to_contain_text("Ce code n’ouvre rien")
