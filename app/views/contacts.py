"""The contacts room: who may be written to, found, corrected, tagged, exported, erased."""

import uuid

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.models import Act, Contact, ImportKind, RoleName
from app.presentation import plural
from app.services import (
    audit,
    clsms,
    contact_exports,
    contact_files,
    contact_histories,
    contact_imports,
    contact_searches,
    contact_tags,
    contacts,
    invitations,
    table_exports,
)
from app.services.columns import Choices
from app.services.contact_words import Lexicon
from app.services.contacts import ContactExistsError, NewContact, OpposedError
from app.services.import_plans import Plan
from app.services.periods import periods
from app.services.spreadsheets import Sheet
from app.views import contact_filters, imports
from app.views.access import only_for
from app.views.acting import looked
from app.views.contact_forms import ALREADY_HERE, OPPOSED, ContactForm, TagForm
from app.views.contact_histories import EVENTS
from app.views.invitation_states import STATES
from app.views.paging import paged
from forms.schema import Library

Page = str | Response | tuple[str, int]

blueprint = Blueprint("contacts", __name__, url_prefix="/equipe/contacts")
only_for(blueprint, RoleName.STAFF)
# Each form here checks its own token, so that an old one shows the page again with what was typed.
csrf.exempt(blueprint)

TOO_LATE = "La page était restée ouverte trop longtemps. Recommencez."


def _library() -> Library:
    library: Library = current_app.extensions["questionnaires"]
    return library


def _audiences() -> dict[str, str]:
    return {each.id: each.label for each in _library().audiences}


def _plan(session: Session, sheet: Sheet, choices: Choices) -> Plan[NewContact]:
    rows = contact_files.rows(sheet, choices, Lexicon.of(_library()))
    return contact_imports.plan(session, rows)


imports.add_pages(
    blueprint,
    imports.Importing(
        kind=ImportKind.CONTACTS,
        columns=contact_files.COLUMNS,
        plan=_plan,
        carry_out=contact_imports.carry_out,
        title="Importer des contacts",
        room="Contacts",
        one="contact",
        many="contacts",
        who=("Personne", "Adresse"),
        folder="contacts",
        audiences=lambda: list(_audiences().items()),
    ),
)


@blueprint.get("/")
def index() -> str:
    """List the contacts that are looked for."""
    return _list(TagForm())


@blueprint.post("/etiquettes")
def tag_listed() -> Page:
    """Add a tag to all the contacts that are listed, or take it off them."""
    form, filters = TagForm(), contact_filters.read(_audiences())
    if not form.validate():
        return _list(form), 422
    change = contact_tags.remove if request.form.get("faire") == "retirer" else contact_tags.add
    count = change(db.session, contact_searches.ids(db.session, filters), form.tag.data)
    db.session.commit()
    done = "retirée" if change is contact_tags.remove else "ajoutée"
    told = plural(count, "contact", "contacts")
    flash(f"Étiquette « {form.tag.data} » {done} : {told}.", "success")
    return redirect(url_for(".index", **contact_filters.arguments(filters)))


@blueprint.get("/exporter")
def export() -> str:
    """Say what an export holds, and of whom."""
    filters = contact_filters.read(_audiences())
    return render_template(
        "contacts/export.html",
        count=len(contact_searches.ids(db.session, filters)),
        titles=contact_exports.TITLES,
        chosen=contact_filters.arguments(filters),
        traces=contact_exports.latest(db.session),
        kept_for=periods.of.exports,
    )


@blueprint.post("/contacts.<any(csv, xlsx):kind>")
def export_file(kind: str) -> Response:
    """Give the contacts that are looked for as a file, and write down that they left."""
    filters = contact_filters.read(_audiences())
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
        return redirect(url_for(".export", **contact_filters.arguments(filters)))
    found = contact_searches.matching(db.session, filters)
    data = contact_exports.write(kind, found, _audiences())
    contact_exports.record(db.session, kind, len(found), account_id=current_user.id)
    db.session.commit()
    return imports.attachment(data, "contacts", table_exports.XLSX if kind == "xlsx" else "csv")


@blueprint.get("/nouveau")
def new() -> str:
    """Show an empty form."""
    return _show(_form(), None)


@blueprint.post("/nouveau")
def add() -> Page:
    """Add one contact; an address already known, or opposed, changes nothing."""
    form = _form()
    if form.validate() and _keep(form):
        flash(f"{form.name.data} est dans vos contacts.", "success")
        return redirect(url_for(".index"))
    return _show(form, None), 422


@blueprint.get("/<uuid:contact_id>")
def edit(contact_id: uuid.UUID) -> str:
    """Show one contact, to be corrected, and what happened with it."""
    contact = _find(contact_id)
    looked(Act.CONTACT_OPENED, contact_id)
    return _show(_form(contact), contact)


@blueprint.post("/<uuid:contact_id>")
def correct(contact_id: uuid.UUID) -> Page:
    """Correct a contact."""
    contact = _find(contact_id)
    form = _form(contact)
    if form.validate():
        try:
            contacts.correct(db.session, contact, form.wanted())
            db.session.commit()
        except ContactExistsError:
            form.email.errors = [ALREADY_HERE]
        except OpposedError:
            form.email.errors = [OPPOSED]
        else:
            flash(f"{form.name.data} : c’est corrigé.", "success")
            return redirect(url_for(".index"))
    return _show(form, contact), 422


@blueprint.post("/<uuid:contact_id>/refus")
def refuse(contact_id: uuid.UUID) -> Page:
    """Note a no that was given by telephone or by letter."""
    contact = _find(contact_id)
    if FlaskForm().validate():
        invitations.decline_all(db.session, contact)
        audit.record(db.session, Act.CONTACT_OPPOSED, contact.id)
        db.session.commit()
        flash(f"{contact.name} ne recevra plus de message.", "success")
    else:
        flash(TOO_LATE, "warning")
    return redirect(url_for(".edit", contact_id=contact.id))


@blueprint.post("/<uuid:contact_id>/effacer")
def erase(contact_id: uuid.UUID) -> Page:
    """Erase a contact and its invitations; of a no, the hash of the address stays."""
    contact = _find(contact_id)
    if not FlaskForm().validate():
        flash(TOO_LATE, "warning")
        return redirect(url_for(".edit", contact_id=contact.id))
    said_no = contact.opted_out_at is not None
    contacts.erase(db.session, contact)
    db.session.commit()
    kept = " Son refus reste gardé, sans son adresse." if said_no else ""
    flash(f"Le contact est effacé, avec ses invitations.{kept}", "success")
    return redirect(url_for(".index"))


def _find(contact_id: uuid.UUID) -> Contact:
    return contacts.get(db.session, contact_id) or abort(404)


def _form(contact: Contact | None = None) -> ContactForm:
    return ContactForm.of(contact, list(_audiences().items()))


def _keep(form: ContactForm, contact: Contact | None = None) -> bool:
    """Add what the form says, or correct a contact by it; else say why beside the address."""
    try:
        if contact is None:
            contacts.add(db.session, form.wanted())
        else:
            contacts.correct(db.session, contact, form.wanted())
        db.session.commit()
    except ContactExistsError:
        form.email.errors = [ALREADY_HERE]
    except OpposedError:
        form.email.errors = [OPPOSED]
    else:
        return True
    return False


def _list(form: TagForm) -> str:
    audiences = _audiences()
    filters = contact_filters.read(audiences)
    page = paged(contact_searches.ids(db.session, filters))
    looked(Act.CONTACTS_LISTED, count=len(page.items))
    listed = contact_searches.load(db.session, page.items)
    tags = contact_tags.counted(db.session)
    return render_template(
        "contacts/index.html",
        page=page,
        listed=listed,
        last=contacts.last_invitations(db.session, listed),
        total=contacts.count(db.session),
        states=STATES,
        offered=contact_filters.Offered(
            audiences,
            {str(each.clsm.id): each.clsm.name for each in clsms.attached(db.session)},
            {tag: f"{tag} ({count})" for tag, count in tags},
        ),
        tags=[tag for tag, _ in tags],
        form=form,
        chosen=contact_filters.arguments(filters),
    )


def _show(form: ContactForm, contact: Contact | None) -> str:
    return render_template(
        "contacts/form.html",
        form=form,
        contact=contact,
        names=clsms.names(db.session),
        history=contact_histories.of(db.session, contact) if contact else [],
        events=EVENTS,
    )
