"""A line of JSON as `export_texts.JsonWriter` writes it, read back into what a testimony says.

What the line claims is checked against the definitions, as if it were typed: nothing enters that a
form would have refused, but for words that a pseudonym has made longer.
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from app.models import Channel
from app.models.base import today
from app.services.testimonies import REFERENCE_LENGTH, REFERENCE_LETTERS
from forms.answers import LIMITS
from forms.kinds import accepts, is_text
from forms.schema import Kind, Library, Question, Questionnaire, UnknownQuestionnaire, Value

LONGEST = 16 * 1024 * 1024
"""Bytes of a line: five transcripts of eight hours, and their codings."""

BATCH, BATCH_BYTES = 500, LONGEST
_REFERENCE = re.compile(f"[{REFERENCE_LETTERS}]{{{REFERENCE_LENGTH}}}")
_PRINT = re.compile(r"[0-9a-f]{32}")


class BadLineError(ValueError):
    """A line of which no testimony can be made; `str()` gives one French sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, by its number; `is_whole`: not longer than LONGEST, `raw` is all of it."""

    number: int
    raw: bytes
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """A line that says which testimony it is; nothing else of it is checked yet."""

    line: Line
    id: uuid.UUID
    given: Mapping[str, Any]

    @property
    def print_(self) -> str:
        """The print of its submission key, empty where the line has none."""
        said = self.given.get("empreinte")
        return said if isinstance(said, str) and _PRINT.fullmatch(said) else ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says of a testimony: its answers by question, and the ids of those in words."""

    questionnaire: Questionnaire
    received_on: date
    reference: str
    quoting: str
    values: Mapping[str, Value]
    answer_ids: Mapping[str, uuid.UUID]


def batches(stream: IO[bytes]) -> Iterator[list[Line]]:
    """Cut a stream into batches of at most BATCH lines, and some BATCH_BYTES; no blank line."""
    batch: list[Line] = []
    weight = 0
    for line in _lines(stream):
        batch.append(line)
        weight += len(line.raw)
        if len(batch) == BATCH or weight >= BATCH_BYTES:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _lines(stream: IO[bytes]) -> Iterator[Line]:
    number = 0
    while raw := stream.readline(LONGEST + 1):
        number += 1
        is_whole = len(raw) <= LONGEST
        while not raw.endswith(b"\n") and len(raw) > LONGEST:
            raw = stream.readline(LONGEST + 1)  # the rest of it is passed over, never kept
        if not is_whole:
            yield Line(number, b"", is_whole=False)
        elif raw.strip():
            yield Line(number, raw.strip())


def named(line: Line) -> Named:
    """Read which testimony a line is. Raises BadLineError."""
    if not line.is_whole:
        raise BadLineError(f"Cette ligne est trop longue\u00a0: {LONGEST // 1024**2} Mo au plus.")
    try:
        given = json.loads(line.raw.decode("utf-8-sig" if line.number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise BadLineError("Cette ligne n’est pas en UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadLineError("Cette ligne n’est pas du JSON, ou elle est coupée.") from None
    if not isinstance(given, dict):
        raise BadLineError("Cette ligne n’est pas un témoignage\u00a0: un objet JSON est attendu.")
    return Named(line, _id(given.get("id"), "id"), given)


def said(which: Named, library: Library, default: str = "") -> Said:
    """Read what a line says of its testimony, and check it all. Raises BadLineError.

    `default` (« elu.v2 ») is the questionnaire of lines that do not say theirs.
    """
    given = which.given
    questionnaire = _questionnaire(given.get("questionnaire") or default, library)
    _check_facts(given, questionnaire)
    asked = {each.id: each for each in questionnaire.questions if each.purpose is None}
    values = _values(_of_type(given, "valeurs", dict), asked)
    words, ids = _words(_of_type(given, "reponses", list), asked)
    reference = given.get("reference")
    is_ours = isinstance(reference, str) and _REFERENCE.fullmatch(reference)
    return Said(
        questionnaire=questionnaire,
        received_on=_day(given.get("recu_le")),
        reference=str(reference) if is_ours else "",
        quoting=str(given.get("accord_citation")),
        values=values | words,
        answer_ids=ids,
    )


def _id(value: object, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise BadLineError(f"«\u00a0{name}\u00a0» manque ou n’est pas un UUID.") from None


def _questionnaire(value: object, library: Library) -> Questionnaire:
    if not isinstance(value, str) or not value:
        raise BadLineError("Son questionnaire n’est pas dit («\u00a0elu.v2\u00a0» par exemple).")
    slug, _, version = value.rpartition(".v")
    try:
        return library.get(slug, int(version))
    except (UnknownQuestionnaire, ValueError):
        told = f"Son questionnaire, {_short(value)}, n’est pas installé ici."
        raise BadLineError(told) from None


def _check_facts(given: Mapping[str, Any], questionnaire: Questionnaire) -> None:
    ours = {
        "profil": questionnaire.audience.id,
        "canal": Channel[questionnaire.channel.name].value,
    }
    for name, value in ours.items():
        if given.get(name, value) != value:
            told = f"«\u00a0{name}\u00a0» n’est pas celui du questionnaire, {value}."
            raise BadLineError(told)


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        told = "«\u00a0recu_le\u00a0» manque ou n’est pas une date (2026-11-03)."
        raise BadLineError(told) from None
    if day > today():
        raise BadLineError("«\u00a0recu_le\u00a0» est un jour à venir.")
    return day


def _of_type(given: Mapping[str, Any], name: str, type_: type) -> Any:
    if not isinstance(given.get(name), type_):
        raise BadLineError(f"«\u00a0{name}\u00a0» manque ou n’a pas la forme attendue.")
    return given[name]


def _values(given: Mapping[str, Any], asked: Mapping[str, Question]) -> dict[str, Value]:
    for question_id, value in given.items():
        question = _asked(question_id, asked, is_words=False)
        if not _is_accepted(question, value):
            told = "La réponse à «\u00a0{}\u00a0» n’est pas de celles que la question accepte."
            raise BadLineError(told.format(question_id))
    return dict(given)


def _is_accepted(question: Question, value: object) -> bool:
    is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
    if not is_list and not isinstance(value, str | bool | int | float):
        return False
    try:
        return accepts(question, value)  # type: ignore[arg-type]  # just checked
    except OverflowError:
        return False


def _words(
    given: list[Any], asked: Mapping[str, Question]
) -> tuple[dict[str, Value], dict[str, uuid.UUID]]:
    words: dict[str, Value] = {}
    ids: dict[str, uuid.UUID] = {}
    for each in given:
        if not isinstance(each, dict):
            raise BadLineError("«\u00a0reponses\u00a0» n’a pas la forme attendue.")
        question = _asked(each.get("question"), asked, is_words=True)
        if question.id in words:
            raise BadLineError(f"«\u00a0{question.id}\u00a0» a deux réponses.")
        words[question.id] = _text(question, each.get("texte"))
        ids[question.id] = _id(each.get("id"), "id de réponse")
    return words, ids


def _asked(question_id: object, asked: Mapping[str, Question], *, is_words: bool) -> Question:
    question = asked.get(question_id) if isinstance(question_id, str) else None
    if question is None or is_text(question.kind) is not is_words:
        where = "reponses" if is_words else "valeurs"
        told = f"Son questionnaire ne demande pas «\u00a0{_short(question_id)}\u00a0» ({where})."
        raise BadLineError(told)
    return question


def _text(question: Question, value: object) -> str:
    told = f"La réponse à «\u00a0{question.id}\u00a0» "
    if not isinstance(value, str) or not value.strip():
        raise BadLineError(f"{told}est vide ou n’est pas un texte.")
    # Pseudonyms may be longer than the words that they stand for.
    if len(value) > 2 * LIMITS.get(question.kind, LIMITS[Kind.TRANSCRIPT]):
        raise BadLineError(f"{told}est trop longue.")
    if "\0" in value or not _is_written(value):
        raise BadLineError(f"{told}contient des signes qui ne s’écrivent pas.")
    return value


def _is_written(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True


def _short(value: object) -> str:
    return " ".join(str(value).split())[:60]
