"""The accounts of the Centre's people: where one lands, and who may do what."""

import logging

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_security import auth_required, current_user, hash_password
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, SelectChoice, SelectMultipleField
from wtforms.validators import Email, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.extensions import db
from app.models import Account, RoleName
from app.services import accounts
from app.views.access import only_for, rooms
from app.views.lines import LineField

log = logging.getLogger(__name__)
blueprint = Blueprint("accounts", __name__)
administration = Blueprint("administration", __name__, url_prefix="/admin")
only_for(administration, RoleName.ADMINISTRATOR)

ROLE_LABELS = {
    RoleName.STAFF: "Équipe : contacts et campagnes",
    RoleName.RESEARCHER: "Recherche : témoignages et décomptes",
    RoleName.ADMINISTRATOR: "Administration : comptes",
}


class AccountForm(FlaskForm):
    """A colleague's account: an address, a name, what they may do."""

    email = EmailField(
        "Adresse électronique",
        [
            InputRequired("Donnez l’adresse électronique de votre collègue."),
            Email("Cette adresse n’est pas complète. Écrivez par exemple nom@organisme.fr."),
        ],
        render_kw={"autocomplete": "off"},
    )
    name = LineField("Nom", [Length(max=120)], render_kw={"autocomplete": "off"})
    roles = SelectMultipleField(
        "Ce que cette personne peut faire",
        choices=[SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


@blueprint.get("/compte/accueil")
@auth_required()
def home() -> Response:
    """Lead whoever signs in to the room that is theirs."""
    mine = rooms()
    return redirect(url_for(mine[0].endpoint if mine else "public.call"))


@administration.get("/")
def index() -> str:
    """List the accounts and what each may do."""
    return render_template(
        "accounts/index.html",
        accounts=accounts.all_accounts(db.session),
        form=AccountForm(formdata=None),
        role_labels=ROLE_LABELS,
    )


@administration.post("/comptes")
def create() -> Response | tuple[str, int]:
    """Open an account; its one-time password is shown once, on the next page."""
    form = AccountForm()
    if not form.validate():
        listed = accounts.all_accounts(db.session)
        page = render_template(
            "accounts/index.html", accounts=listed, form=form, role_labels=ROLE_LABELS
        )
        return page, 422
    roles = [RoleName(role) for role in form.roles.data or []]
    try:
        password = accounts.create(
            db.session,
            email=form.email.data,
            name=form.name.data or "",
            roles=roles,
            hash_password=hash_password,
        )
    except accounts.AccountExistsError:
        flash(f"Un compte existe déjà pour {form.email.data}.", "warning")
        return redirect(url_for("administration.index"))
    db.session.commit()
    flash(
        f"Compte ouvert pour {form.email.data}. Notez ceci, qui ne sera plus montré. "
        f"Mot de passe à usage unique\u00a0: {password}",
        "success",
    )
    return redirect(url_for("administration.index"))


@administration.post("/comptes/<int:account_id>/droits")
def set_roles(account_id: int) -> Response:
    """Change what an account may do."""
    names = set(request.form.getlist("roles")) & {role.value for role in RoleName}
    try:
        account = accounts.set_roles(db.session, account_id, [RoleName(name) for name in names])
    except accounts.UnknownAccountError:
        abort(404)
    except accounts.LastAdministratorError:
        db.session.rollback()
        flash("Il faut au moins une personne pour administrer : rien n’a changé.", "warning")
    else:
        db.session.commit()
        _note_roles(account)
        flash(f"Les droits de {account.email} sont enregistrés.", "success")
    return redirect(url_for("administration.index"))


def _note_roles(account: Account) -> None:
    """Leave a trace of who gave which rights to whom, by numbers: a log names nobody."""
    roles = ", ".join(role.name for role in account.roles) or "none"
    log.warning("account %d set the roles of account %d: %s", current_user.id, account.id, roles)
