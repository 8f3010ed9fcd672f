"""What the page of personal data sends: a yes or a no a mention, and words added by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import Length

from app.services.mentions import Mention
from app.services.mentions_by_hand import LEAST, MOST, Nature
from forms.answers import clean

SAVE, ACCEPT_ALL, ADD = "enregistrer", "tout", "ajouter"
YES, NO = "oui", "non"
CHOICE = "choix-"  # and the key of a mention: its two answers
NATURES = {
    "prenom": ("Prénom", Nature("PER", "Prénom")),
    "nom": ("Nom de famille", Nature("PER", "Nom")),
    "personne": ("Surnom, initiales, autre façon de nommer", Nature("PER", "Personne")),
    "lieu": ("Commune ou autre lieu", Nature("LOC", "Commune")),
    "organisme": ("Organisme ou association", Nature("ORG", "Organisme")),
    "adresse": ("Adresse", Nature("ADDRESS", "Adresse")),
    "telephone": ("Numéro de téléphone", Nature("PHONE", "Téléphone")),
    "courriel": ("Adresse électronique", Nature("EMAIL", "Courriel")),
    "lien": ("Adresse d’un site, compte", Nature("URL", "Lien")),
    "identifiant": ("Date de naissance, numéro de dossier", Nature("ID", "Identifiant")),
}


class ImpossibleError(ValueError):
    """No page of ours sends this."""


class ReviewForm(FlaskForm):
    """The words added by hand; the choices are read by `sent`."""

    seen = HiddenField()
    words = StringField(
        "Les mots exacts",
        [Length(max=MOST, message=f"Ces mots comptent {MOST} signes au plus.")],
        description=(
            "Comme ils sont écrits dans le témoignage. Toutes les fois où ils y sont, en capitales "
            "ou non, deviendront le même pseudonyme."
        ),
    )
    nature = SelectField(
        "Ce que c’est",
        choices=[
            SelectChoice("", "Choisissez"),
            *(SelectChoice(name, told) for name, (told, _) in NATURES.items()),
        ],
        validate_choice=False,
    )

    @property
    def typed(self) -> str:
        return clean(self.words.data or "").strip()

    def can_add(self) -> bool:
        """Whether the words can be looked for; what is wrong is said beside the fields."""
        self.words.errors, self.nature.errors = list[str](), list[str]()
        if len(self.typed) < LEAST:
            self.words.errors.append(f"Écrivez les mots à remplacer, {LEAST} signes au moins.")
        if self.nature.data not in NATURES:
            self.nature.errors.append("Choisissez ce que ces mots désignent.")
        return not (self.words.errors or self.nature.errors)


@dataclass(frozen=True)
class Sent:
    """The choices that a page sent: the mentions it showed, and those said yes or no to."""

    act: str
    shown: frozenset[str]
    chosen: Mapping[str, bool]

    @property
    def keys(self) -> frozenset[str]:
        return self.shown | self.chosen.keys()

    def of(self, mentions: Sequence[Mention]) -> dict[str, bool]:
        """Return what is said of these: an unticked box says no, an open one left open nothing."""
        ticks = {each.key: False for each in mentions if each.key in self.shown}
        ticks |= {key: said for key, said in self.chosen.items() if key in ticks}
        return {
            each.key: ticks[each.key]
            for each in mentions
            if each.key in ticks and (not each.is_open or each.key in self.chosen)
        }


def sent(form: MultiDict[str, str]) -> Sent:
    """Read the choices. Raises ImpossibleError."""
    chosen = dict.fromkeys(form.getlist(YES), True)
    for name, said in form.items():
        if name.startswith(CHOICE):
            if said not in (YES, NO):
                raise ImpossibleError
            chosen[name.removeprefix(CHOICE)] = said == YES
    act = form.get("act", "")
    if act not in (SAVE, ACCEPT_ALL, ADD) or not form.get("seen"):
        raise ImpossibleError
    return Sent(act, frozenset(form.getlist("passage")), chosen)


@dataclass(frozen=True)
class Row:
    """A mention as a page shows it: its number, and the answer given or proposed, none if open."""

    number: int
    mention: Mention
    said: bool | None
    is_missing: bool = False


def rows(
    mentions: Sequence[Mention], said: Mapping[str, bool] | None = None, *, is_refused: bool = False
) -> list[Row]:
    """Return the rows of a page: what was sent (`said`) first, what was decided, what is proposed.

    A sure proposal is ticked, for whoever reads to untick; one that often is something else has no
    answer until somebody gives one.
    """
    kept = said or {}
    return [
        Row(number, each, kept.get(each.key, _default(each)), is_refused and _lacks(each, kept))
        for number, each in enumerate(mentions, start=1)
    ]


def _default(mention: Mention) -> bool | None:
    if mention.decision is not None:
        return mention.is_accepted
    return True if mention.is_sure else None


def _lacks(mention: Mention, said: Mapping[str, bool]) -> bool:
    return mention.is_open and mention.key not in said


def nature_of(form: Any) -> Nature:
    """Return the nature chosen in a form that `can_add`."""
    return NATURES[form.nature.data][1]
