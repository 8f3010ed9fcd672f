"""What a questionnaire is made of. Built once by `forms.loader`; nobody past it sees a dict."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn, TypeAlias

Value: TypeAlias = str | int | float | bool | list[str]
"""An answer as it is stored. Not answered is the absence of a value, never an empty one."""


class UnknownQuestionnaire(KeyError):  # noqa: N818 - a name callers read as a sentence
    """No questionnaire bears this slug, or not in this version."""


class Kind(StrEnum):
    """How a question is answered; the values are the words of the definition files."""

    SHORT_TEXT = "texte_court"
    LONG_TEXT = "texte_long"
    ONE_CHOICE = "choix_unique"
    SEVERAL_CHOICES = "choix_multiple"
    SCALE = "echelle"
    YES_NO = "oui_non"
    NUMBER = "nombre"
    YEAR = "annee"
    CLSM = "clsm"
    CONSENT = "consentement"
    QUOTATION = "accord_citation"
    TRANSCRIPT = "transcription"
    VOICES = "voix"


class Channel(StrEnum):
    """How a testimony comes in: written by its author, or told to somebody who writes it down."""

    QUESTIONNAIRE = "questionnaire"
    INTERVIEW = "entretien"


VOICES_ID = "voix_equipe"
"""The question that says which voices of a transcript are the team's: one name in every call."""


class Purpose(StrEnum):
    """What a consent is given for: one box each, never bundled."""

    PARTICIPATION = "participation"
    CITATION = "citation"
    CONTACT = "contact"


class Quotation(StrEnum):
    """How far somebody agrees to be quoted: the three answers of an `accord_citation`."""

    NOT_AT_ALL = "non"
    UNNAMED = "sans_nom"
    FUNCTION = "fonction"


@dataclass(frozen=True, slots=True)
class Option:
    """One offered answer: the stored value, its wording, its easy-to-read wording."""

    value: str
    label: str
    easy_label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The words at both ends of a scale; the numbers are the question's minimum and maximum."""

    low_label: str
    high_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `variable` names the case variable the answer feeds; `purpose` is set on consents only;
    `scale` on scales only; `decimals` says that a number may have a decimal part. Without an
    `easy_help`, the usual one is said; `pictogram` names a drawing, whose meaning the words say.
    """

    id: str
    kind: Kind
    label: str
    easy_label: str
    help: str
    easy_help: str | None = None
    pictogram: str | None = None
    why: str | None = None
    options: tuple[Option, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    scale: Scale | None = None
    decimals: bool = False
    required: bool = False
    variable: str | None = None
    purpose: Purpose | None = None

    def help_text(self, *, easy: bool) -> str:
        """Give what helps to answer, easy to read when that is asked and written."""
        return (easy and self.easy_help) or self.help

    def option(self, value: str) -> Option | None:
        """Give the offered answer stored as `value`, or None when it is not offered (any more)."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One page of questions. Introductions may hold several paragraphs, parted by a blank line."""

    id: str
    title: str
    easy_title: str
    introduction: str = ""
    easy_introduction: str = ""
    pictogram: str | None = None
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the call's page shows of a questionnaire; `order` is its place there."""

    title: str
    text: str
    minutes: int
    order: int
    pictogram: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a questionnaire is for. `titles` are those that such people bear: « maire »."""

    id: str
    label: str
    titles: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """One version of a questionnaire. A published version never changes: a change is a new one.

    `channel` tells a questionnaire of the call from an interview's, which no public page offers and
    which has no door. `offers_call` says that its pages propose to be called rather than to write;
    `offers_referral` that whoever answers it may propose people, and is not proposed in turn.
    `questions` are those of all sections, in the order asked.
    """

    slug: str
    version: int
    audience: Audience
    title: str
    easy_title: str
    introduction: str
    easy_introduction: str
    sections: tuple[Section, ...]
    door: Door | None = None
    channel: Channel = Channel.QUESTIONNAIRE
    offers_call: bool = False
    offers_referral: bool = False
    questions: tuple[Question, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        every = tuple(question for section in self.sections for question in section.questions)
        object.__setattr__(self, "questions", every)

    def question(self, id: str) -> Question:  # noqa: A002 - the word of the definition files
        """Give a question by its id. Raises KeyError."""
        return next((q for q in self.questions if q.id == id), None) or _missing(id)

    def section(self, id: str) -> Section:  # noqa: A002
        """Give a section by its id. Raises KeyError."""
        return next((s for s in self.sections if s.id == id), None) or _missing(id)

    def consent(self, purpose: Purpose) -> Question | None:
        """Give the question that asks consent for this purpose, or None."""
        return next((q for q in self.questions if q.purpose is purpose), None)


def _missing(name: str) -> NoReturn:
    raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Library:
    """Every questionnaire, all versions. Iterates over the call's current ones, in door order.

    `questionnaires` holds the interviews' too; they are never among those of the call.
    """

    questionnaires: tuple[Questionnaire, ...]

    def __iter__(self) -> Iterator[Questionnaire]:
        current = self._current(Channel.QUESTIONNAIRE).values()
        return iter(sorted(current, key=lambda q: (q.door.order if q.door else 0, q.slug)))

    def __len__(self) -> int:
        return len(self._current(Channel.QUESTIONNAIRE))

    def _current(self, channel: Channel) -> dict[str, Questionnaire]:
        """Give the highest version of each questionnaire of this channel, by slug."""
        ordered = sorted(self.questionnaires, key=lambda q: q.version)
        return {q.slug: q for q in ordered if q.channel is channel}

    @property
    def slugs(self) -> tuple[str, ...]:
        """Give the slugs, in door order."""
        return tuple(questionnaire.slug for questionnaire in self)

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Give the audiences of the current questionnaires, each once, in door order."""
        return tuple({q.audience.id: q.audience for q in reversed(list(self))}.values())[::-1]

    @property
    def interviews(self) -> tuple[Questionnaire, ...]:
        """Give what is asked of interviews, an audience each, in the order of the call's doors."""
        order = [audience.id for audience in self.audiences]
        current = self._current(Channel.INTERVIEW).values()
        ranks = {audience: rank for rank, audience in enumerate(order)}
        return tuple(sorted(current, key=lambda q: (ranks.get(q.audience.id, len(ranks)), q.slug)))

    def current(self, slug: str) -> Questionnaire:
        """Give the highest version of a questionnaire of the call. Raises UnknownQuestionnaire."""
        found = self._current(Channel.QUESTIONNAIRE).get(slug)
        if found is None:
            raise UnknownQuestionnaire(slug)
        return found

    def get(self, slug: str, version: int) -> Questionnaire:
        """Give one version, current or not. Raises UnknownQuestionnaire."""
        for questionnaire in self.questionnaires:
            if (questionnaire.slug, questionnaire.version) == (slug, version):
                return questionnaire
        raise UnknownQuestionnaire(f"{slug}.v{version}")
