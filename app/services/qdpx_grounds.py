"""Where the places of a source lead: to answers that are here, or to those that it would make."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.exchange import project as qda
from analysis.exchange.moves import Moves
from analysis.exchange.plain import plain, with_line_ends
from analysis.exchange.refi_qda import parsed
from app.models import Testimony, Withdrawal
from app.models.base import PARIS, now, today
from app.services import consents, exports, retention
from app.services.exported_sources import (
    laid_out,
    mark,
    returning_key,
    value_of,
    variable,
)
from app.services.qdpx_identities import Identities
from app.services.testimonies import REFERENCE_LETTERS
from forms.kinds import accepts, is_text
from forms.schema import (
    Channel,
    Kind,
    Library,
    Questionnaire,
    UnknownQuestionnaire,
    Value,
)

OTHER_TEXT = (
    "Son texte n’est plus celui qui a été exporté\u00a0: il a changé ici (modifié par la personne, "
    "relu autrement) ou dans l’autre logiciel."
)
UNKNOWN = "Ce texte n’est pas un témoignage d’ici."
NO_QUESTIONNAIRE = "Son questionnaire n’est pas dit, et aucun n’a été choisi pour ces textes."
NOT_INSTALLED = "Son questionnaire, {}, n’est pas installé ici."
WITHDRAWN = "Il a été retiré par la personne\u00a0: il ne revient pas."
TOO_OLD = "Le temps pendant lequel il peut être gardé est passé."
TWICE = "Le projet contient ce texte deux fois\u00a0: le premier compte."
EMPTY = "Aucun texte n’y répond à une question."

Span: TypeAlias = tuple[int, int]


class NoGroundError(LookupError):
    """A source leads nowhere; `str()` says why, in French."""


@dataclass(frozen=True)
class Spot:
    """An answer within a source: where it stands there, and the ways to it and back.

    Both ways are between places of the source's text and places of the words as they were typed.
    """

    question: str
    start: int
    end: int
    to_answer: Callable[[int, int], Span]
    to_source: Callable[[int, int], Span]
    answer_id: uuid.UUID


@dataclass(frozen=True)
class Ground:
    """What a source is: a testimony that is here, or one to make of `values`."""

    testimony_id: uuid.UUID
    spots: Sequence[Spot]
    questionnaire: Questionnaire | None = None  # none: it is here
    values: Mapping[str, Value] | None = None
    known_as: Testimony | None = None

    @property
    def is_new(self) -> bool:
        return self.questionnaire is not None


def of_testimony(session: Session, testimony: Testimony, library: Library, text: str) -> Ground:
    """Return where a text exported of a testimony leads, raw or not. Raises NoGroundError."""
    for is_raw in (False, True):
        leaving = exports.of(session, testimony, library, is_raw=is_raw)
        if leaving is None:
            continue
        whole, places = laid_out(leaving.told)
        made = plain(whole)
        if made.text.rstrip() == text.rstrip():
            spots = []
            for at in places:
                start, end = made.moves.span(at.start, at.end)
                ways = _ways(made.moves, at.start, at.told.moves)
                spots.append(Spot(at.told.question, start, end, *ways, at.told.id))
            return Ground(testimony.id, spots)
    raise NoGroundError(OTHER_TEXT)


def _ways(
    to_plain: Moves, at: int, to_leaving: Moves
) -> tuple[Callable[[int, int], Span], Callable[[int, int], Span]]:
    from_plain, from_leaving = to_plain.back, to_leaving.back

    def to_answer(start: int, end: int) -> Span:
        first, last = from_plain.span(start, end)
        return from_leaving.span(first - at, last - at)

    def to_source(start: int, end: int) -> Span:
        first, last = to_leaving.span(start, end)
        return to_plain.span(first + at, last + at)

    return to_answer, to_source


class Newcomers:
    """What becomes of sources that are not here, when somebody vouches for their consents."""

    def __init__(
        self,
        session: Session,
        library: Library,
        identities: Identities,
        *,
        has_consent: bool,
        questionnaire: str,
    ) -> None:
        self._library, self._has_consent = library, has_consent
        self._chosen, self._identities = questionnaire, identities
        self._withdrawn = set(session.scalars(select(Withdrawal.key_hash)))
        self._first_kept = retention.find("testimonies").first_kept

    def ground(self, source: qda.Source) -> Ground:
        """Return the testimony that a source would make. Raises NoGroundError."""
        if not self._has_consent:
            raise NoGroundError(UNKNOWN)
        facts, id_ = self._identities.facts(source), self._identities.id(source)
        print_ = str(facts.get("empreinte", ""))
        key = returning_key(id_, print_)
        marks = {mark(each, id_) for each in self._withdrawn}
        if key in self._withdrawn or print_ in marks:
            raise NoGroundError(WITHDRAWN)
        day = _day(facts.get("recu_le"))
        if day < self._first_kept:
            raise NoGroundError(TOO_OLD)
        questionnaire = self._questionnaire(str(facts.get("questionnaire", "")))
        spots, values = _told(source, questionnaire)
        if not spots:
            raise NoGroundError(EMPTY)
        values |= self._values(source, questionnaire)
        values |= consents.vouched(questionnaire, str(facts.get("accord_citation", "")))
        reader = facts.get("lu_par")
        known_as = Testimony(
            id=id_,
            reference=_reference(facts.get("reference")),
            submission_key=key,
            received_on=day,
            tagged_by=str(reader)[:80] if reader else None,
        )
        return Ground(id_, spots, questionnaire, values, known_as)

    def _questionnaire(self, said: str) -> Questionnaire:
        name = said or self._chosen
        slug, _, version = name.rpartition(".v")
        if not name:
            raise NoGroundError(NO_QUESTIONNAIRE)
        try:
            return self._library.get(slug, int(version))
        except (UnknownQuestionnaire, ValueError):
            raise NoGroundError(NOT_INSTALLED.format(name[:60])) from None

    def _values(self, source: qda.Source, questionnaire: Questionnaire) -> dict[str, Value]:
        given, named = self._identities.values(source)
        found = {}
        for question in questionnaire.questions:
            value = given.get(variable(question.id), named.get(question.id))
            if value is None or is_text(question.kind) or question.purpose:
                continue
            try:
                stored = value_of(question, value)
            except (ValueError, ArithmeticError):
                continue
            # The voices of a transcript are asked of no list: any of them can be answered.
            if question.kind is Kind.VOICES or accepts(question, stored):
                found[question.id] = stored
        return found


def _told(source: qda.Source, questionnaire: Questionnaire) -> tuple[list[Spot], dict[str, Value]]:
    """Return the answers that a source holds, where its landmarks say."""
    asked = {each.id: each for each in questionnaire.questions if is_text(each.kind)}
    marks = [each for each in source.landmarks if each.name in asked]
    if not marks and questionnaire.channel is Channel.INTERVIEW and source.text.strip():
        whole = next(each.id for each in questionnaire.questions if each.kind is Kind.TRANSCRIPT)
        marks = [qda.Landmark(uuid.uuid4(), whole, 0, len(source.text))]
    spots, values = [], dict[str, Value]()
    for each in marks:
        if each.name in values:
            continue
        text = with_line_ends(source.text[each.start : each.end], each.description)
        values[each.name] = text.replace("\0", "")
        ways = _ways(Moves(), each.start, plain(text).moves)
        spots.append(Spot(each.name, each.start, each.end, *ways, each.guid))
    return spots, values


def _day(value: qda.Value | None) -> date:
    """Return a day; some programs make words of it."""
    if isinstance(value, str):
        value = parsed.value("DateValue", value)
    if isinstance(value, datetime):
        return min(value.astimezone(PARIS).date(), today())
    return min(value, today()) if isinstance(value, date) else now().astimezone(PARIS).date()


def _reference(value: qda.Value | None) -> str:
    said = str(value or "").strip().upper()
    return said if re.fullmatch(f"[{REFERENCE_LETTERS}]{{6}}", said) else ""
