"""A testimony as one source of a REFI-QDA project: its answers under their questions, its case.

Named spans without a code say where each answer stands, under its own id, and how its lines ended:
what is read back is put together again letter for letter.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from analysis.codebook import Codebook
from analysis.exchange import codebooks, guids
from analysis.exchange import project as qda
from analysis.exchange.plain import line_ends, plain
from analysis.exchange.project import VariableType
from analysis.palette import COLORS
from app.models import QuotationDegree
from app.services.coders import PIPELINE
from app.services.consents import DEGREES
from app.services.exported import Laid, Leaving, Margin, Told
from app.services.exported_values import in_words, valued
from app.services.standings import State
from forms.schema import Kind, Library, Question, Quotation
from forms.schema import Value as Said

ORIGIN = "Recueil"
BETWEEN = " ; "
SCORE = "proposé par la chaîne d’analyse, score "
REJECTED = "rejeté"
QUOTATIONS = {degree: said.value for said, degree in DEGREES.items()}
TYPES = {
    Kind.YES_NO: VariableType.BOOLEAN,
    Kind.SCALE: VariableType.INTEGER,
    Kind.YEAR: VariableType.INTEGER,
    Kind.NUMBER: VariableType.FLOAT,
}
IDENTIFIER = "identifiant"
FACTS = {
    "reference": (VariableType.TEXT, "Référence du témoignage"),
    "profil": (VariableType.TEXT, "Profil"),
    "canal": (VariableType.TEXT, "questionnaire : écrit par la personne ; interview : entretien"),
    "questionnaire": (VariableType.TEXT, "Questionnaire et version"),
    "recu_le": (VariableType.DATE, "Jour de l’envoi ou de l’entretien"),
    "accord_citation": (VariableType.TEXT, "non, sans_nom, ou fonction (avec le territoire)"),
    "lu_par": (VariableType.TEXT, "Chaîne d’analyse qui a proposé les thèmes"),
    "empreinte": (VariableType.TEXT, "Sert à ne jamais faire revenir un témoignage retiré"),
    IDENTIFIER: (VariableType.TEXT, "Sert à retrouver le témoignage quand ses codages reviennent"),
}

Values: TypeAlias = Mapping[uuid.UUID, qda.Value]


@dataclass(frozen=True)
class Place:
    """Where an answer stands in a source's text."""

    told: Told
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.told.text)


def laid_out(told: Sequence[Told]) -> tuple[str, list[Place]]:
    """Return the text of a source, each answer under its question, and where answers stand."""
    text, places = "", []
    for each in told:
        text += f"{each.wording}\n"
        places.append(Place(each, len(text)))
        text += f"{each.text}\n\n"
    return text, places


def codes_of(codebook: Codebook) -> tuple[qda.Code, ...]:
    """Return the families, which nothing is coded with, and their themes."""
    found, families = [], list(codebook.families)
    for family in families:
        themes = tuple(
            qda.Code(
                guids.theme(theme.id),
                theme.label,
                codebooks.describe(theme),
                COLORS[codebooks.color_of(theme, families)],
            )
            for theme in codebook.themes
            if theme.family == family
        )
        guid = guids.family(family.id)
        found.append(qda.Code(guid, family.title, family.guide, is_codable=False, codes=themes))
    return tuple(found)


def retired(theme_id: str) -> qda.Code:
    """Return the code of a theme that the codebook does not have any more."""
    return qda.Code(guids.theme(theme_id), theme_id)


def fact(name: str) -> uuid.UUID:
    """Return the GUID of a fact of every testimony."""
    return guids.named("fact", name)


def variable(question_id: str) -> uuid.UUID:
    """Return the GUID of what a question asks."""
    return guids.named("question", question_id)


def variables_of(library: Library) -> tuple[qda.Variable, ...]:
    """Return all variables of cases: the facts, then what questions ask."""
    facts = [qda.Variable(fact(name), name, *told) for name, told in FACTS.items()]
    return (*facts, *(_variable(id_, asked) for id_, asked in valued(library).items()))


def _variable(question_id: str, asked: Sequence[Question]) -> qda.Variable:
    last = asked[-1]
    offered = BETWEEN.join(f"{option.value} = {option.label}" for option in last.options)
    described = f"{last.label}\n{offered}" if offered else last.label
    return qda.Variable(variable(question_id), question_id, type_of(asked), described)


def type_of(asked: Sequence[Question]) -> VariableType:
    """Return the type that all versions of a question share; text where they differ."""
    types = {TYPES.get(each.kind, VariableType.TEXT) for each in asked}
    return types.pop() if len(types) == 1 else VariableType.TEXT


def mark(submission_key: str, guid: uuid.UUID) -> str:
    """Return what tells a withdrawn testimony again (32 digits), and leads to no receipt."""
    return hashlib.sha256(f"{submission_key}:{guid}".encode()).hexdigest()[:32]


def returning_key(guid: uuid.UUID, print_: str) -> str:
    """Return the submission key of a testimony that comes back, whatever the kind of file."""
    return hashlib.sha256(f"import:{guid}:{print_}".encode()).hexdigest()


def case_of(leaving: Leaving, types: Mapping[str, VariableType]) -> qda.Case:
    """Return who is studied; `types` are those of the questions that the project lists."""
    facts: dict[str, str | date | None] = {
        "reference": leaving.reference,
        "profil": leaving.audience,
        "canal": leaving.channel,
        "questionnaire": f"{leaving.slug}.v{leaving.version}",
        "recu_le": leaving.received_on,
        "accord_citation": _quotation(leaving.quotation),
        "lu_par": leaving.tagged_by,
        "empreinte": mark(leaving.submission_key, leaving.id),
        IDENTIFIER: str(leaving.id),
    }
    values: dict[uuid.UUID, qda.Value] = {
        fact(name): value for name, value in facts.items() if value is not None
    }
    for question_id, value in leaving.values.items():
        if question_id in types:
            values[variable(question_id)] = _typed(value, types[question_id])
    guid = guids.named("case", str(leaving.id))
    return qda.Case(guid, leaving.reference, values, (leaving.id,))


def _quotation(degree: QuotationDegree | None) -> str:
    return QUOTATIONS[degree] if degree else Quotation.NOT_AT_ALL.value


def _typed(value: Said, type_: VariableType) -> qda.Value:
    if type_ is not VariableType.TEXT and isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return BETWEEN.join(value)
    return str(in_words(None, value))


def value_of(question: Question, value: qda.Value) -> Said:
    """Return a case's value as the answer to a question is stored."""
    if question.kind is Kind.YES_NO:
        return value if isinstance(value, bool) else str(value).strip().lower() in ("oui", "true")
    if question.kind in (Kind.SEVERAL_CHOICES, Kind.VOICES):
        return str(value).split(BETWEEN)
    if question.kind in (Kind.SCALE, Kind.YEAR, Kind.NUMBER):
        number = Decimal(str(value))
        return float(number) if question.decimals else int(number)
    return str(value)


def source_of(leaving: Leaving) -> qda.Source:
    """Return a testimony's text with its codings, and where its answers stand."""
    text, places = laid_out(leaving.told)
    return qda.Source(
        leaving.id,
        f"Témoignage {leaving.reference}",
        text,
        codings=tuple(_coding(laid, at) for at in places for laid in at.told.codings),
        landmarks=tuple(
            qda.Landmark(at.told.id, at.told.question, at.start, at.end, line_ends(at.told.text))
            for at in places
        ),
        notes=tuple(_notes(leaving.memos)),
    )


def _coding(laid: Laid, at: Place) -> qda.Coding:
    return qda.Coding(
        laid.id,
        guids.theme(laid.theme),
        at.start + laid.start,
        at.start + laid.end,
        laid.who,
        laid.made_at,
        _remark(laid),
        tuple(_notes(laid.memos)),
    )


def _remark(laid: Laid) -> str:
    if laid.state is State.PROPOSED:
        return f"{SCORE}{laid.score!r}"
    return REJECTED if laid.state is State.REJECTED else ""


def score_of(coding: qda.Coding) -> float | None:
    """Return the score of a coding that a pipeline proposes; none where a person laid it."""
    if coding.coder is None or not coding.coder.name.startswith(PIPELINE):
        return None
    written = coding.remark.removeprefix(SCORE)
    try:
        score = float(written)
    except ValueError:
        return 0.5
    return score if 0 < score <= 1 else 0.5


def pipeline_of(coder: qda.Coder) -> str:
    """Return the origin that a pipeline's name tells."""
    return coder.name.removeprefix(f"{PIPELINE} (").removesuffix(")")


def _notes(memos: Sequence[Margin]) -> Iterator[qda.Note]:
    for each in memos:
        title = plain(each.words).text.split("\n", 1)[0][:60]
        yield qda.Note(each.id, title, each.words, each.who, each.written_at)
