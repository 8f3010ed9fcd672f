"""The forms of blind coding: making a round, saying the themes of a sentence, settling one."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.models import Account
from app.presentation import number
from app.services.agreement_rounds import MOST_ANSWERS
from app.views.agreement_words import account_name
from app.views.choices import BoxesField
from app.views.filters import Choices
from app.views.lines import LineField
from app.views.typed_counts import CountField

TITLE_LENGTH = 120
WITH_THEMES, WITHOUT = "themes", "aucun"


class RoundForm(FlaskForm):
    """A round to make."""

    title = LineField(
        "Titre",
        [
            DataRequired("Donnez un titre, pour le retrouver."),
            Length(max=TITLE_LENGTH, message="Écrivez moins de %(max)d caractères."),
        ],
        description="Par exemple\u00a0: Essai de la grille, novembre.",
    )
    size = CountField(
        "Nombre de réponses à coder",
        [InputRequired("Écrivez un nombre.")],
        description="Tirées au hasard, dans chaque profil à proportion de ce qui est arrivé.",
    )
    coders = BoxesField(
        "Qui code",
        coerce=int,
        description="Deux personnes au moins. Chacune code sans voir ce que disent les autres.",
    )
    themes = BoxesField("Thèmes à coder", description="Tous, sauf ceux que vous décochez.")

    @classmethod
    def offering(cls, people: Sequence[Account], choices: Choices, **options: Any) -> Self:
        """Return a form of these accounts and of the codebook's themes."""
        made = cls(**options)
        made.coders.choices = [(each.id, account_name(each)) for each in people]
        made.themes.choices = [
            (each.id, f"{each.code} {each.label}") for each in choices.themes.values()
        ]
        return made

    def validate_size(self, field: Field) -> None:
        if field.data is not None and not 1 <= field.data <= MOST_ANSWERS:
            raise ValidationError(f"Écrivez un nombre de 1 à {number(MOST_ANSWERS)}.")

    def validate_coders(self, field: Field) -> None:
        if len(set(field.data or ())) < 2:
            raise ValidationError("Choisissez deux personnes au moins.")

    def validate_themes(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Choisissez un thème au moins.")


class SentenceForm(FlaskForm):
    """What a coder says of one sentence: its themes, or by the other button that it has none."""

    themes = BoxesField("Thèmes")
    acte = HiddenField()

    @classmethod
    def offering(cls, themes: Mapping[str, str], **options: Any) -> Self:
        """Return a form of these themes, id → label."""
        made = cls(**options)
        made.themes.choices = list(themes.items())
        return made

    def validate_themes(self, field: Field) -> None:
        if self.acte.data == WITHOUT and field.data:
            raise ValidationError(
                "Des thèmes sont cochés\u00a0: enregistrez-les, ou décochez-les d’abord."
            )
        if self.acte.data != WITHOUT and not field.data:
            raise ValidationError(
                "Cochez un thème au moins, ou appuyez sur «\u00a0Aucun thème\u00a0»."
            )


class SettlementForm(FlaskForm):
    """What is settled of a sentence; its themes are read beside (`regle-<theme>`)."""

    carry = BooleanField("Reporter dans les codages du témoignage")


class ButtonForm(FlaskForm):
    """A button, and its token."""
