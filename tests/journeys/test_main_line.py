"""The whole line: invited by mail, a coordinator testifies; a researcher finds it in the tally.

Nothing is put in place behind the pages' back: the accounts, the contact, the campaign and the
testimony all come from a browser; the mail from the SMTP server; the themes from the worker.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import pages, servers
from tests.instance import ADMINISTRATOR, Instance

OWN = "trois hirondelles sur un fil"
TOLD = (
    "J’ai rencontré chaque maire en tête à tête pour les convaincre, avec les chiffres du "
    "territoire. L’élue à la santé préside désormais l’assemblée plénière et porte le sujet au "
    "conseil municipal. 🌿"
)
PEERS = (
    "Les usager·ères co-animent le groupe de travail « déstigmatisation » et préparent l’ordre du "
    "jour avec nous.\n— On rembourse leurs trajets ;\n— ils sont formés à la prise de parole."
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))])
def house(request: pytest.FixtureRequest, fresh: Callable[..., Any]) -> Iterator[Instance]:
    """A fresh instance: all SQLite, or PostgreSQL for the database and Redis for the queue."""
    with ExitStack() as stack:
        environment = {"SMALLEST_COUNT": "1"}  # one testimony is all there is to find
        if request.param == "postgresql":
            server = request.getfixturevalue("postgresql_server")
            environment["DATABASE_URL"] = servers.create_database(server, "journey")
            environment["QUEUE_URL"] = stack.enter_context(servers.redis())
        yield stack.enter_context(fresh(**environment))


def test_from_the_invitation_to_the_tally(
    house: Instance, visitor: Callable[..., BrowserContext]
) -> None:
    open_accounts(house, visitor(house.url).new_page())
    invite(house, visitor(house.url).new_page())
    message = house.wait_for_mail(lambda mail: mail["To"] == "nadia@clsm.example")
    # Without JavaScript: nothing that a respondent needs may depend on it.
    testify(visitor(house.url, java_script_enabled=False).new_page(), pages.personal_link(message))
    page = visitor(house.url).new_page()
    find_in_the_tally(house, page)
    campaign = visitor(house.url).new_page()
    pages.sign_in(campaign, "samir@recueil.example", OWN)
    campaign.get_by_role("link", name="Premier appel").click()
    expect(campaign.locator("tbody tr")).to_contain_text("Nadia Bellecour")
    expect(campaign.locator("tbody .state")).to_have_text("A répondu")


def open_accounts(house: Instance, page: Page) -> None:
    """The administrator signs in for the first time and invites two colleagues."""
    pages.sign_in(page, ADMINISTRATOR, house.password)
    pages.choose_password(page, house.password, OWN)
    people = {
        "samir@recueil.example": ("Samir", "Équipe\u00a0: contacts et campagnes"),
        "claire@recueil.example": ("Claire", "Recherche\u00a0: témoignages et décomptes"),
    }
    for email, (name, right) in people.items():
        pages.invite(page, email, name, right)


def invite(house: Instance, page: Page) -> None:
    message = house.wait_for_mail(lambda mail: mail["To"] == "samir@recueil.example")
    pages.follow_invitation(page, message, OWN)
    pages.add_contact(
        page,
        "Nadia Bellecour",
        "nadia@clsm.example",
        "Coordinatrice ou coordinateur de CLSM",
        "CLSM du Val-de-Sauldre",
    )
    pages.send_campaign(page, "Premier appel")


def testify(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="Commencer").click()
    page.get_by_label("J’accepte de participer à l’appel.").check()
    page.get_by_role("button", name=pages.CONTINUE).click()
    page.get_by_label("Dans quelle région").select_option(label="Bretagne")
    pages.answer(page, clsm="CLSM du Val-de-Sauldre", annee_creation="2014")
    pages.answer(page, demarche_elus=TOLD)
    pages.answer(page, participation_concrete=PEERS)
    pages.answer(page)
    expect(page.get_by_text("J’ai rencontré chaque maire")).to_be_visible()
    page.get_by_role("button", name="Envoyer mon témoignage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Merci. Votre témoignage est bien arrivé."
    )


def find_in_the_tally(house: Instance, page: Page) -> None:
    message = house.wait_for_mail(lambda mail: mail["To"] == "claire@recueil.example")
    pages.follow_invitation(page, message, OWN)
    wait_for_themes(page)
    page.get_by_role("link", name="Décomptes").click()
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Mobiliser et sensibiliser"))
    row.get_by_role("link").first.click()
    expect(page.locator("#resultat")).to_contain_text("1\u00a0témoignage sur 1")
    page.locator(".record h2 a").click()
    expect(page.locator(".typed").filter(has_text="J’ai rencontré")).to_contain_text("🌿")
    marks = page.locator("mark.ex")
    expect(marks.first).to_contain_text("J’ai rencontré chaque maire en tête à tête")
    expect(page.locator(".note-why").first).to_contain_text("Pourquoi")
    told = page.locator(".typed").filter(has_text="co-animent")
    shown = told.evaluate(
        "node => { const copy = node.cloneNode(true);"
        " copy.querySelectorAll('a.ref').forEach(ref => ref.remove()); return copy.textContent }"
    )
    assert shown == PEERS


def wait_for_themes(page: Page) -> None:
    """Look at the list until the worker has read the testimony."""

    def is_read() -> bool:
        page.goto("/recherche/")
        return bool(page.locator(".record-themes .theme").count())

    servers.wait_until(is_read, "the themes")
