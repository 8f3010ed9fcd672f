"""What a browser sends ⇄ the value that is stored, kind by kind; no form here.

Each reader takes a question and what was submitted for it, and gives the value to store, None
when nothing was answered; it raises AnswerError. Each writer does the reverse.
"""

import re
from collections.abc import Sequence

from forms.schema import Kind, Question, Value

LIMITS = {
    Kind.LONG_TEXT: 100_000,
    Kind.SHORT_TEXT: 500,
    Kind.CLSM: 200,
    Kind.TRANSCRIPT: 500_000,  # some eight hours of talk
    Kind.VOICES: 60,  # each
}
"""The longest texts, in Unicode code points."""

YES, NO = "oui", "non"
TICKED = frozenset({YES, "y", "on"})
"""What a ticked box may send: our value, WTForms' and the browsers' own."""

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_SPACES = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]"
_NUMBER = re.compile(
    rf"[-+]?(?:[0-9]{{1,9}}|[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}}){{1,2}})(?:[.,][0-9]{{1,6}})?"
)
_ANY_BOUNDS = (-999_999_999, 999_999_999)
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class AnswerError(ValueError):
    """An answer that cannot be stored; its text says in French what to do instead.

    `easy` says it in easy French, a sentence a line.
    """

    def __init__(self, told: str, *, easy: str) -> None:
        super().__init__(told)
        self.easy = easy


def clean(text: str) -> str:
    """Give the text as it is stored: the author's own, but for what cannot be kept.

    Line ends become LF (browsers send CRLF); NUL goes (PostgreSQL refuses it); half a surrogate
    pair, which no encoding can write, becomes U+FFFD.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", lines)


def read_text(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read a free text: kept as written, leading spaces included."""
    text, limit = clean(submitted[0]), LIMITS[question.kind]
    if not text.strip():
        return None
    if (excess := len(text) - limit) > 0:
        sign = "signe" if excess == 1 else "signes"
        raise AnswerError(
            f"Votre texte est trop long pour cette case : {group(limit)} signes au plus. "
            f"Raccourcissez-le de {group(excess)} {sign} ; il reste affiché pour cela.",
            easy="Votre texte est trop long.\n"
            f"Enlevez {group(excess)} {sign}.\n"
            "Un signe est une lettre, un chiffre ou un espace.",
        )
    return text


def read_clsm(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read the name of a CLSM: a text without the white space around it, which would hide twins."""
    return read_text(question, [clean(submitted[0]).strip()])


def read_choice(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read one choice; the empty one is no answer."""
    if not submitted[0]:
        return None
    if question.option(submitted[0]) is None:
        raise AnswerError(
            "Choisissez une des réponses proposées.", easy="Choisissez une réponse de la liste."
        )
    return submitted[0]


def read_choices(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read several choices: each once, in the order offered."""
    if any(value and question.option(value) is None for value in submitted):
        raise AnswerError(
            "Cochez seulement des réponses proposées.",
            easy="Cochez seulement des réponses de la liste.",
        )
    return [option.value for option in question.options if option.value in submitted] or None


def read_names(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read several names, whatever they are: each once, in the order given."""
    names = list(dict.fromkeys(name for sent in submitted if (name := clean(sent).strip())))
    if any(len(name) > LIMITS[question.kind] for name in names):
        told = f"Un nom compte {LIMITS[question.kind]} signes au plus."
        raise AnswerError(told, easy=told)
    return names or None


def read_scale(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read a step of a scale."""
    if not submitted[0]:
        return None
    if submitted[0] not in map(str, steps(question)):
        raise AnswerError(
            "Choisissez un des chiffres proposés.", easy="Choisissez un chiffre de la liste."
        )
    return int(submitted[0])


def read_yes_no(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read a yes or a no."""
    if submitted[0] not in ("", YES, NO):
        told = "Choisissez « Oui » ou « Non »."
        raise AnswerError(told, easy=told)
    return submitted[0] == YES if submitted[0] else None


def read_consent(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read a consent: True, or nothing. No box ticked is never stored as a no."""
    return True if submitted[0] in TICKED else None


def read_number(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read a number written the French way: « 1 200 », « 0,5 ».

    Gives an int, or a float when the question accepts decimals.
    """
    written = clean(submitted[0]).strip().replace("\N{MINUS SIGN}", "-")
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        raise _number_error(question)
    number = float(re.sub(_SPACES, "", written).replace(",", ".")) + 0.0
    low, high = bounds(question)
    if not low <= number <= high or not (question.decimals or number.is_integer()):
        raise _number_error(question)
    return number if question.decimals else int(number)


def read_year(question: Question, submitted: Sequence[str]) -> Value | None:
    """Read a year of four digits, between the question's bounds."""
    written = clean(submitted[0]).strip()
    if not written:
        return None
    low, high = bounds(question)
    example = _within(2016, low, high)
    if not re.fullmatch("[0-9]{4}", written):
        raise AnswerError(
            f"Écrivez l’année en quatre chiffres, par exemple {example}.",
            easy=f"Écrivez l’année avec 4 chiffres.\nPar exemple : {example}.",
        )
    if not low <= int(written) <= high:
        raise AnswerError(
            f"Écrivez une année entre {low} et {high}, par exemple {example}.",
            easy=f"Écrivez une année entre {low} et {high}.\nPar exemple : {example}.",
        )
    return int(written)


def _number_error(question: Question) -> AnswerError:
    low, high = bounds(question)
    what, usual = ("nombre", 0.5) if question.decimals else ("nombre entier", 3)
    example = number_text(_within(usual, low, high))
    between, easy_between = (
        f" entre {group(low)} et {group(high)},",
        f"\nLe nombre est entre {group(low)} et {group(high)}.",
    )
    if (low, high) == _ANY_BOUNDS:
        between = easy_between = ""
    comma = "" if question.decimals else "\nN’écrivez pas de virgule."
    return AnswerError(
        f"Écrivez un {what} en chiffres,{between} par exemple {example}.",
        easy=f"Écrivez un nombre avec des chiffres.{comma}{easy_between}\nPar exemple : {example}.",
    )


def _within(number: float, low: int, high: int) -> float:
    return min(max(number, low), high)


def bounds(question: Question) -> tuple[int, int]:
    """Give the smallest and the largest number a question accepts."""
    low, high = _ANY_BOUNDS
    return (
        low if question.minimum is None else question.minimum,
        high if question.maximum is None else question.maximum,
    )


def steps(question: Question) -> range:
    """Give the numbers of a scale."""
    low, high = bounds(question)
    return range(low, high + 1)


def group(number: int) -> str:
    """Write a whole number the French way: « 1 200 »."""
    return f"{number:,}".replace(",", NO_BREAK_SPACE)


def number_text(number: float) -> str:
    """Write a number the French way: « 1 200,5 »."""
    whole, _, decimals = f"{number:.6f}".partition(".")
    decimals = decimals.rstrip("0")
    sign = "-" if whole.startswith("-") else ""
    return sign + group(abs(int(whole))) + (f",{decimals}" if decimals else "")


def write_number(value: Value) -> list[str]:
    """Write a number as a person would have typed it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return [number_text(float(value))] if is_number else []  # type: ignore[arg-type]


def write_yes_no(value: Value) -> list[str]:
    """Write a yes or a no as its radio button sends it."""
    return [YES if value else NO] if isinstance(value, bool) else []


def write_consent(value: Value) -> list[str]:
    """Write a consent as its box sends it."""
    return [YES] if value is True else []


def write_words(value: Value) -> list[str]:
    """Write a text, a choice, several choices, a year or a step."""
    if isinstance(value, list):
        return [*value]
    return [] if isinstance(value, bool) else [str(value)]
