"""« Une question ? »: anybody asks the team something, and may leave where to be answered."""

import uuid

from flask import Blueprint, current_app, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from app.extensions import csrf, db
from app.mail import inquiries as letters
from app.services import clsms, contacts, inquiries, notices, phones
from app.tasks import deliver_notice
from app.views import gate
from app.views.access import open_to_all
from app.views.choices import ListField
from app.views.easing import ease
from app.views.places import is_easy, onward
from forms.schema import Library

Page = str | Response | tuple[str, int]

blueprint = Blueprint("inquiries", __name__, url_prefix="/une-question")
open_to_all(blueprint)
csrf.exempt(blueprint)  # its form checks its own token, and shows itself again when it is too old

EXPLAIN = "J’aimerais qu’on m’explique le projet."
LONGEST = 5_000
EXAMPLE = "06\u00a012\u00a034\u00a056\u00a078"
INCOMPLETE = "Cette adresse n’est pas complète. Écrivez par exemple nom@exemple.fr."
UNSAID = "Écrivez votre question, ou cochez la case juste en dessous."
UNDIALLED = f"Un numéro de téléphone a 10\u00a0chiffres, par exemple {EXAMPLE}."
NOWHERE = "Pour vous expliquer le projet, il nous faut une adresse ou un numéro de téléphone."
EASY_ERRORS = {
    INCOMPLETE: "Votre adresse n’est pas complète. Par exemple\u00a0: nom@exemple.fr.",
    UNSAID: "Écrivez votre question ou cochez la case.",
    UNDIALLED: f"Votre numéro a 10\u00a0chiffres. Par exemple\u00a0: {EXAMPLE}.",
    NOWHERE: "Écrivez votre adresse ou votre numéro.",
}
EASY_LABELS = {
    "text": ("Votre question", "Écrivez avec vos mots."),
    "wants_explaining": ("Expliquez-moi le projet", ""),
    "email": ("Votre adresse électronique", "Par exemple\u00a0: nom@exemple.fr."),
    "phone": ("Votre numéro de téléphone", f"Par exemple\u00a0: {EXAMPLE}."),
    "audience": ("Qui êtes-vous\u00a0?", "Vous pouvez ne pas répondre."),
}


class InquiryForm(FlaskForm):
    """A question, or the wish to have the project explained; where to answer, if wanted."""

    key = HiddenField()
    text = TextAreaField(
        "Votre question",
        [Length(max=LONGEST, message="Écrivez moins de %(max)d\u00a0signes.")],
        description="Avec vos mots. Elle n’est lue que par l’équipe.",
        render_kw={"rows": 6, "autocomplete": "off"},
    )
    wants_explaining = BooleanField("J’aimerais qu’on m’explique le projet")
    audience = ListField("Vous êtes (facultatif)", default="")
    email = EmailField(
        "Votre adresse électronique",
        [
            Optional(),
            Length(max=255, message="Écrivez moins de %(max)d\u00a0signes."),
        ],
        render_kw={"autocomplete": "email"},
    )
    phone = TelField(
        "Ou votre numéro de téléphone",
        [Optional(), Length(max=40, message="Écrivez moins de %(max)d\u00a0signes.")],
        description=f"Par exemple {EXAMPLE}.",
        render_kw={"autocomplete": "tel"},
    )

    def validate_email(self, field: Field) -> None:
        try:
            contacts.canonical_email(field.data)
        except contacts.InvalidEmailError:
            raise ValidationError(INCOMPLETE) from None

    def validate(self, extra_validators: object = None) -> bool:
        """Check each field, then what one asks of another."""
        is_valid = bool(super().validate(extra_validators))
        return all((is_valid, self._says_something(), self._can_be_called(), self._can_be_told()))

    def _says_something(self) -> bool:
        if self.wants_explaining.data or clsms.tidy(self.text.data or ""):
            return True
        return _refuse(self.text, UNSAID)

    def _can_be_called(self) -> bool:
        typed = (self.phone.data or "").strip()
        if not typed or phones.is_phone(typed):
            return True
        return _refuse(self.phone, UNDIALLED)

    def _can_be_told(self) -> bool:
        typed = ((self.email.data or "") + (self.phone.data or "")).strip()
        if typed or not self.wants_explaining.data:
            return True
        return _refuse(self.email, NOWHERE)

    @property
    def said(self) -> str:
        """What is asked, the wish to have the project explained included."""
        parts = (EXPLAIN if self.wants_explaining.data else "", (self.text.data or "").strip())
        return "\n\n".join(part for part in parts if part)

    @property
    def ways(self) -> inquiries.Ways:
        """Where to answer, the address in its canonical form."""
        email = (self.email.data or "").strip()
        return inquiries.Ways(
            email=contacts.canonical_email(email) if email else "", phone=self.phone.data or ""
        )

    @property
    def id_(self) -> uuid.UUID:
        """What tells this form from every other: sent again, it asks no second question."""
        try:
            return uuid.UUID(self.key.data or "")
        except ValueError:
            return uuid.uuid4()


def _refuse(field: StringField, why: str) -> bool:
    field.errors = [*field.errors, why]
    return False


@blueprint.get("")
def ask() -> Page:
    """Show the form."""
    form = _form()
    form.key.data = str(uuid.uuid4())
    return _show(form)


@blueprint.post("")
def send() -> Page:
    """Keep the question, and tell the team that one came."""
    form = _form()
    if not form.validate() or gate.check("question"):
        return _show(form), gate.status()
    inquiry = inquiries.ask_once(
        db.session,
        form.id_,
        form.said,
        form.ways,
        audience=form.audience.data or None,
    )
    if inquiry is None:  # the button was pressed twice, or the question corrected: it waits already
        db.session.commit()
        return redirect(onward("inquiries.thanks"))
    notice = notices.post(db.session, letters.arrived(inquiry), about="inquiry")
    db.session.commit()
    deliver_notice.enqueue(str(notice.id))
    return redirect(onward("inquiries.thanks"))


@blueprint.get("/merci")
def thanks() -> str:
    """Say that the question came, and what happens now."""
    return render_template("inquiries/thanks.html", easy=is_easy())


def _form() -> InquiryForm:
    form = InquiryForm()
    library: Library = current_app.extensions["questionnaires"]
    audiences = [
        (each.audience.id, each.easy_title if is_easy() else each.audience.label)
        for each in library
    ]
    silent = "Je ne veux pas le dire" if is_easy() else "Je préfère ne pas le dire"
    form.audience.choices = [("", silent), *dict(audiences).items()]
    return form


def _show(form: InquiryForm) -> str:
    ease(form, EASY_LABELS, EASY_ERRORS)
    return render_template("inquiries/ask.html", form=form, easy=is_easy())
