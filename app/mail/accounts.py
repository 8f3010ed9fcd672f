"""What is written to colleagues about their accounts: an invitation, a way back in, a change."""

import uuid

from flask import current_app, render_template
from sqlalchemy.orm import Session

from app.models import LinkPurpose
from app.services import account_links, notices

CHANGES = {
    "password": "Le mot de passe de votre compte vient d’être changé.",
    "application": "Une application qui donne des codes vient d’être ajoutée à votre compte.",
    "cle": "Une clé d’accès vient d’être ajoutée à votre compte.",
    "application:changed": "L’application de codes vient d’être retirée de votre compte.",
    "cle:changed": "Une clé d’accès vient d’être retirée de votre compte.",
    "codes:changed": "De nouveaux codes de secours viennent d’être tirés pour votre compte.",
    "reset": (
        "La personne qui administre Recueil vient de retirer la seconde étape de votre "
        "connexion\u00a0: votre mot de passe suffit, jusqu’à ce que vous en installiez une autre."
    ),
}


def post(session: Session, to: str, purpose: LinkPurpose, token: str) -> uuid.UUID:
    """Put the link in the outbox; return the message's id, to enqueue after the commit.

    What the message says is erased as soon as it has left or could not.
    """
    written = render_template(
        f"accounts/mail/{purpose.value}.txt",
        link=address(token),
        lasts=account_links.LASTS[purpose],
        base=current_app.config["BASE_URL"],
    )
    return _post(session, to, written)


def tell(session: Session, to: str, what: str) -> uuid.UUID:
    """Tell whoever holds an account what was changed in how they sign in: it may not be them.

    `what` is a sentence of `CHANGES`. Returns the message's id, to enqueue after the commit.
    """
    base = current_app.config["BASE_URL"]
    written = render_template("accounts/mail/changed.txt", what=CHANGES[what], base=base)
    return _post(session, to, written)


def _post(session: Session, to: str, written: str) -> uuid.UUID:
    subject, _, text = written.partition("\n")
    message = notices.Message(to=to, subject=subject, text=text)
    return notices.post(session, message, about="account", is_secret=True).id


def address(token: str) -> str:
    """Return the whole address of a link."""
    return f"{current_app.config['BASE_URL']}/compte/lien/{token}"
