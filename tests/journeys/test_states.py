"""States that no journey comes by: links that are over, refusals of the gate, pages too late."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import current_app
from playwright.sync_api import BrowserContext, Page, expect

from app.extensions import db
from app.models import Act, RoleName
from app.models.base import now
from app.services import audit, bookings, drafts, gate, inquiries, receipts
from tests import factories, interviews, pages
from tests.conftest import PASSWORD
from tests.journeys.test_accessibility import WIDTHS, faults, html_errors

pytestmark = pytest.mark.xdist_group("states")
Visit = Callable[..., BrowserContext]
AGREE = "/temoigner/usager/rubrique/accord"
CALL_ME = "/etre-rappele?depuis=usager"
BEGIN = [AGREE, f"{AGREE}?facile=1"]
EVERY_GATE = [
    *(*BEGIN, CALL_ME, f"{CALL_ME}&facile=1"),
    *("/une-question", "/proposer-un-contact", "/mon-temoignage"),
]


@pytest.fixture
def page(site: str, visitor: Visit) -> Page:
    return visitor(site, extra_http_headers={"X-Forwarded-For": "192.0.2.7"}).new_page()


def look(page: Page, heading: str | None = None) -> list[str]:
    """Say what is wrong with the page as it stands, at each width; it bears this heading."""
    heading = heading or page.locator("h1").inner_text()
    expect(page.locator("h1")).to_have_text(heading)
    page.wait_for_load_state()
    wrong = html_errors(page.content())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{page.url} « {heading} » at {width}: {each}" for each in faults(page)]
    return wrong


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_pages_of_an_invitation(page: Page) -> None:
    made = factories.invitation(
        db.session, campaign=factories.campaign(db.session), contact=factories.contact(db.session)
    )
    db.session.commit()
    wrong = []
    for token in (made.token, "essai"):
        page.goto(f"/invitation/{token}")
        wrong += look(page, "Racontez-nous votre expérience")
        page.goto(f"/desinscription/{token}")
        wrong += look(page, "Ne plus recevoir de message\u00a0?")
        press(page, "Ne plus m’écrire")
        wrong += look(page, "C’est noté, nous ne vous écrirons plus")
    page.goto("/invitation/coupe")
    assert wrong + look(page, "Ce lien n’est pas reconnu") == []


def agree(page: Page) -> None:
    page.goto(AGREE)
    page.get_by_label("J’accepte de participer").check()
    press(page, pages.CONTINUE)
    expect(page.locator(".where")).to_contain_text("Rubrique 2 sur")


@pytest.mark.parametrize("wording", ["", "?facile=1"], ids=["usual", "easy"])
def test_the_code_by_mail(page: Page, wording: str) -> None:
    agree(page)
    address = f"/mon-temoignage/code/usager/courriel{wording}"
    page.goto(address)
    wrong = look(page)
    for _ in range(4):
        page.goto(address)
        page.locator("#adresse-du-code").fill("lea@exemple.fr")
        press(page, "Envoyer le code")
    expect(page.locator("#adresse-du-code-erreur")).to_contain_text("déjà parti trois fois")
    assert wrong + look(page) == []


def enter(page: Page, code: str) -> None:
    page.goto("/mon-temoignage")
    page.get_by_label("Votre code de suivi").fill(code)
    press(page, "Ouvrir")


def begun_elsewhere() -> str:
    """Begin a draft; return its code."""
    code, library = receipts.new_code(), current_app.extensions["questionnaires"]
    drafts.start(db.session, library.current("usager"), receipts.keys_of(code)[0])
    db.session.commit()
    return code


def test_drafts_put_aside(page: Page) -> None:
    heading, wrong = "Un autre questionnaire est mis de côté", []
    for number in (1, 2):
        page.goto("/temoigner/usager/")
        if number == 2:
            press(page, "Effacer mon brouillon")
        agree(page)
        enter(page, begun_elsewhere())
        expect(page.locator(".receipt-code")).to_have_count(number)
        wrong += look(page, heading)
        page.goto(f"{page.url}?facile=1")
        wrong += look(page, heading)
    assert wrong == []


def test_a_testimony_withdrawn(page: Page) -> None:
    code = receipts.new_code()
    receipts.withdraw(db.session, factories.interview(db.session, code=code))
    db.session.commit()
    enter(page, code)
    assert look(page, "Ce témoignage a été retiré") == []


def test_a_testimony_s_life_in_easy_french(page: Page) -> None:
    page.goto(AGREE)
    for consent in ("J’accepte de participer", "J’accepte que le Centre me contacte"):
        page.get_by_label(consent).check()
    page.get_by_role("radio").nth(1).check()
    press(page, pages.CONTINUE)
    page.goto("/temoigner/usager/relire?facile=1")
    press(page, "Envoyer mon témoignage")
    code = page.locator(".receipt-code").inner_text()
    wrong = look(page, "Merci. Nous avons vos réponses.")
    press(page, "J’ai noté mon code")
    expect(page.locator(".receipt-code")).to_have_count(0)
    press(page, "Contactez-moi")
    expect(page.get_by_role("alert")).to_be_visible()
    wrong += look(page)
    page.get_by_label("Votre adresse électronique").fill("lea@exemple.fr")
    press(page, "Contactez-moi")
    expect(page.get_by_role("heading", name="Nous allons vous contacter")).to_be_visible()
    wrong += look(page)
    page.goto("/mon-temoignage?facile=1")
    press(page, "Voir mes réponses")
    wrong += look(page, "Retrouver mes réponses")
    page.get_by_label("Votre code").fill(code)
    press(page, "Voir mes réponses")
    wrong += look(page, "Vos réponses")
    page.get_by_role("link", name="Changer mes accords").click()
    expect(page.get_by_label("Oui, sans dire qui je suis")).to_be_checked()
    wrong += look(page, "Changer vos accords")
    page.get_by_role("link", name="Ne rien changer").click()
    page.get_by_role("link", name="Effacer mes réponses").click()
    wrong += look(page, "Effacer vos réponses\u00a0?")
    press(page, "Tout effacer")
    assert wrong + look(page, "Vos réponses sont effacées") == []


def test_a_proposal_that_is_over(page: Page) -> None:
    refused, erased, late = (factories.referral(db.session) for _ in range(3))
    late.expires_at = now() - timedelta(days=1)
    db.session.commit()
    wrong = []
    for referral, button in ((refused, "Non merci"), (erased, "Effacez-moi")):
        link = f"/contact/{referral.token}"
        page.goto(link)
        press(page, button)
        wrong += look(page, "C’est effacé, nous ne vous écrirons plus")
        page.goto(link)
        wrong += look(page, "Ce lien n’ouvre plus rien")
    page.goto(f"/contact/{late.token}")
    wrong += look(page, "Le temps de cette proposition est passé")
    assert wrong == []


@pytest.mark.parametrize("has_booking", [True, False])
def test_coordinates_that_are_erased(page: Page, has_booking: bool) -> None:
    person, slot = interviews.person(db.session), interviews.slot(db.session)
    if has_booking:
        bookings.take(db.session, person.id, slot.id)
    db.session.commit()
    link = f"/entretien/{person.token}"
    page.goto(link)
    page.get_by_text("Effacer mes coordonnées").click()
    press(page, "Effacer pour de bon")
    wrong = look(page, "Vos coordonnées sont effacées")
    page.goto(link)
    assert wrong + look(page, "Ce lien ne mène plus à rien") == []


def test_a_slot_withdrawn_meanwhile(page: Page) -> None:
    person, slot = interviews.person(db.session), interviews.slot(db.session)
    db.session.commit()
    page.goto(f"/entretien/{person.token}")
    page.get_by_role("radio").check()
    db.session.delete(slot)
    db.session.commit()
    press(page, "Prendre ce rendez-vous")
    expect(page.locator(".error-summary")).to_contain_text("n’est plus proposé")
    assert look(page, "Choisissez un moment pour notre échange") == []


def fill(page: Page) -> None:
    """Fill the form of a page, whatever it asks."""
    form = page.locator("main form").filter(has=page.locator("[name=gate]")).first
    for box in form.get_by_role("checkbox").all():
        box.check()
    for field in form.locator(
        "textarea, input:not([type=hidden], .form-check-input):visible"
    ).all():
        kind, name = field.get_attribute("type"), field.get_attribute("name")
        words = {"email": "lea@exemple.fr", "tel": "06 12 34 56 78"}.get(str(kind), "Des mots")
        field.fill("0000 0000 0000 0000" if name == "code" else words)
    for field in form.locator("select").all():
        field.select_option(index=1)
    form.locator(".acts .btn-primary").click()


@pytest.mark.parametrize(
    ("why", "paths", "said"),
    [
        ("wait", EVERY_GATE, "Attendez"),
        ("proof", BEGIN, "secondes"),
        ("trap", BEGIN, "Appuyez encore"),
    ],
    ids=["wait", "proof", "trap"],
)
def test_the_gate_refuses(
    page: Page, monkeypatch: pytest.MonkeyPatch, why: str, paths: list[str], said: str
) -> None:
    monkeypatch.setattr(gate, "SLOW_SECONDS", 0 if why == "wait" else 30)
    for name, form in gate.FORMS.items() if why != "trap" else ():
        monkeypatch.setitem(gate.FORMS, name, replace(form, hourly=0, slowly=0))
    page.route("**/altcha.js", lambda route: route.fulfill(body=""))  # that proves nothing
    wrong = []
    for path in paths:
        page.goto(path)
        if why == "trap":
            page.locator("[name=site_web]").evaluate("field => { field.value = 'x' }")
        with page.expect_response(lambda reply: reply.request.method == "POST") as replied:
            fill(page)
        assert replied.value.status == (429 if why == "wait" else 422), path
        expect(page.locator(".error-summary")).to_contain_text(said)
        expect(page).to_have_title(re.compile(r"^Erreur\s: "))
        wrong += look(page)
    assert wrong == []


def test_answers_changed_before_they_are_sent(page: Page) -> None:
    agree(page)
    wrong = []
    for wording in ("", "?facile=1"):
        page.goto(f"/temoigner/usager/relire{wording}")
        other = page.context.new_page()
        other.goto("/temoigner/usager/rubrique/territoire")
        other.locator("[name=q_clsm]").fill(f"CLSM {wording}")
        press(other, pages.CONTINUE)
        expect(other.locator(".where")).to_contain_text("Rubrique 3 sur")
        press(page, "Envoyer mon témoignage")
        expect(page.get_by_role("alert")).to_contain_text(
            re.compile("changé (ailleurs|sur une autre page)")
        )
        wrong += look(page)
    assert wrong == []


def enter_as(page: Page, role: RoleName) -> None:
    """Sign in with an account that may enter this one room."""
    email = f"{role}@recueil.example"
    factories.account(db.session, email=email, roles=[role], password=PASSWORD)
    db.session.commit()
    pages.sign_in(page, email, PASSWORD)
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()


def test_desk_pages_that_no_link_of_the_demo_opens(page: Page, visitor: Visit, site: str) -> None:
    campaign, contact = factories.campaign(db.session), factories.contact(db.session)
    interview = factories.interview(db.session)
    enter_as(page, RoleName.STAFF)
    wrong = []
    mine = f"campagnes/{campaign.id}"
    for path in (f"{mine}/modifier", f"{mine}/supprimer", mine, f"contacts/{contact.id}"):
        page.goto(f"/equipe/{path}")
        wrong += look(page)
    page.goto("/recherche/")
    wrong += look(page, "Cette page n’est pas ouverte à votre compte")
    researcher = visitor(site).new_page()
    enter_as(researcher, RoleName.RESEARCHER)
    researcher.goto(f"/recherche/entretiens/{interview.id}/corriger")
    wrong += look(researcher)
    researcher.get_by_label("Jour de l’entretien").fill("")
    press(researcher, "Enregistrer")
    expect(researcher).to_have_title(re.compile(r"^Erreur\s: "))
    wrong += look(researcher)
    researcher.goto("/recherche/entretiens/remise/passee")
    wrong += look(researcher, "Cette feuille n’est plus montrée")
    researcher.goto(f"/recherche/temoignages/{contact.id}")
    wrong += look(researcher, "Ce témoignage n’existe pas, ou n’existe plus")
    assert wrong == []


def test_desk_pages_that_come_too_late(page: Page) -> None:
    inquiry = inquiries.ask(db.session, "Qui lira ?", inquiries.Ways(email="lea@exemple.fr"))
    person, slot = interviews.person(db.session), interviews.slot(db.session)
    enter_as(page, RoleName.STAFF)
    page.goto(f"/equipe/questions/{inquiry.id}")
    page.get_by_label("Votre réponse").fill("L’équipe.")
    inquiries.close(db.session, inquiry, answer="", by_id=1)
    db.session.commit()
    press(page, "Envoyer la réponse et clore")
    expect(page.get_by_role("alert")).to_contain_text("Cette question est déjà close")
    wrong = look(page)
    page.goto(f"/equipe/a-rappeler/{person.id}/creneau")
    page.get_by_role("radio").check()
    db.session.delete(slot)
    db.session.commit()
    page.locator("main .btn-primary").click()
    expect(page.get_by_role("alert")).to_contain_text("n’est plus proposé")
    assert wrong + look(page) == []


def test_pages_of_the_data_protection_officer(page: Page, visitor: Visit, site: str) -> None:
    for number in range(3):
        audit.record(db.session, Act.CONTACT_ERASED, uuid.uuid4())
        audit.record(db.session, Act.RESEARCH_EXPORTED, count=number, detail="csv:raw", by=99)
        db.session.commit()
    enter_as(page, RoleName.DPO)
    wrong = []
    page.goto("/dpo/journal")
    page.get_by_role("button", name="Relire tout le journal").click()
    expect(page.get_by_role("status")).to_contain_text("Le journal est entier")
    wrong += look(page)
    page.get_by_label("Acte").select_option("Contacts")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    wrong += look(page)
    page.goto("/dpo/journal?objet=rien")
    wrong += look(page)
    for path in ("registre", "analyse-d-impact"):
        page.goto(f"/dpo/{path}")
        wrong += look(page)
    assert wrong == []
