"""A campaign, from its first word to its reminder, in a real browser and by a real mail server."""

import re
import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages
from tests.instance import Instance
from tests.journeys.test_accessibility import WIDTHS, faults

OWN = "trois hirondelles sur un fil"
JAVASCRIPT = pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])


@pytest.fixture
def house(fresh: Callable[..., Instance]) -> Iterator[Instance]:
    with fresh() as instance:  # type: ignore[attr-defined]
        yield instance


def colleague(house: Instance, page: Page) -> str:
    """Sign a new colleague in; return their address."""
    email = f"equipe-{secrets.token_hex(4)}@recueil.example"
    told = re.search(r"usage unique : (\S+)", house.flask("user", "create", email, "equipe"))
    assert told is not None
    pages.sign_in(page, email, told[1])
    pages.choose_password(page, told[1], OWN)
    return email


def looks_right(page: Page, *, has_javascript: bool = True) -> list[str]:
    if not has_javascript:
        return []  # axe is a script: without any it would never answer
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{page.url} at {width}: {each}" for each in faults(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@JAVASCRIPT
def test_written_tried_sent_watched_and_reminded(
    house: Instance, visitor: Callable[..., BrowserContext], has_javascript: bool
) -> None:
    page = visitor(house.url, java_script_enabled=has_javascript).new_page()
    email = colleague(house, page)
    people = {"Nadia Bellecour": "Élue ou élu", "Léo Prat": "Élue ou élu", "Inès Roux": "Usagère"}
    for name, profile in people.items():
        address = f"{name.split()[0].lower().replace('é', 'e').replace('è', 'e')}@clsm.example"
        label = "Élue ou élu" if profile.startswith("Élue") else "Usagère ou usager"
        pages.add_contact(page, name, address, label, "CLSM du Val-de-Sauldre")
    page.get_by_role("link", name="Campagnes", exact=True).first.click()
    page.get_by_role("link", name="Écrire une campagne").first.click()
    page.get_by_label("Titre de la campagne").fill("Premier appel")
    page.get_by_label("À qui écrire").select_option(label="Élue ou élu")
    if has_javascript:
        expect(page.locator(".counted")).to_have_text("2 personnes recevraient ce message.")
    wrong = looks_right(page, has_javascript=has_javascript)
    page.get_by_role("button", name="Enregistrer et relire").click()
    page.get_by_role("button", name="M’envoyer un essai").click()
    house.wait_for_mail(lambda mail: mail["To"] == email and "Message-ID" in mail)
    page.get_by_role("link", name="Dates et relances").first.click()
    page.get_by_label("Relancer après combien de jours").fill("7")
    page.get_by_label("Combien de relances").fill("2")
    wrong += looks_right(page, has_javascript=has_javascript)
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Préparer l’envoi").click()
    expect(page.get_by_text("Relance après 7 jours sans réponse, 2 fois au plus.")).to_be_visible()
    page.get_by_role("button", name="Envoyer les 2 messages").click()
    wrong += looks_right(page, has_javascript=has_javascript)
    for address in ("nadia@clsm.example", "leo@clsm.example"):
        house.wait_for_mail(lambda mail, address=address: mail["To"] == address)  # type: ignore[misc]
    page.goto(page.url)
    page.get_by_role("link", name="relancer maintenant").click()
    wrong += looks_right(page, has_javascript=has_javascript)
    page.get_by_role("button", name="Relancer 2 personnes").click()
    house.wait_for_mail(
        lambda mail: mail["To"] == "leo@clsm.example" and "Il y a quelques jours" in str(mail)
    )
    page.get_by_role("link", name="Suivi", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Suivi : toutes les campagnes")
    wrong += looks_right(page, has_javascript=has_javascript)
    page.get_by_role("link", name="Messagerie", exact=True).click()
    wrong += looks_right(page, has_javascript=has_javascript)
    assert [mail["To"] for mail in house.mails()].count("ines@clsm.example") == 0
    assert wrong == []


def test_the_bar_moves_as_messages_leave_and_a_pause_holds_them(
    fresh: Callable[..., Instance], visitor: Callable[..., BrowserContext]
) -> None:
    with fresh(MAIL_PER_MINUTE="1") as house:  # type: ignore[attr-defined]
        page = visitor(house.url).new_page()
        colleague(house, page)
        for name in ("Nadia", "Lila"):
            pages.add_contact(page, name, f"{name.lower()}@clsm.example", "Élue ou élu", "")
        pages.send_campaign_of(page, "Premier appel", count=2)
        expect(page.locator("progress")).to_have_attribute("max", "2")
        # A loaded machine may be slow to begin; the page goes on asking.
        expect(page.locator("[data-group=envoyee] b")).to_have_text("1", timeout=60_000)
        page.get_by_role("button", name="Mettre en pause").click()
        expect(page.get_by_text("La campagne est en pause : rien ne part.")).to_be_visible()
        page.get_by_role("link", name="Arrêter la campagne").click()
        page.get_by_role("button", name="Arrêter pour de bon").click()
        expect(page.get_by_role("status").first).to_contain_text("La campagne est arrêtée.")
        assert len([mail for mail in house.mails() if "clsm.example" in str(mail["To"])]) == 1
