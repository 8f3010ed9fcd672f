"""A coordinator proposes people; each gets one mail and decides by a button, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages
from tests.instance import Instance
from tests.journeys.keyboard import press_enter
from tests.journeys.test_accessibility import OWN, faults
from tests.journeys.test_answering import press_until

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]
LINK = re.compile(r"/contact/\S+")


def introduce_oneself(page: Page) -> None:
    page.get_by_label("Votre nom").fill("Claire Morvan")
    page.get_by_label("Votre fonction").fill("coordinatrice")
    page.get_by_label("Votre CLSM").fill("CLSM du Bocage")


def describe(page: Page, number: int, name: str, email: str) -> None:
    sheet = page.locator(f"#personne-{number}")
    sheet.get_by_label("Son nom").fill(name)
    sheet.get_by_label("Son adresse électronique").fill(email)
    sheet.get_by_label("Son profil").select_option(label="Élue ou élu")
    sheet.get_by_label("Pourquoi elle ou lui").fill("Le sujet est entré au conseil par cette voix.")
    sheet.get_by_label("Cette personne est d’accord").check()


def propose(page: Page, *people: tuple[str, str]) -> None:
    """Propose these people (name, address) at once, from the page of the call."""
    page.goto("/")
    page.get_by_role("link", name="proposez-nous de lui écrire").click()
    introduce_oneself(page)
    for number, (name, email) in enumerate(people, start=1):
        if number > 1:
            page.get_by_role("button", name="Ajouter une autre personne").click()
        describe(page, number, name, email)
    page.get_by_role("button", name="Proposer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Merci. Votre proposition est bien arrivée."
    )


def link_in_mail(running: Instance, email: str) -> str:
    """Wait for the message to this address; return the link in it."""
    body = running.wait_for_mail(lambda mail: mail["To"] == email).get_body(("plain",))
    assert body is not None
    found = LINK.search(body.get_content())
    assert found is not None
    return found[0]


def count_mails(running: Instance, email: str) -> int:
    return sum(mail["To"] == email for mail in running.mails())


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])
def test_one_says_yes_and_one_says_no(
    running: Instance, visitor: Visit, has_javascript: bool
) -> None:
    ends = "js.exemple.fr" if has_javascript else "sans.exemple.fr"
    jeanne, paul = f"jeanne@{ends}", f"paul@{ends}"
    coordinator = visitor(running.url, java_script_enabled=has_javascript).new_page()
    propose(coordinator, ("Jeanne Lemoine", jeanne), ("Paul Arnaud", paul))
    links = {email: link_in_mail(running, email) for email in (jeanne, paul)}

    page = visitor(running.url, java_script_enabled=has_javascript).new_page()
    page.goto(links[jeanne])
    expect(page.locator(".lead")).to_contain_text("Claire Morvan, coordinatrice, CLSM du Bocage")
    page.get_by_label("Par téléphone").check()
    page.get_by_label("Quels jours").fill("Le mardi matin")
    page.get_by_role("button", name="Oui, j’accepte").click()
    expect(page).to_have_title(re.compile("^Erreur\u00a0:"))
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Votre numéro")).to_be_focused()
    expect(page.get_by_label("Quels jours")).to_have_value("Le mardi matin")
    page.get_by_label("Votre numéro").fill("06 12 34 56 78")
    page.get_by_role("button", name="Oui, j’accepte").click()
    expect(page).to_have_url(re.compile("/entretien/"))
    page.goto(links[jeanne])
    expect(page).to_have_url(re.compile("/entretien/"))

    page.goto(links[paul])
    page.get_by_role("button", name="Non merci").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "C’est effacé, nous ne vous écrirons plus"
    )
    page.goto(links[paul])
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien n’ouvre plus rien")
    propose(coordinator, ("Paul Arnaud", paul), ("Autre", f"autre@{ends}"))
    link_in_mail(running, f"autre@{ends}")
    assert [count_mails(running, email) for email in (jeanne, paul)] == [1, 1]


def test_a_yes_by_keyboard_alone(running: Instance, visitor: Visit) -> None:
    email = "clavier@exemple.fr"
    propose(visitor(running.url).new_page(), ("Jeanne Lemoine", email))
    page = visitor(running.url).new_page()
    page.goto(link_in_mail(running, email))
    press_until(page, "Je dis oui")
    press_enter(page)
    expect(page).to_have_url(re.compile("#oui$"))
    press_until(page, "Sur place")
    page.keyboard.press("Space")
    press_until(page, "Quels jours")
    page.keyboard.type("Le jeudi")
    press_until(page, "Oui, j’accepte un temps d’échange")
    press_enter(page)
    expect(page).to_have_url(re.compile("/entretien/"))


def test_its_pages_are_accessible(running: Instance, visitor: Visit) -> None:
    wrong = []
    for width in (1280, 320):
        page = visitor(running.url).new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/proposer-un-contact")
        wrong += list(faults(page))
        page.get_by_role("button", name="Ajouter une autre personne").click()
        expect(page.locator("#personne-2 legend")).to_have_text("Personne 2")
        page.locator("#personne-2").get_by_label("Son nom").fill("Paul Arnaud")
        page.get_by_role("button", name="Proposer", exact=True).click()
        wrong += list(faults(page))
        emails = [f"axe-{n}@{width}.exemple.fr" for n in (1, 2)]
        propose(page, *(("Jeanne Lemoine", email) for email in emails))
        wrong += list(faults(page))
        links = [link_in_mail(running, email) for email in emails]
        page.goto(links[0])
        wrong += list(faults(page))
        page.get_by_label("Votre numéro").fill("bonjour")
        page.get_by_role("button", name="Oui, j’accepte").click()
        wrong += list(faults(page))
        page.get_by_role("button", name="Effacez-moi").click()
        wrong += list(faults(page))
        page.goto(links[0])
        wrong += list(faults(page))
    assert wrong == []


def test_staff_see_no_name_before_the_yes(running: Instance, visitor: Visit) -> None:
    told = running.flask("user", "create", "contact-e@recueil.example", "equipe")
    password = re.search(r"usage unique : (\S+)", told)
    assert password is not None
    email = "attend@exemple.fr"
    propose(visitor(running.url).new_page(), ("Odile Kerbrat", email))
    link = link_in_mail(running, email)
    page = visitor(running.url).new_page()
    pages.sign_in(page, "contact-e@recueil.example", password[1])
    pages.choose_password(page, password[1], OWN)
    wrong = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/equipe/mises-en-contact")
        wrong += list(faults(page))
    assert wrong == []
    expect(page.locator("tbody tr").first).to_contain_text("CLSM du Bocage")
    assert [word for word in ("Odile", "Kerbrat", email) if word in page.content()] == []
    person = visitor(running.url).new_page()
    person.goto(link)
    person.get_by_role("button", name="Oui, j’accepte").click()
    page.goto("/equipe/a-rappeler")
    expect(page.locator("main")).to_contain_text("Odile Kerbrat")
