"""A colleague's account, from the invitation to the second step; each page is looked at."""

import re
import time
from collections.abc import Callable

import pytest
from flask import current_app
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.extensions import db
from app.mail.accounts import CHANGES
from app.models import Notice, RoleName
from app.services import accounts, notices, second_steps
from tests import factories, pages
from tests.conftest import PASSWORD
from tests.journeys.keyboard import follow, push, tick, write
from tests.journeys.test_states import look

pytestmark = pytest.mark.xdist_group("states")
Visit = Callable[..., BrowserContext]
ADMINISTRATOR, NADIA = "administration@recueil.example", "nadia@recueil.example"
OWN, LAST = "cheval agrafe pile correcte", "sabot nuée tiroir lanterne"
SAFETY = "/compte/securite"


@pytest.fixture
def house(site: str) -> str:
    """The site by a name, which passkeys ask for, with somebody who administers."""
    url = site.replace("127.0.0.1", "localhost")
    current_app.config["BASE_URL"] = url
    roles = [RoleName.ADMINISTRATOR]
    factories.account(db.session, email=ADMINISTRATOR, roles=roles, password=PASSWORD)
    db.session.commit()
    return url


def link() -> str:
    """The link of the last message that waits."""
    db.session.rollback()
    latest = select(Notice).order_by(Notice.queued_at.desc())
    message = notices.read(db.session.scalars(latest).first() or Notice())
    assert message is not None
    found = re.search(r"/compte/lien/\S+", message.text)
    assert found is not None
    return found[0]


def told() -> list[str]:
    """What Nadia was told of her account, beyond the links, in its order."""
    db.session.rollback()
    read = map(notices.read, db.session.scalars(select(Notice).order_by(Notice.queued_at)))
    texts = [each.text for each in read if each and each.to == NADIA]
    return [text.split("\n\n")[1] for text in texts if "/compte/lien/" not in text]


def sign_in(page: Page, own: str = OWN) -> None:
    write(page, "Adresse électronique", NADIA)
    write(page, "Mot de passe", own)
    push(page, "Se connecter")


def choose_password(page: Page, own: str) -> None:
    write(page, "Nouveau mot de passe", own)
    write(page, "Le même, une seconde fois", own)
    push(page, "Enregistrer")


def code(key: str, *, ahead: int = 0) -> str:
    return second_steps.code_at(key, int(time.time()) // 30 + ahead)


def with_authenticator(page: Page) -> Callable[[], int]:
    """Plug a key into the browser, that says yes by itself; return how many accounts it knows."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    plugged = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: len(session.send("WebAuthn.getCredentials", plugged)["credentials"])


def test_from_the_invitation_to_the_second_step(house: str, visitor: Visit) -> None:
    """Nobody has a mouse."""
    administrator, page = visitor(house).new_page(), visitor(house).new_page()
    pages.sign_in(administrator, ADMINISTRATOR, PASSWORD)
    wrong = invite(administrator)
    wrong += come_in(page)
    wrong += share_a_key(page)
    wrong += plug_a_key(page)
    wrong += change_password(page)
    administrator.reload()
    push(administrator, "Faire un lien de mot de passe")
    wrong += look(administrator, "Lien à transmettre")
    follow(administrator, "Comptes")
    follow(administrator, "Choisir qui se connecte en deux étapes")
    wrong += look(administrator)
    tick(administrator, "Administration\u00a0: comptes")
    push(administrator, "Enregistrer")
    expect(administrator.locator("h1")).to_have_text("Mon compte")  # led to one's own
    expect(administrator.locator(".alert-warning")).to_be_visible()
    assert wrong == []
    assert told() == [CHANGES[each] for each in ("password", "application", "cle", "password")]
    without_javascript(visitor(house, java_script_enabled=False).new_page())


def invite(page: Page) -> list[str]:
    """Invite Nadia, after a mistake; see her account."""
    follow(page, "Comptes")
    write(page, "Adresse électronique", "nadia")
    push(page, "Envoyer l’invitation")
    expect(page.locator(".error-summary")).to_be_focused()
    wrong = look(page)
    write(page, "Adresse électronique", NADIA)  # over what was typed, which Tab selects
    write(page, "Nom", "Nadia")
    tick(page, "Recherche\u00a0: témoignages et décomptes")
    push(page, "Envoyer l’invitation")
    expect(page.get_by_role("status")).to_contain_text(f"Une invitation part pour {NADIA}.")
    return wrong + look(page, "Nadia")


def come_in(page: Page) -> list[str]:
    """Choose a password by the link, the first one too well known; forget it, choose another."""
    page.goto(link())
    wrong = look(page, "Choisissez votre mot de passe")
    choose_password(page, "motdepasse2026")
    wrong += look(page)
    expect(page).to_have_title(re.compile(r"^Erreur\s: "))
    expect(page.locator(".error-summary")).to_be_focused()
    choose_password(page, "une autre phrase bientôt oubliée")
    follow(page, "Mot de passe oublié\u00a0?")
    wrong += look(page, "Mot de passe oublié")
    write(page, "Votre adresse électronique", NADIA)
    push(page, "Recevoir un lien")
    expect(page.locator("main [role=status]")).to_contain_text("un message vient de partir")
    page.goto(link())
    choose_password(page, OWN)
    sign_in(page)
    expect(page.locator("h1")).to_have_text("Témoignages")
    return wrong


def share_a_key(page: Page) -> list[str]:
    """Install an application, read the codes kept on paper, sign in again by both."""
    follow(page, "Mon compte")
    wrong = look(page, "Mon compte")
    follow(page, "Installer une application")
    wrong += look(page)
    key = page.locator("code").inner_text().replace(" ", "")
    write(page, "Code à six chiffres", code(key))
    write(page, "Votre mot de passe actuel", OWN)
    push(page, "Enregistrer")
    wrong += look(page, "Vos codes de secours")
    kept = page.locator("main code").first.inner_text()
    follow(page, "J’ai noté mes codes")
    push(page, "Se déconnecter")
    page.goto("/compte/connexion")
    sign_in(page)
    wrong += look(page, "Seconde étape")
    write(page, "Code de l’application, ou code de secours", kept)
    push(page, "Continuer")
    page.goto(SAFETY)
    follow(page, "Tirer de nouveaux codes")
    return wrong + look(page)


def plug_a_key(page: Page) -> list[str]:
    """Add a passkey, and sign in by it; a wrong password leaves nothing on the key."""
    known = with_authenticator(page)
    page.goto(SAFETY)
    follow(page, "Ajouter une clé")
    wrong = look(page, "Ajouter une clé d’accès")
    write(page, "Nom de la clé", "clé du bureau")
    write(page, "Votre mot de passe actuel", "pas le bon")
    push(page, "Continuer")
    wrong += look(page)
    expect(page).to_have_title(re.compile(r"^Erreur\s: "))
    assert known() == 0
    write(page, "Votre mot de passe actuel", OWN)
    push(page, "Continuer")
    wrong += look(page, "Créer la clé «\u00a0clé du bureau\u00a0»")
    assert known() == 0
    push(page, "Créer la clé")
    expect(page.locator("main li")).to_contain_text("clé du bureau, depuis le")
    assert known() == 1
    follow(page, "Retirer la clé clé du bureau")
    wrong += look(page, "Retirer une clé")
    push(page, "Se déconnecter")
    page.goto("/compte/connexion")
    sign_in(page)
    wrong += look(page, "Seconde étape")
    push(page, "Utiliser ma clé")
    expect(page.locator("h1")).to_have_text("Témoignages")
    return wrong


def change_password(page: Page) -> list[str]:
    """Change the password, the same one first, then back."""
    page.goto(SAFETY)
    follow(page, "Changer de mot de passe")
    wrong = look(page, "Changer de mot de passe")
    for new in (OWN, LAST):
        write(page, "Mot de passe actuel", OWN)
        write(page, "Nouveau mot de passe", new)
        write(page, "Le même, une seconde fois", new)
        push(page, "Enregistrer")
        if new == OWN:
            wrong += look(page, "Changer de mot de passe")
            expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("main [role=status]")).to_be_visible()
    return wrong


def without_javascript(page: Page) -> None:
    """A code signs in without any script; a key says what it needs."""
    db.session.rollback()
    account = accounts.find(db.session, NADIA)
    assert account is not None
    assert account.totp_key is not None
    page.goto("/compte/connexion")
    sign_in(page, LAST)
    expect(page.get_by_text("Votre clé demande JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Utiliser ma clé")).to_be_disabled()
    write(page, "Code de l’application, ou code de secours", code(account.totp_key, ahead=1))
    push(page, "Continuer")
    expect(page.locator("h1")).to_have_text("Témoignages")
    follow(page, "Mon compte")
    follow(page, "Retirer l’application")
    write(page, "Votre mot de passe actuel", LAST)
    push(page, "Retirer l’application")
    follow(page, "Installer une application")
    key = page.locator("code").inner_text().replace(" ", "")
    write(page, "Code à six chiffres", code(key))
    write(page, "Votre mot de passe actuel", LAST)
    push(page, "Enregistrer")
    expect(page.get_by_text("Installée")).to_be_visible()
    follow(page, "Ajouter une clé")
    expect(page.get_by_text("Une clé demande JavaScript")).to_be_visible()
