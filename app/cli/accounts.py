"""`flask user`: accounts opened and rights given from the terminal."""

import click
from flask.cli import AppGroup
from flask_security import hash_password

from app.cli.refusal import Refusal
from app.extensions import db
from app.mail import accounts as letters
from app.models import Account, RoleName
from app.services import account_links, accounts, second_steps
from app.tasks import deliver_notice

user = AppGroup("user", help="Ouvrir des comptes et donner des droits.")
ROLE_OF = {
    "equipe": RoleName.STAFF,
    "recherche": RoleName.RESEARCHER,
    "administration": RoleName.ADMINISTRATOR,
    "dpo": RoleName.DPO,
}
ROLES = click.Choice(list(ROLE_OF))


@user.command()
@click.argument("adresse")
@click.argument("droits", nargs=-1, type=ROLES)
@click.option("--nom", default="", help="Le nom affiché.")
def create(adresse: str, droits: tuple[str, ...], nom: str) -> None:
    """Ouvrir un compte et montrer son mot de passe à usage unique."""
    roles = [ROLE_OF[droit] for droit in droits]
    try:
        password = accounts.create(
            db.session, email=adresse, name=nom, roles=roles, hash_password=hash_password
        )
    except accounts.UnusableAddressError:
        raise Refusal(
            f"« {adresse} » : personne ne pourrait se connecter avec cette adresse. "
            "Donnez une adresse entière, par exemple nom@organisme.fr."
        ) from None
    except accounts.AccountExistsError:
        raise Refusal(f"Un compte existe déjà pour {adresse}.") from None
    db.session.commit()
    click.echo(f"Compte ouvert : {adresse}. Mot de passe à usage unique : {password}")


@user.command()
@click.argument("adresse")
@click.argument("droits", nargs=-1, type=ROLES, required=True)
def grant(adresse: str, droits: tuple[str, ...]) -> None:
    """Donner des droits à un compte : equipe, recherche, administration, dpo."""
    try:
        accounts.grant(db.session, adresse, [ROLE_OF[droit] for droit in droits])
    except accounts.UnknownAccountError:
        raise Refusal(f"Aucun compte pour {adresse}.") from None
    db.session.commit()
    click.echo(f"{adresse} : {', '.join(droits)}.")


@user.command()
@click.argument("adresse")
def password(adresse: str) -> None:
    """Donner un nouveau mot de passe à usage unique à qui a perdu le sien."""
    account = _account(adresse)
    given = accounts.renew_password(db.session, adresse, hash_password=hash_password)
    account_links.end_all(db.session, account)
    _commit_and_tell(account, "password")
    click.echo(f"Nouveau mot de passe à usage unique pour {adresse} : {given}")


@user.command()
@click.argument("adresse")
def reset(adresse: str) -> None:
    """Retirer la seconde étape de qui l’a perdue : application, clés et codes de secours."""
    account = _account(adresse)
    second_steps.reset(db.session, account)
    accounts.end_sessions(account)
    _commit_and_tell(account, "reset")
    click.echo(f"{adresse} se connecte de nouveau avec son seul mot de passe.")


def _account(address: str) -> Account:
    account = accounts.find(db.session, address)
    if account is None:
        raise Refusal(f"Aucun compte pour {address}.")
    return account


def _commit_and_tell(account: Account, what: str) -> None:
    """Commit a change in how somebody signs in, and write to them: they may not have asked it."""
    told = letters.tell(db.session, account.email, what)
    db.session.commit()
    deliver_notice.enqueue(str(told))
