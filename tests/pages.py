"""What people do on Recueil's pages, said once: journeys read like the story they tell."""

import re
from email.message import EmailMessage

from playwright.sync_api import Page, expect

CONTINUE = "Enregistrer et continuer"


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/compte/accueil")
    page.get_by_label("Adresse").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter").click()


def choose_password(page: Page, given: str, own: str) -> None:
    """Replace the one-time password, as is asked at the first sign-in."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Choisissez votre mot de passe")
    fields = page.locator("input[type=password]")
    for field, value in zip(fields.all(), (given, own, own), strict=True):
        field.fill(value)
    page.get_by_role("button", name="Enregistrer").click()


def invite(page: Page, email: str, name: str, right: str) -> None:
    """Invite a colleague, who receives a link."""
    page.get_by_role("link", name="Comptes", exact=True).click()
    form = page.get_by_role("form", name="Inviter une personne")
    form.get_by_label("Adresse électronique").fill(email)
    form.get_by_label("Nom").fill(name)
    form.get_by_label(right).check()
    form.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_role("status")).to_contain_text(f"Une invitation part pour {email}.")


def follow_invitation(page: Page, message: EmailMessage, own: str) -> None:
    """Choose a password by the link of an invitation, then sign in."""
    body = message.get_body(("plain",))
    assert body is not None
    link = re.search(r"https?://\S+/compte/lien/\S+", body.get_content())
    assert link is not None
    page.goto(link[0])
    for field in page.locator("input[type=password]").all():
        field.fill(own)
    page.get_by_role("button", name="Enregistrer").click()
    sign_in(page, str(message["To"]), own)


def add_contact(page: Page, name: str, email: str, profile: str, clsm: str) -> None:
    page.get_by_role("link", name="Contacts", exact=True).click()
    page.get_by_role("link", name="Ajouter un contact").first.click()
    page.get_by_label("Nom", exact=True).fill(name)
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Profil").select_option(label=profile)
    page.get_by_label("CLSM (facultatif)").fill(clsm)
    page.get_by_role("button", name="Ajouter").click()


def send_campaign(page: Page, title: str) -> None:
    """Write a campaign with the text proposed, read it over, and send it."""
    page.get_by_role("link", name="Campagnes", exact=True).first.click()
    page.get_by_role("link", name="Écrire une campagne").first.click()
    page.get_by_label("Titre de la campagne").fill(title)
    page.get_by_role("button", name="Enregistrer et relire").click()
    page.get_by_role("link", name="Préparer l’envoi").click()
    page.get_by_role("button", name="Envoyer").click()


def send_campaign_of(page: Page, title: str, *, count: int) -> None:
    """Write a campaign with the text proposed, and send it to so many people."""
    page.get_by_role("link", name="Campagnes", exact=True).first.click()
    page.get_by_role("link", name="Écrire une campagne").first.click()
    page.get_by_label("Titre de la campagne").fill(title)
    page.get_by_role("button", name="Enregistrer et relire").click()
    page.get_by_role("link", name="Préparer l’envoi").click()
    page.get_by_role("button", name=f"Envoyer les {count} messages").click()


def personal_link(message: EmailMessage) -> str:
    """Return the personal link that a message holds."""
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://\S+/invitation/\S+", body.get_content())
    assert found is not None
    return found[0]


def answer(page: Page, **words: str) -> None:
    """Fill the fields named by their question's id, and go on to the next page."""
    for question, text in words.items():
        page.locator(f"[name=q_{question}]").fill(text)
    page.get_by_role("button", name=CONTINUE).click()
