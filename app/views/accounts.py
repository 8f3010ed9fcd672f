"""The accounts of the Centre's people: where one lands, who is invited, and who may do what."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, SelectChoice, SelectMultipleField
from wtforms.validators import Email, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.extensions import db
from app.mail import accounts as letters
from app.models import Account, Act, LinkPurpose, RoleName
from app.services import account_links, accounts, audit, second_steps
from app.tasks import deliver_notice
from app.views.access import for_signed_in, only_for, rooms
from app.views.lines import LineField

blueprint = Blueprint("accounts", __name__)
for_signed_in(blueprint)
administration = Blueprint("administration", __name__, url_prefix="/admin")
only_for(administration, RoleName.ADMINISTRATOR)

ROLE_LABELS = {
    RoleName.STAFF: "Équipe : contacts et campagnes",
    RoleName.RESEARCHER: "Recherche : témoignages et décomptes",
    RoleName.ADMINISTRATOR: "Administration : comptes",
    RoleName.DPO: "Protection des données\u00a0: journal et registre",
}
LAST = "Il faut au moins une personne pour administrer : rien n’a changé."


class InvitationForm(FlaskForm):
    """A colleague's account: an address, a name, what they may do."""

    email = EmailField(
        "Adresse électronique",
        [
            InputRequired("Donnez l’adresse électronique de votre collègue."),
            Length(max=255, message="Cette adresse est trop longue."),
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
def home() -> Response:
    """Lead whoever signs in to the room that is theirs."""
    mine = rooms()
    return redirect(url_for(mine[0].endpoint if mine else "public.call"))


@blueprint.post("/compte/partout")
def sign_out_everywhere() -> Response:
    """End every session of one's account, this one included."""
    accounts.end_sessions(accounts.get(db.session, current_user.id))
    db.session.commit()
    flash("Vous êtes déconnectée ou déconnecté partout.", "success")
    return redirect(url_for("security.login"))


@administration.get("/")
def index() -> str:
    """List the accounts, what each may do, and the form that invites."""
    return _index(InvitationForm(formdata=None))


def _index(form: InvitationForm) -> str:
    return render_template(
        "accounts/index.html",
        accounts=accounts.all_accounts(db.session),
        invitations=account_links.invitations(db.session),
        form=form,
        role_labels=ROLE_LABELS,
    )


@administration.post("/comptes")
def invite() -> Response | tuple[str, int]:
    """Open an account, and write to its owner, who will choose a password."""
    form = InvitationForm()
    if not form.validate():
        return _index(form), 422
    roles = [RoleName(role) for role in form.roles.data or []]
    try:
        account = accounts.invite(
            db.session, email=form.email.data, name=form.name.data or "", roles=roles
        )
    except accounts.AccountExistsError:
        flash(f"Un compte existe déjà pour {form.email.data}.", "warning")
        return redirect(url_for("administration.index"))
    return _write(account)


def _write(account: Account) -> Response:
    """Send an invitation; those that this account had are over."""
    token = account_links.make(db.session, account, LinkPurpose.INVITATION)
    posted = letters.post(db.session, account.email, LinkPurpose.INVITATION, token)
    audit.record(db.session, Act.ACCOUNT_INVITED, account.id)
    db.session.commit()
    deliver_notice.enqueue(str(posted))
    days = account_links.LASTS[LinkPurpose.INVITATION].days
    flash(
        f"Une invitation part pour {account.email}. Elle sert une fois, pendant {days} jours.",
        "success",
    )
    return redirect(url_for("administration.show", account_id=account.id))


@administration.get("/comptes/<int:account_id>")
def show(account_id: int) -> str:
    """Show an account, and all that can be done about it."""
    account = _account(account_id)
    return render_template(
        "accounts/show.html",
        account=account,
        invitation=account_links.invitations(db.session).get(account.id),
        has_second_step=second_steps.is_set(db.session, account),
        role_labels=ROLE_LABELS,
    )


def _account(account_id: int) -> Account:
    try:
        return accounts.get(db.session, account_id)
    except accounts.UnknownAccountError:
        abort(404)


@administration.post("/comptes/<int:account_id>/droits")
def set_roles(account_id: int) -> Response:
    """Change what an account may do."""
    account = _account(account_id)
    names = set(request.form.getlist("roles")) & {role.value for role in RoleName}
    try:
        accounts.set_roles(db.session, account_id, [RoleName(name) for name in names])
    except accounts.LastAdministratorError:
        db.session.rollback()
        flash(LAST, "warning")
    else:
        db.session.commit()
        flash(f"Les droits de {account.email} sont enregistrés.", "success")
    return redirect(url_for("administration.show", account_id=account_id))


@administration.post("/comptes/<int:account_id>/<any(fermer, rouvrir):act>")
def set_active(account_id: int, act: str) -> Response:
    """Close an account, or open it again; either signs its owner out."""
    account = _account(account_id)
    try:
        accounts.set_active(db.session, account, is_active=act == "rouvrir")
    except accounts.LastAdministratorError:
        db.session.rollback()
        flash(LAST, "warning")
    else:
        account_links.end_all(db.session, account)
        done = Act.ACCOUNT_REOPENED if account.active else Act.ACCOUNT_CLOSED
        audit.record(db.session, done, account_id)
        db.session.commit()
        state = "rouvert" if account.active else "fermé"
        flash(f"Le compte de {account.email} est {state}.", "success")
    return redirect(url_for("administration.show", account_id=account_id))


@administration.post("/comptes/<int:account_id>/invitation")
def invite_again(account_id: int) -> Response:
    """Send a new invitation to whoever has not answered; the one before is over."""
    account = _account(account_id)
    if account.password is not None or not account.active:
        flash("Ce compte n’attend pas d’invitation : rien n’a changé.", "warning")
        return redirect(url_for("administration.show", account_id=account_id))
    return _write(account)


@administration.post("/comptes/<int:account_id>/invitation/retirer")
def withdraw(account_id: int) -> Response:
    """Take back an invitation that nobody has answered, and the account with it."""
    account = _account(account_id)
    try:
        accounts.withdraw(db.session, account)
    except accounts.AlreadyOpenError:
        flash(
            "Cette personne a déjà choisi son mot de passe : fermez plutôt son compte.", "warning"
        )
        return redirect(url_for("administration.show", account_id=account_id))
    audit.record(db.session, Act.ACCOUNT_UNINVITED, account_id)
    db.session.commit()
    flash("L’invitation est retirée.", "success")
    return redirect(url_for("administration.index"))


@administration.post("/comptes/<int:account_id>/lien")
def make_link(account_id: int) -> str:
    """Make a link to choose a new password, shown once, to give by hand to its owner."""
    account = _account(account_id)
    if account.password is None or not account.active:
        abort(404)
    token = account_links.make(db.session, account, LinkPurpose.RECOVERY)
    audit.record(db.session, Act.RECOVERY_LINK_MADE, account.id)
    db.session.commit()
    return render_template("accounts/link.html", account=account, link=letters.address(token))


@administration.post("/comptes/<int:account_id>/deux-etapes")
def reset_second_step(account_id: int) -> Response:
    """Forget the second step of whoever has lost it; their sessions end."""
    account = _account(account_id)
    second_steps.reset(db.session, account)
    accounts.end_sessions(account)
    told = letters.tell(db.session, account.email, "reset")
    db.session.commit()
    deliver_notice.enqueue(str(told))
    flash(f"{account.email} se connecte de nouveau avec son seul mot de passe.", "success")
    return redirect(url_for("administration.show", account_id=account_id))


@administration.get("/deux-etapes")
def ask_needing() -> str:
    """Show which roles must sign in in two steps."""
    return render_template(
        "accounts/needing.html",
        needing=second_steps.needing(db.session),
        role_labels=ROLE_LABELS,
        is_mine=second_steps.is_set(db.session, current_user),
    )


@administration.post("/deux-etapes")
def set_needing() -> Response:
    """Have the chosen roles sign in in two steps, from their next page on."""
    accounts.ensure_roles(db.session)
    names = set(request.form.getlist("roles")) & {role.value for role in RoleName}
    second_steps.need(db.session, {RoleName(name) for name in names})
    audit.record(db.session, Act.STEPS_NEEDED, detail=",".join(sorted(names)))
    db.session.commit()
    flash("C’est enregistré.", "success")
    return redirect(url_for("administration.ask_needing"))
