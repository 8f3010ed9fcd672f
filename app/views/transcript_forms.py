"""The forms by which an interview comes in: its file or its text, then everything to check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, HiddenField, RadioField, SelectChoice, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from app.models.base import today
from app.presentation import plural
from app.services import sights, transcripts, voices
from app.services.transcript_files import ACCEPTED
from app.views.lines import at_most
from app.views.typed_moments import DayField
from forms import build, kinds
from forms.answers import LIMITS, AnswerError, clean
from forms.build import field_name, form_class
from forms.fields import RadioAnswer
from forms.schema import VOICES_ID, Kind, Purpose, Questionnaire, Section, Value

FIRST_YEAR = 2000
VOICES = f"q_{VOICES_ID}"
UNSAID = SelectChoice("", "Non dit")
NO_CONSENT = (
    "Sans cet accord, rien ne peut être gardé. Cochez la case si la personne l’a vraiment donné."
)


class ChoiceField(RadioField):
    """One of the offered choices; its refusal speaks French."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, validate_choice=False, **options)

    def pre_validate(self, form: Any) -> None:
        if self.data not in {value for value, *_ in self.iter_choices()}:
            raise ValidationError("Choisissez une des réponses proposées.")


class WordsField(TextAreaField):
    """A text, kept exactly as it is typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean(valuelist[0]) if valuelist else ""


class StartForm(FlaskForm):
    """Who was met, and the text: a file, or words."""

    audience = ChoiceField("Profil de la personne", choices=[])
    file = FileField(
        "Fichier de la transcription ou des notes",
        description="En .docx, .odt ou .txt, dix mégaoctets au plus. Les images, les commentaires, "
        "les notes de bas de page et les en-têtes ne sont pas repris.",
        render_kw={"accept": ",".join(ACCEPTED)},
    )
    text = WordsField(
        "Ou bien le texte",
        [at_most(LIMITS[Kind.TRANSCRIPT], is_told=False)],
        description="Écrivez-le ou collez-le ici\u00a0: il sera gardé exactement tel quel.",
        render_kw={"rows": 10, "autocomplete": "off"},
    )

    def validate_file(self, field: FileField) -> None:
        is_written = bool((self.text.data or "").strip())
        if field.data and is_written:
            raise ValidationError(
                "Choisissez un fichier ou écrivez le texte, pas les deux. "
                "Le texte écrit est resté dans la case."
            )
        if not field.data and not is_written:
            raise ValidationError("Choisissez un fichier, ou écrivez le texte dans la case.")


class InterviewForm(FlaskForm):
    """What is asked whatever the profile; `form_of` adds what the definition asks."""

    sitting = HiddenField()
    shown = HiddenField()  # the voices that the page offered, a line each
    seen = HiddenField()  # what the page has seen of an interview that it corrects
    held_on = DayField(
        "Jour de l’entretien",
        [InputRequired("Donnez le jour de l’entretien.")],
        render_kw={"autocomplete": "off"},
    )
    kind = ChoiceField("Nature du texte", choices=[])
    text = WordsField(
        "Le texte",
        description="Corrigez ce qui doit l’être, et remplacez les noms propres qui désigneraient "
        "quelqu’un. C’est ce texte qui sera gardé.",
        render_kw={"rows": 24, "autocomplete": "off"},
    )
    agreed_on = DayField("Jour de l’accord", [Optional()], render_kw={"autocomplete": "off"})

    def validate_held_on(self, field: Field) -> None:
        _check_past(field.data, "L’entretien")

    def validate_agreed_on(self, field: Field) -> None:
        _check_past(field.data, "L’accord")

    def validate_text(self, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError("Le texte est vide. Écrivez-le ou collez-le dans la case.")
        try:
            kinds.read(self.asked.question(self.kind.data or self.kind.choices[0][0]), [field.data])
        except KeyError:
            return  # the nature of the text is refused beside it
        except AnswerError as error:
            raise ValidationError(str(error)) from None

    def offer_voices(self, text: str) -> None:
        """Offer the voices of this text, those ticked that are no longer in it let go."""
        found = voices.find(text)
        names = [voice.name for voice in found]
        field = self[VOICES]
        field.choices = [
            SelectChoice(voice.name, f"{voice.name} ({turns(voice)})") for voice in found
        ]
        field.data = [name for name in field.data or [] if name in names] or None
        field.raw_data = field.data or []

    def has_new_voices(self) -> bool:
        """Tell whether the text names a voice that the page had not offered."""
        shown = (self.shown.data or "").splitlines()
        return any(choice.value not in shown for choice in self[VOICES].choices)

    def remember_voices(self) -> None:
        """Have the page say which voices it offers."""
        self.shown.data = "\n".join(choice.value for choice in self[VOICES].choices)


def turns(voice: voices.Voice) -> str:
    """Return how many turns a voice takes, in words."""
    return plural(voice.turns, "prise de parole", "prises de parole")


def _check_past(day: date | None, what: str) -> None:
    if day is None:
        return
    if day > today():
        raise ValidationError(f"{what} ne peut pas être dans le futur. Vérifiez le jour.")
    if day.year < FIRST_YEAR:
        raise ValidationError(f"Vérifiez l’année\u00a0: {day.year} est trop ancienne.")


def form_of(interview: Questionnaire, *, data: dict[str, Any] | None = None) -> Any:
    """Return the form of an interview: filled with `data`, or else with what was sent."""
    made = form_class(_asked(interview), base=InterviewForm)
    form = made() if data is None else made(formdata=None, data=data)
    form.asked = interview
    for field in form:
        if isinstance(field, RadioAnswer):  # whoever enters it does not answer for themselves
            field.choices = [each if each.value else UNSAID for each in field.choices]
    form.kind.choices = [(asked.id, asked.label) for asked in transcripts.kinds(interview)]
    return form


@dataclass(frozen=True)
class Change:
    """What changed since a page was shown; `is_mine`: whoever sends it changed it too."""

    field: Field
    is_mine: bool


def correction_of(interview: Questionnaire, held: Mapping[str, Any]) -> Any:
    """Return the form that corrects an interview, filled with what is held of it."""
    return _correcting(interview, held, {})


def merged(form: Any, held: Mapping[str, Any], changed: set[str]) -> tuple[Any, list[Change]]:
    """Return a form that was sent with what changed meanwhile, and what that is.

    What somebody wrote here stays as they wrote it. A consent is shown as it is held, whatever was
    sent: it is said again, or not.
    """
    sent = sent_of(form)
    agreed = {field.name for field in consents_of(form)}
    mine = (sights.changed(form.seen.data or "", held, sent) & changed) - agreed
    kept = {name: sent[name] for name in held if name not in changed or name in mine}
    again = _correcting(form.asked, held, kept | {"agreed_on": form.agreed_on.data})
    return again, [Change(again[name], name in mine) for name in held if name in changed]


def sent_of(form: Any) -> dict[str, Any]:
    """Return what a form that is right says, by its fields."""
    return transcripts.shown(form.asked, values_of(form), form.held_on.data)


def values_of(form: Any) -> dict[str, Value]:
    """Return what a form that is right says, question id → value."""
    values: dict[str, Value] = build.values(form) | {form.kind.data: form.text.data}
    if not values.get(VOICES_ID):
        values.pop(VOICES_ID, None)
    return values


def _correcting(interview: Questionnaire, held: Mapping[str, Any], kept: Mapping[str, Any]) -> Any:
    data = {**held, **kept, "seen": sights.write(held, held)}
    data["held_on"] = date.fromisoformat(data["held_on"])
    return form_of(interview, data=data)


def _asked(interview: Questionnaire) -> Section:
    """Return everything that is asked but the text, as one page: the voices first."""
    others = [asked for asked in interview.questions if asked.kind is not Kind.TRANSCRIPT]
    ordered = sorted(others, key=lambda asked: asked.kind is not Kind.VOICES)
    return replace(interview.sections[-1], questions=tuple(ordered))


def soften(form: Any) -> None:
    """Say of a missing consent what it means to whoever enters it for somebody else."""
    asked = form.asked.consent(Purpose.PARTICIPATION)
    if asked is not None and form[field_name(asked)].errors:
        form[field_name(asked)].errors = [NO_CONSENT]


def consents_of(form: Any) -> Sequence[Any]:
    """Return the fields of the consents and of how they were given, in the order asked."""
    first, second = form.asked.sections[:2]
    return [form[field_name(asked)] for asked in (*first.questions, *second.questions)]


def landmarks_of(form: Any) -> Sequence[Any]:
    """Return the fields of the case variables, in the order asked."""
    return [form[field_name(asked)] for asked in form.asked.questions if asked.variable]
