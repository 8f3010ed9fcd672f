"""What the personal page says of a rendezvous, in ordinary French and in easy French."""

from flask import flash
from wtforms import Form

from app.views import booking_forms
from app.views.coordinate_fields import EXAMPLE, UNDIALLED
from app.views.easing import ease
from app.views.places import is_easy

FIXED, MOVED, CANCELLED, CALLED, STALE = "fixed", "moved", "cancelled", "called", "stale"
# In ordinary French, then in easy French.
TOLD = {
    FIXED: ("Votre rendez-vous est fixé.", "Vous avez un rendez-vous."),
    MOVED: ("Votre rendez-vous est déplacé.", "Votre rendez-vous a changé."),
    CANCELLED: (
        "Vous n’avez plus de rendez-vous. Vous pouvez en choisir un autre.",
        "Vous n’avez plus de rendez-vous.",
    ),
    CALLED: (
        "C’est noté\u00a0: nous vous appellerons pour fixer le rendez-vous.",
        "Nous allons vous appeler.",
    ),
    STALE: (
        booking_forms.STALE,
        "La page est restée ouverte longtemps. Appuyez encore sur le bouton.",
    ),
}
EASY_ERRORS = {
    booking_forms.UNCHOSEN: "Choisissez un jour et une heure.",
    booking_forms.JUST_TAKEN: "Une autre personne a pris ce rendez-vous. Choisissez un autre jour.",
    booking_forms.NOT_OFFERED: "Ce rendez-vous n’est plus possible. Choisissez un autre jour.",
    booking_forms.NUMBER_WANTED: (
        "Nous vous appelons pour ce rendez-vous. Écrivez votre numéro de téléphone."
    ),
    UNDIALLED: f"Votre numéro a 10\u00a0chiffres. Par exemple\u00a0: {EXAMPLE}.",
}
EASY_LABELS = {
    "slot": ("Quel jour pouvez-vous venir ou parler\u00a0?", "Choisissez une réponse."),
    "phone": ("Votre numéro de téléphone", f"Par exemple\u00a0: {EXAMPLE}."),
    "hours": ("Quand pouvons-nous vous appeler\u00a0?", "Par exemple\u00a0: le mardi matin."),
}


def tell(what: str, category: str = "success") -> None:
    """Say on the next page what has been done."""
    flash(TOLD[what][is_easy()], category)


def eased(form: Form) -> None:
    """Put the words of a form in easy French, where that was chosen."""
    ease(form, EASY_LABELS, EASY_ERRORS)
