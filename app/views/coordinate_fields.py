"""Where and how to reach somebody, as public forms ask for it: one check and one sentence each."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import EmailField, Field, Form, TelField, ValidationError
from wtforms.validators import Length, StopValidation

from app.services import contacts, phones

TOO_LONG = "Écrivez moins de %(max)d\u00a0signes."
INCOMPLETE = "Cette adresse n’est pas complète. Écrivez par exemple nom@exemple.fr."
EXAMPLE = "06\u00a012\u00a034\u00a056\u00a078"
UNDIALLED = (
    f"Un numéro de téléphone a 10\u00a0chiffres, par exemple {EXAMPLE}. "
    "Écrivez à nouveau votre numéro."
)
LONGEST_ADDRESS, LONGEST_NUMBER, LONGEST_NAME = 254, 40, 120
# Whatever a mail programme would make a link of: our messages must not carry anybody's.
LINK = re.compile(r"://|@|\bwww\b|\w\.[a-z]{2,}", re.IGNORECASE)


def without_link(_form: Form, field: Field) -> None:
    """Refuse an address of the web or of mail among words that somebody else will read."""
    if LINK.search(field.data or ""):
        raise ValidationError(
            "Écrivez sans adresse de site ni de messagerie\u00a0; "
            "laissez une espace après chaque point."
        )


NAME = (Length(max=LONGEST_NAME, message=TOO_LONG), without_link)
"""What is checked of a name: our messages say it, to an address that anybody may have typed."""


def dialled(_form: Form, field: Field) -> None:
    """Refuse what nobody could dial."""
    if not phones.is_phone(field.data or ""):
        raise StopValidation(UNDIALLED)


class AddressField(EmailField):
    """An e-mail address, in its canonical form once it is right; it may be left blank."""

    data: str

    def __init__(self, label: str, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        length = Length(max=LONGEST_ADDRESS, message=TOO_LONG)
        kwargs.setdefault("render_kw", {"autocomplete": "email"})
        super().__init__(label, [*validators, length], **kwargs)

    def pre_validate(self, form: Form) -> None:
        self.data = (self.data or "").strip()
        if not self.data:
            return
        try:
            self.data = contacts.canonical_email(self.data)
        except contacts.InvalidEmailError:
            raise StopValidation(INCOMPLETE) from None


class PhoneField(TelField):
    """A telephone number, kept as it is typed; it may be left blank."""

    def __init__(self, label: str, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        length = Length(max=LONGEST_NUMBER, message=TOO_LONG)
        kwargs.setdefault("render_kw", {"autocomplete": "tel"})
        kwargs.setdefault("description", f"Par exemple {EXAMPLE}.")
        super().__init__(label, [*validators, length], **kwargs)

    def pre_validate(self, form: Form) -> None:
        if (self.data or "").strip():
            dialled(form, self)
