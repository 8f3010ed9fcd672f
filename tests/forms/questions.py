"""A question of each kind, to ask in tests."""

from typing import Any

from werkzeug.datastructures import MultiDict

from forms.build import form_class
from forms.schema import Kind, Option, Purpose, Question, Quotation, Scale, Section

COLOURS = (
    Option("bleu", "Bleu, ou presque", "Bleu"),
    Option("rouge", "Rouge", "Rouge"),
    Option("vert", "Vert", "Vert"),
)


def question(kind: Kind, **parts: Any) -> Question:
    """Give a question of this kind, named after it."""
    usual: dict[str, Any] = {
        "id": kind.value,
        "label": f"Intitulé {kind.value}",
        "easy_label": f"Facile {kind.value}",
        "help": f"Aide {kind.value}",
    }
    return Question(kind=kind, **(usual | parts))


SHORT_TEXT = question(Kind.SHORT_TEXT)
LONG_TEXT = question(Kind.LONG_TEXT)
ONE_CHOICE = question(Kind.ONE_CHOICE, options=COLOURS)
SEVERAL_CHOICES = question(Kind.SEVERAL_CHOICES, options=COLOURS)
SCALE = question(Kind.SCALE, minimum=1, maximum=5, scale=Scale("Peu", "Beaucoup"))
YES_NO = question(Kind.YES_NO)
NUMBER = question(Kind.NUMBER, minimum=0, maximum=5000)
DECIMAL = question(Kind.NUMBER, id="decimal", minimum=0, maximum=20, decimals=True)
ANY_NUMBER = question(Kind.NUMBER, id="libre")
YEAR = question(Kind.YEAR, minimum=1970, maximum=2035)
CLSM = question(Kind.CLSM)
CONSENT = question(Kind.CONSENT, purpose=Purpose.PARTICIPATION, required=True)
QUOTATION = question(
    Kind.QUOTATION,
    purpose=Purpose.CITATION,
    options=(
        Option(Quotation.NOT_AT_ALL, "Pas du tout", "Non"),
        Option(Quotation.UNNAMED, "Sans aucun nom", "Sans mon nom"),
        Option(Quotation.FUNCTION, "Avec ma fonction", "Avec mon métier"),
    ),
)
TRANSCRIPT = question(Kind.TRANSCRIPT)
VOICES = question(Kind.VOICES)

ALL = (
    SHORT_TEXT,
    LONG_TEXT,
    ONE_CHOICE,
    SEVERAL_CHOICES,
    SCALE,
    YES_NO,
    NUMBER,
    DECIMAL,
    ANY_NUMBER,
    YEAR,
    CLSM,
    CONSENT,
    QUOTATION,
    TRANSCRIPT,
    VOICES,
)
SECTION = Section(id="toutes", title="Toutes", easy_title="Toutes", questions=ALL)


def asking(*questions: Question) -> Section:
    """Give a section of these questions."""
    return Section(id="essai", title="Essai", easy_title="Essai", questions=questions)


def sent(section: Section, *pairs: tuple[str, str]) -> Any:
    """Give the section's form, as submitted and validated."""
    form = form_class(section)(MultiDict(pairs))
    form.validate()
    return form
