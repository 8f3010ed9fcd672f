"""A temps d'échange: published by staff, then booked, moved and cancelled by a personal link.

Real pages, real SMTP, and the calendar read as software would; with and without JavaScript.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Page, expect

from app.models.base import today
from tests import pages
from tests.instance import Instance
from tests.journeys.test_accessibility import faults

pytestmark = pytest.mark.xdist_group("demo")
Visit = Callable[..., BrowserContext]
OWN = "trois hirondelles sur un fil"
WIDTHS = (1280, 320)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def password(running: Instance) -> str:
    """The one-time password of somebody of the staff."""
    printed = running.flask("user", "create", "creneaux@recueil.example", "equipe")
    told = re.search(r"usage unique : (\S+)", printed)
    assert told is not None
    return told[1]


@pytest.fixture(scope="module")
def signed() -> dict[str, bool]:
    """Whether that person has chosen their own password yet."""
    return {"chosen": False}


def desk(running: Instance, visitor: Visit, password: str, signed: dict[str, bool]) -> Page:
    page = visitor(running.url).new_page()
    pages.sign_in(page, "creneaux@recueil.example", OWN if signed["chosen"] else password)
    if not signed["chosen"]:
        pages.choose_password(page, password, OWN)
        signed["chosen"] = True
    return page


def publish(page: Page, *, days: int, hours: str, conductor: str) -> None:
    """Publish slots by video `days` from today."""
    page.goto("/equipe/creneaux/nouveau")
    page.get_by_label("Jour", exact=True).fill((today() + timedelta(days=days)).isoformat())
    page.get_by_label("Heures de début").fill(hours)
    page.get_by_label("Comment", exact=True).select_option(label="En visioconférence")
    page.get_by_label("Adresse, ou comment").fill("https://visio.exemple.fr/salle")
    page.get_by_label("Qui conduit").fill(conductor)
    page.get_by_label("Son adresse").fill(address(conductor))
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("status")).to_contain_text("publié")


def address(conductor: str) -> str:
    return f"{conductor.lower()}@centre.example"


def testify(page: Page, email: str) -> None:
    """Send a testimony, agree to an exchange, and leave an address."""
    page.goto("/temoigner/coordinateur/")
    page.get_by_label("J’accepte de participer").check()
    page.get_by_label("J’accepte que le Centre me contacte").check()
    page.get_by_role("button", name=pages.CONTINUE).click()
    page.goto("/temoigner/coordinateur/relire")
    page.get_by_role("button", name="Envoyer mon témoignage").click()
    page.get_by_label("Votre adresse électronique").fill(email)
    page.get_by_label("Le nom ou le prénom à demander").fill("Nadia Bellecour")
    page.get_by_role("button", name="Laisser mes coordonnées").click()
    expect(page.get_by_role("status").first).to_contain_text("Vos coordonnées sont gardées")


def link_in(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://\S+/entretien/\S+", body.get_content())
    assert found is not None
    return found[0]


def told(running: Instance, to: str, method: str, sequence: int) -> tuple[str, str, datetime]:
    """Wait for an invitation; return its identifier, its title and when it begins."""

    def event_of(message: EmailMessage) -> tuple[str, int, str, str, datetime] | None:
        parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        if message["To"] != to or not parts:
            return None
        calendar = Calendar.from_ical(parts[0].get_content())
        (event,) = calendar.walk("VEVENT")
        assert parts[0]["Content-Type"].params["method"] == str(calendar["METHOD"])
        return (
            str(calendar["METHOD"]),
            int(event["SEQUENCE"]),
            str(event["UID"]),
            str(event["SUMMARY"]),
            event.decoded("DTSTART"),
        )

    def is_wanted(message: EmailMessage) -> bool:
        event = event_of(message)
        return event is not None and event[:2] == (method, sequence)

    event = event_of(running.wait_for_mail(is_wanted))
    assert event is not None
    return event[2:]


def at(days: int, hour: int) -> datetime:
    local = datetime.combine(today() + timedelta(days=days), time(hour), PARIS)
    return local.astimezone(UTC)


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "without"])
def test_book_move_cancel(
    running: Instance,
    visitor: Visit,
    password: str,
    signed: dict[str, bool],
    has_javascript: bool,
) -> None:
    conductor = "Avec" if has_javascript else "Sans"
    person = f"nadia-{conductor.lower()}@clsm.example"
    days = 10 if has_javascript else 20
    publish(
        desk(running, visitor, password, signed), days=days, hours="9 h, 14 h", conductor=conductor
    )
    page = visitor(running.url, java_script_enabled=has_javascript).new_page()
    testify(page, person)
    message = running.wait_for_mail(lambda mail: mail["To"] == person)

    other = visitor(running.url, java_script_enabled=has_javascript).new_page()
    other.goto(link_in(message))
    mine = other.get_by_role("radio", name=re.compile(f"de 9\\sh à 10\\sh.*{conductor}$"))
    mine.check()
    other.get_by_role("button", name="Prendre ce rendez-vous").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous")
    booked = [told(running, to, "REQUEST", 0) for to in (person, address(conductor))]
    assert booked[0] == booked[1] == (booked[0][0], "Rendez-vous", at(days, 9))

    other.get_by_role("radio", name=re.compile(f"de 14\\sh à 15\\sh.*{conductor}$")).check()
    other.get_by_role("button", name="Déplacer mon rendez-vous").click()
    expect(other.get_by_role("status")).to_have_text("Votre rendez-vous est déplacé.")
    moved = [told(running, to, "REQUEST", 1) for to in (person, address(conductor))]
    assert moved == [(booked[0][0], "Rendez-vous", at(days, 14))] * 2

    other.get_by_text("Annuler ce rendez-vous").click()
    other.get_by_role("button", name="Annuler mon rendez-vous").click()
    expect(other.get_by_role("status")).to_contain_text("Vous n’avez plus de rendez-vous.")
    ended = [told(running, to, "CANCEL", 2) for to in (person, address(conductor))]
    assert ended == moved

    other.get_by_text("Effacer mes coordonnées").click()
    other.get_by_role("button", name="Effacer pour de bon").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Vos coordonnées sont effacées")
    other.goto(link_in(message))
    expect(other.get_by_role("heading", level=1)).to_have_text("Ce lien ne mène plus à rien")


def look(page: Page) -> list[str]:
    """Return what is wrong with a page at each width, in words."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{page.url} at {width}: {each}" for each in faults(page)]
    return wrong


def test_each_state_is_accessible(
    running: Instance, visitor: Visit, password: str, signed: dict[str, bool]
) -> None:
    staff = desk(running, visitor, password, signed)
    publish(staff, days=30, hours="9 h, 14 h", conductor="Axe")
    page = visitor(running.url).new_page()
    testify(page, "axe-etats@clsm.example")
    wrong = look(page)
    link = link_in(running.wait_for_mail(lambda mail: mail["To"] == "axe-etats@clsm.example"))
    page.goto(link)
    wrong += look(page)
    page.get_by_role("button", name="Prendre ce rendez-vous").click()
    expect(page).to_have_title(re.compile(r"^Erreur\s: "))
    wrong += look(page)
    page.get_by_role("link", name="facile à lire", exact=True).click()
    wrong += look(page)
    page.get_by_role("button", name="Je choisis ce rendez-vous").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez un jour et une heure.")
    wrong += look(page)
    page.goto(link)
    page.get_by_role("radio", name=re.compile("de 9\\sh.*Axe$")).check()
    page.get_by_role("button", name="Prendre ce rendez-vous").click()
    page.get_by_text("Annuler ce rendez-vous").click()
    wrong += look(page)
    page.goto(f"{link}?facile=1")
    expect(page.get_by_role("button", name="J’annule mon rendez-vous")).to_be_visible()
    wrong += look(page)

    for path in ("/equipe/creneaux", "/equipe/creneaux/passes", "/equipe/a-rappeler"):
        staff.goto(path)
        wrong += look(staff)
    row = staff.get_by_role("row").filter(has_text="axe-etats@clsm.example")
    row.get_by_role("link", name="Déplacer").click()
    wrong += look(staff)
    staff.goto("/equipe/creneaux/nouveau")
    staff.get_by_role("button", name="Publier").click()
    wrong += look(staff)
    staff.goto("/equipe/creneaux")
    staff.get_by_role("listitem").filter(has_text="avec Axe").filter(
        has_text="axe-etats"
    ).get_by_role("link").first.click()
    wrong += look(staff)
    staff.get_by_role("link", name="Annuler ce créneau").click()
    wrong += look(staff)
    staff.get_by_role("button", name="Annuler ce créneau").click()
    wrong += look(staff)

    page.goto(link)  # cancelled
    wrong += look(page)
    page.get_by_text("Laisser un numéro").click()
    page.get_by_role("button", name="Être appelée ou appelé").click()
    wrong += look(page)
    page.goto(link)
    page.get_by_text("Effacer mes coordonnées").click()
    page.get_by_role("button", name="Effacer pour de bon").click()
    wrong += look(page)
    page.goto(link)
    wrong += look(page)
    assert wrong == []


def test_a_slot_taken_meanwhile(
    running: Instance, visitor: Visit, password: str, signed: dict[str, bool]
) -> None:
    publish(
        desk(running, visitor, password, signed), days=40, hours="9 h, 14 h", conductor="Pleine"
    )
    people = [visitor(running.url).new_page() for _ in range(2)]
    for number, page in enumerate(people):
        email = f"pleine-{number}@clsm.example"
        testify(page, email)
        message = running.wait_for_mail(lambda mail, to=email: mail["To"] == to)
        page.goto(link_in(message))
        page.get_by_role("radio", name=re.compile("de 9\\sh.*Pleine$")).check()
    for page in people:
        page.get_by_role("button", name="Prendre ce rendez-vous").click()
    expect(people[0].get_by_role("heading", level=1)).to_have_text("Votre rendez-vous")
    late = people[1]
    expect(late.locator(".error-summary")).to_be_focused()
    expect(late.locator(".error-summary")).to_contain_text("vient de prendre la dernière place")
    expect(late.get_by_role("radio", name=re.compile("Pleine$"))).to_have_count(1)
    assert look(late) == []
    # The keyboard alone, from the summary to the place that remains.
    late.keyboard.press("Tab")
    late.keyboard.press("Enter")
    expect(late).to_have_url(re.compile("#."))
    late.get_by_role("radio", name=re.compile("Pleine$")).focus()
    late.keyboard.press("Space")
    late.get_by_role("button", name="Prendre ce rendez-vous").focus()
    late.keyboard.press("Enter")
    expect(late.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous")
