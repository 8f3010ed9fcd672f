"""The contacts room: who may be written to, added one by one or from a file."""

import uuid

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import EmailField, ValidationError
from wtforms.validators import DataRequired, Length

from app.extensions import csrf, db
from app.models import Contact, RoleName
from app.services import clsms, contact_files, contact_imports, contacts, invitations
from app.services.contact_words import Lexicon
from app.views.access import only_for
from app.views.choices import ListField
from app.views.invitation_states import STATES
from app.views.lines import LineField
from app.views.paging import paged
from forms.schema import Library

Page = str | Response | tuple[str, int]

blueprint = Blueprint("contacts", __name__, url_prefix="/equipe/contacts")
only_for(blueprint, RoleName.STAFF)
# Each form here checks its own token, so that an old one shows the page again with what was typed.
csrf.exempt(blueprint)

NAME_LENGTH = contact_files.NAME_LENGTH
TOO_LONG = f"Écrivez moins de {NAME_LENGTH} caractères."
ALREADY_HERE = "Un contact a déjà cette adresse. Rien n’a été changé."


class ContactForm(FlaskForm):
    """Somebody to write to."""

    name = LineField(
        "Nom",
        [
            DataRequired("Donnez le nom, tel qu’il sera écrit dans les messages."),
            Length(max=NAME_LENGTH, message=TOO_LONG),
        ],
        description="Prénom et nom, comme vous les écririez dans un message.",
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        "Adresse électronique",
        [DataRequired("Donnez l’adresse électronique.")],
        render_kw={"autocomplete": "off"},
    )
    audience = ListField("Profil", choices=[])
    clsm = LineField(
        "CLSM (facultatif)",
        [Length(max=NAME_LENGTH, message=TOO_LONG)],
        description="Choisissez dans la liste, ou écrivez un nom qui n’y est pas.",
        render_kw={"autocomplete": "off", "list": "clsms"},
    )

    def validate_email(self, field: EmailField) -> None:
        try:
            field.data = contacts.canonical_email(field.data)
        except contacts.InvalidEmailError:
            raise ValidationError(
                "Cette adresse n’est pas complète. Écrivez par exemple nom@organisme.fr."
            ) from None

    def wanted(self) -> contacts.NewContact:
        return contacts.NewContact(
            email=self.email.data,
            name=self.name.data,
            audience=self.audience.data,
            clsm=self.clsm.data or "",
        )


class ImportForm(FlaskForm):
    """A file of contacts."""

    file = FileField(
        "Fichier CSV",
        [FileRequired("Choisissez un fichier.")],
        description="Un mégaoctet au plus, soit plusieurs milliers de lignes.",
        render_kw={"accept": ".csv,text/csv,text/plain"},
    )


def _library() -> Library:
    library: Library = current_app.extensions["questionnaires"]
    return library


def _form(contact: Contact | None = None) -> ContactForm:
    kept = (
        {}
        if contact is None
        else {
            "name": contact.name,
            "email": contact.email,
            "audience": contact.audience,
            "clsm": contact.clsm.name if contact.clsm else "",
        }
    )
    form = ContactForm(data=kept)
    form.audience.choices = [(each.id, each.label) for each in _library().audiences]
    return form


@blueprint.get("/")
def index() -> str:
    """List the contacts, by profile and by words."""
    audience, words = request.args.get("profil", ""), clsms.tidy(request.args.get("q", ""))
    labels = {each.id: each.label for each in _library().audiences}
    audience = audience if audience in labels else ""
    page = paged(contacts.matching(db.session, audience=audience, words=words))
    return render_template(
        "contacts/index.html",
        page=page,
        last=contacts.last_invitations(db.session, page.items),
        total=contacts.count(db.session),
        states=STATES,
        audiences=_library().audiences,
        labels=labels,
        chosen={"profil": audience or None, "q": words or None},
    )


@blueprint.get("/nouveau")
def new() -> str:
    """Show an empty form."""
    return _show_form(_form(), None)


@blueprint.post("/nouveau")
def add() -> Page:
    """Add one contact; an address already known changes nothing."""
    form = _form()
    if form.validate():
        try:
            contacts.add(db.session, form.wanted())
            db.session.commit()
        except contacts.ContactExistsError:
            form.email.errors = [ALREADY_HERE]
        else:
            flash(f"{form.name.data} est dans vos contacts.", "success")
            return redirect(url_for(".index"))
    return _show_form(form, None), 422


@blueprint.get("/<uuid:contact_id>")
def edit(contact_id: uuid.UUID) -> str:
    """Show one contact, to be corrected."""
    contact = contacts.get(db.session, contact_id) or abort(404)
    return _show_form(_form(contact), contact)


@blueprint.post("/<uuid:contact_id>")
def correct(contact_id: uuid.UUID) -> Page:
    """Correct a contact."""
    contact = contacts.get(db.session, contact_id) or abort(404)
    form = _form(contact)
    if form.validate():
        try:
            contacts.correct(db.session, contact, form.wanted())
            db.session.commit()
        except contacts.ContactExistsError:
            form.email.errors = [ALREADY_HERE]
        else:
            flash(f"{form.name.data} : c’est corrigé.", "success")
            return redirect(url_for(".index"))
    return _show_form(form, contact), 422


@blueprint.post("/<uuid:contact_id>/refus")
def refuse(contact_id: uuid.UUID) -> Page:
    """Note a no that was given by telephone or by letter."""
    contact = contacts.get(db.session, contact_id) or abort(404)
    if FlaskForm().validate():
        invitations.decline_all(db.session, contact)
        db.session.commit()
        flash(f"{contact.name} ne recevra plus de message.", "success")
    else:
        flash("La page était restée ouverte trop longtemps. Recommencez.", "warning")
    return redirect(url_for(".edit", contact_id=contact.id))


@blueprint.get("/importer")
def choose_file() -> str:
    """Ask for a file."""
    return render_template("contacts/import.html", form=ImportForm(), **_import_words())


@blueprint.post("/importer")
def import_file() -> Page:
    """Bring in a file's contacts and say what became of each line."""
    form = ImportForm()
    if not form.validate():
        return render_template("contacts/import.html", form=form, **_import_words()), 422
    try:
        read = contact_files.parse(form.file.data.read(), Lexicon.of(_library()))
    except contact_files.UnreadableFileError as error:
        form.file.errors = [str(error)]
        return render_template("contacts/import.html", form=form, **_import_words()), 422
    report = contact_imports.bring_in(db.session, read)
    db.session.commit()
    page = render_template("contacts/report.html", report=report)
    return page, 200 if read.rows else 422


def _import_words() -> dict[str, object]:
    return {"audiences": _library().audiences, "needed": contact_files.NEEDED}


def _show_form(form: ContactForm, contact: Contact | None) -> str:
    return render_template(
        "contacts/form.html", form=form, contact=contact, names=clsms.names(db.session)
    )
