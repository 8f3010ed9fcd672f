"""The forms of a mise en contact: whoever proposes, each person proposed, and the yes."""

from collections.abc import Sequence

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    SelectChoice,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from app.services.recontacts import Coordinates
from app.services.referrals import Proposal, Proposer
from app.views.choices import ListField
from app.views.coordinate_fields import NAME, TOO_LONG, AddressField, PhoneField, without_link
from app.views.lines import LineField
from forms.schema import Audience

MOST = 5  # people proposed at a time
MEANS = {
    "phone": "par téléphone",
    "mail": "par écrit, par courriel",
    "video": "en visioconférence",
    "on_site": "sur place",
}


class ProposerForm(FlaskForm):
    """Who proposes; asked once, however many people are proposed."""

    name = LineField(
        "Votre nom",
        [
            DataRequired("Écrivez votre nom\u00a0: la personne doit savoir qui parle d’elle."),
            *NAME,
        ],
        description="Prénom et nom. La personne les lira.",
        render_kw={"autocomplete": "name"},
    )
    function = LineField(
        "Votre fonction",
        [
            DataRequired("Écrivez votre fonction."),
            *NAME,
        ],
        description="Par exemple «\u00a0coordinatrice\u00a0» ou «\u00a0coordinateur\u00a0». "
        "La personne la lira.",
        render_kw={"autocomplete": "organization-title"},
    )
    clsm = LineField(
        "Votre CLSM",
        [
            DataRequired("Écrivez le nom de votre CLSM."),
            Length(max=200, message=TOO_LONG),
            without_link,
        ],
        description="Choisissez dans la liste, ou écrivez un nom qui n’y est pas.",
        render_kw={"autocomplete": "off", "list": "clsms"},
    )
    email = AddressField(
        "Votre adresse électronique (facultatif)",
        description="Si vous la donnez, la personne la lira, et pourra vous demander ce qu’il en "
        "est.",
    )

    def proposer(self) -> Proposer:
        """Return who proposes, in words."""
        words = f"{self.name.data}, {self.function.data}"
        if self.email.data:
            words += f" ({self.email.data})"
        return Proposer(words=words, clsm=self.clsm.data)


class PersonForm(FlaskForm):
    """One person proposed. What belongs to somebody else is never filled in by the browser."""

    class Meta:
        csrf = False  # the token is asked once, of whoever proposes

    name = LineField(
        "Son nom",
        [
            DataRequired("Écrivez le nom de cette personne."),
            *NAME,
        ],
        description="Prénom et nom, tels qu’ils seront écrits dans notre message.",
        render_kw={"autocomplete": "off"},
    )
    email = AddressField(
        "Son adresse électronique",
        [DataRequired("Écrivez son adresse électronique.")],
        render_kw={"autocomplete": "off"},
    )
    audience = ListField("Son profil", [InputRequired("Choisissez un profil.")], choices=[])
    reason = LineField(
        "Pourquoi elle ou lui\u00a0?",
        [
            DataRequired("Dites en quelques mots pourquoi cette personne."),
            Length(max=500, message=TOO_LONG),
            without_link,
        ],
        description="Quelques mots. La personne les lira, tels que vous les écrivez\u00a0; "
        "ne dites rien de sa santé.",
        widget=TextArea(),
        render_kw={"rows": 3, "autocomplete": "off"},
    )
    agreed = BooleanField(
        "Cette personne est d’accord pour que je donne son adresse",
        [InputRequired("Demandez-lui d’abord son accord, puis cochez cette case.")],
    )

    @property
    def is_blank(self) -> bool:
        """Nothing was written about anybody."""
        asked = (self.name, self.email, self.audience, self.reason, self.agreed)
        return not any(field.data for field in asked)

    def proposal(self) -> Proposal:
        """Return who is proposed, and why."""
        return Proposal(
            name=self.name.data,
            email=self.email.data,
            audience=self.audience.data,
            reason=self.reason.data,
        )


class YesForm(FlaskForm):
    """How somebody who says yes would rather be reached. Nothing is asked that is known."""

    class Meta:
        csrf = False  # the personal link, which nobody guesses, says all; and no page grows old

    means = SelectMultipleField(
        "Comment préférez-vous échanger\u00a0? (facultatif)",
        choices=[SelectChoice(value, label.capitalize()) for value, label in MEANS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description="Cochez tout ce qui vous va.",
    )
    phone = PhoneField("Votre numéro de téléphone (facultatif)")
    hours = LineField(
        "Quels jours, à quelles heures\u00a0? (facultatif)",
        [Length(max=400, message=TOO_LONG)],
        description="Par exemple «\u00a0le mardi matin\u00a0», «\u00a0après 18\u00a0heures\u00a0».",
        render_kw={"autocomplete": "off"},
    )
    name = LineField(
        "Le nom à demander (facultatif)",
        NAME,
        description="Si vous laissez vide, nous garderons celui que l’on nous a donné.",
        render_kw={"autocomplete": "name"},
    )
    email = AddressField(
        "Une autre adresse électronique (facultatif)",
        description="Si vous laissez vide, nous garderons celle où vous avez reçu notre message.",
    )

    def validate_phone(self, field: Field) -> None:
        field.data = (field.data or "").strip()
        if not field.data and "phone" in (self.means.data or []):
            raise ValidationError("Écrivez le numéro où vous appeler.")

    def coordinates(self) -> Coordinates:
        """Return how to reach them: what they prefer and when are read together."""
        means = ", ".join(label for value, label in MEANS.items() if value in self.means.data)
        hours = [part for part in (means.capitalize(), self.hours.data) if part]
        return Coordinates(
            name=self.name.data or "",
            email=self.email.data or "",
            phone=self.phone.data,
            hours=". ".join(hours),
        )


def person(number: int, audiences: Sequence[Audience], *, is_new: bool = False) -> PersonForm:
    """Return the form of the person of this number, with what was sent of it unless it is new."""
    prefix = f"personne-{number}-"
    form = PersonForm(formdata=None, prefix=prefix) if is_new else PersonForm(prefix=prefix)
    form.audience.choices = [("", "Choisissez"), *((each.id, each.label) for each in audiences)]
    return form


def people(audiences: Sequence[Audience]) -> list[PersonForm]:
    """Return the form of each person that the request speaks of, at least one."""
    named = [
        number
        for number in range(1, MOST + 1)
        if any(name.startswith(f"personne-{number}-") for name in request.form)
    ]
    return [person(number, audiences) for number in range(1, max(named, default=1) + 1)]
