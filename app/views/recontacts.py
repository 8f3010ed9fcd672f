"""Coordinates that somebody may leave after sending: kept apart from what they told."""

from typing import Self

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Field, TextAreaField, ValidationError
from wtforms.validators import Length

from app import tasks
from app.extensions import csrf, db
from app.mail import rendezvous
from app.models import Recontact
from app.services import receipts, recontacts, slots
from app.views import draft_session, gate, places
from app.views.access import for_holders
from app.views.coordinate_fields import EXAMPLE, NAME, TOO_LONG, AddressField, PhoneField
from app.views.draft_session import Sitting
from app.views.lines import LineField

blueprint = Blueprint("recontacts", __name__, url_prefix="/temoigner/<slug>/merci")
for_holders(blueprint)
csrf.exempt(blueprint)  # its form checks its own token, and shows itself again when it is too old

# In the browser's cookie, the personal link of who left their coordinates, by the reference of what
# they had sent: whoever testifies next in this browser does not see it.
LEFT = "recontacts"
ONE_OF_BOTH = (
    "Donnez une adresse électronique ou un numéro de téléphone\u00a0: l’un des deux suffit."
)


EASY_WORDS = {
    "email": ("Votre adresse électronique", "Par exemple\u00a0: nom@exemple.fr."),
    "phone": ("Ou votre numéro de téléphone", f"Par exemple\u00a0: {EXAMPLE}."),
    "name": ("Votre nom ou votre prénom", "Vous pouvez laisser vide."),
    "hours": ("Quand pouvons-nous vous contacter\u00a0?", "Par exemple\u00a0: le mardi matin."),
}
"""Field → its label and its help, easy to read."""


class RecontactForm(FlaskForm):
    """Where somebody agrees to be reached: an address or a number, at least."""

    email = AddressField(
        "Votre adresse électronique",
        description="Nous y envoyons le lien pour choisir le jour et l’heure.",
    )
    phone = PhoneField(
        "Votre numéro de téléphone",
        description=f"Par exemple {EXAMPLE}. L’adresse ou le numéro\u00a0: l’un des deux suffit.",
    )
    name = LineField(
        "Le nom ou le prénom à demander (facultatif)",
        NAME,
        render_kw={"autocomplete": "name"},
    )
    hours = TextAreaField(
        "Quand vous joindre\u00a0? (facultatif)",
        [Length(max=500, message=TOO_LONG)],
        description="Par exemple «\u00a0le mardi matin\u00a0», ou «\u00a0plutôt par "
        "téléphone\u00a0».",
        render_kw={"rows": 2, "autocomplete": "off"},
    )

    def in_easy_words(self) -> Self:
        """Say the same in easy French; return the form."""
        for name, (label, help_) in EASY_WORDS.items():
            self[name].label.text, self[name].description = label, help_
        return self

    def validate_email(self, field: Field) -> None:
        if not field.data and not (self.phone.data or "").strip():
            raise ValidationError(ONE_OF_BOTH)

    def coordinates(self) -> recontacts.Coordinates:
        """Return what was typed, the address in its canonical form."""
        return recontacts.Coordinates(
            name=self.name.data or "",
            email=self.email.data,
            phone=self.phone.data or "",
            hours=self.hours.data or "",
        )


@blueprint.get("")
def thanks(slug: str) -> str | Response:
    """Say thank you, and what happens now."""
    return _page(draft_session.sit(slug), RecontactForm(formdata=None))


@blueprint.post("")
def leave(slug: str) -> str | Response | tuple[str | Response, int]:
    """Keep where somebody may be reached, and send them the link to choose a slot."""
    sitting = draft_session.sit(slug)
    sent, form = draft_session.sent(slug), RecontactForm()
    if not sent or not sent["may_contact"]:
        return redirect(places.onward(".thanks", slug=slug))
    if not form.validate() or gate.check("coordonnees"):
        return _page(sitting, form), gate.status()
    left = recontacts.leave(
        db.session, form.coordinates(), audience=sitting.questionnaire.audience.id
    )
    posted = rendezvous.send_link(db.session, left) if left.email else None
    db.session.commit()
    if posted:
        tasks.deliver_notice.enqueue(str(posted))
    session[LEFT] = session.get(LEFT, {}) | {sent["reference"]: left.token}
    flash("Vos coordonnées sont gardées, à part de votre témoignage. Merci.", "success")
    draft_session.forget_contact(slug)
    return redirect(places.onward(".thanks", slug=slug, _anchor="joindre"))


def _left(reference: str) -> Recontact | None:
    """Return what this browser left after this testimony, if it is still held."""
    return recontacts.find(db.session, session.get(LEFT, {}).get(reference, ""))


def _page(sitting: Sitting, form: RecontactForm) -> str | Response:
    sent = draft_session.sent(sitting.slug)
    if sent is None:
        return redirect(url_for("answering.start", slug=sitting.slug))
    return render_template(
        "recontacts/thanks.html",
        questionnaire=sitting.questionnaire,
        sent=sent,
        groups=receipts.grouped(draft_session.code_of_sent(sitting.slug) or ""),
        form=form.in_easy_words() if places.is_easy() else form,
        easy=places.is_easy(),
        left=_left(str(sent["reference"])),
        has_slots=bool(slots.free(db.session)),
    )
