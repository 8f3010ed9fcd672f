"""A project, read as NVivo, ATLAS.ti, MAXQDA, QualCoder and we ourselves write it.

What they do beside the standard: GUIDs in either case and in braces, ``Sources/`` with a capital, a
byte order mark, CRLF, files that are no source, texts that are not there. What cannot be taken is
told and left aside; what is broken is refused.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from analysis.exchange import guids
from analysis.exchange.plain import plain
from analysis.exchange.project import (
    Case,
    Code,
    Coder,
    Coding,
    Head,
    Landmark,
    Note,
    Project,
    Source,
    Value,
    Variable,
    VariableType,
    flat,
)
from analysis.exchange.refi_qda import parsed, texts
from analysis.exchange.refi_qda.archives import DAMAGED, Archive, Bounds, opened
from analysis.exchange.refi_qda.errors import UnreadableProjectError
from analysis.exchange.refi_qda.parsed import children, words

FORBIDDEN = (
    "Ce projet déclare un type de document ou une entité XML, ce qu’aucun logiciel d’analyse ne "
    "fait\u00a0: il n’a pas été lu."
)
NOT_PROJECT = "Le fichier project.qde n’est pas un projet REFI-QDA."
OTHERS = {
    "PictureSource": "une image",
    "PDFSource": "un PDF",
    "AudioSource": "un enregistrement",
    "VideoSource": "une vidéo",
}
WHOLE = {"Users", "CodeBook", "Variables", "Case", "TextSource", "Note", *OTHERS}
DEEPEST = 200  # codes beneath codes


@dataclass
class _Reading:
    """What was read so far."""

    archive: Archive
    name: str = ""
    origin: str = ""
    description: str = ""
    made_at: datetime | None = None
    codes: tuple[Code, ...] = ()
    names: dict[uuid.UUID, str] = field(default_factory=dict)
    variables: dict[uuid.UUID, Variable] = field(default_factory=dict)
    coders: dict[uuid.UUID, Coder] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    notes: dict[uuid.UUID, Note] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)

    def tell(self, sentence: str) -> None:
        self.told[sentence] += 1

    def coder(self, *written: str | None) -> Coder | None:
        """The coder whose GUID comes first."""
        guid = guids.read(next(filter(None, written), None))
        return self.coders.get(guid) if guid else None


def read(stream: IO[bytes], bounds: Bounds | None = None) -> Project:
    """The project of a ``.qdpx``. Raises ``UnreadableProjectError``."""
    with opened(stream, bounds or Bounds()) as archive:
        reading = _Reading(archive)
        try:
            with archive.description() as description:
                _read(description, reading)
        except DefusedXmlException:
            raise UnreadableProjectError(FORBIDDEN) from None
        except (ParseError, RecursionError, LookupError, UnicodeError):
            raise UnreadableProjectError(DAMAGED) from None
    return _project(reading)


def _read(description: IO[bytes], reading: _Reading) -> None:
    level = inside = 0  # how deep; and of that, within an element that is taken whole
    # A document type is refused, so that no entity can be declared nor fetched.
    for event, one in iterparse(description, events=("start", "end"), forbid_dtd=True):
        name = parsed.local(one)
        is_whole = name in WHOLE
        if event == "start":
            if not level:
                _begin(one, name, reading)
            level, inside = level + 1, inside + is_whole
            continue
        level, inside = level - 1, inside - is_whole
        if inside:
            continue
        if is_whole:
            _take(one, name, reading)
        elif name == "Description" and level == 1:
            reading.description = one.text or ""
        if name != "Description":
            one.clear()


def _begin(one: Element, name: str, reading: _Reading) -> None:
    if name != "Project":
        raise UnreadableProjectError(NOT_PROJECT)
    reading.name, reading.origin = one.get("name", ""), one.get("origin", "")
    reading.made_at = parsed.moment(one.get("creationDateTime"))


def _take(one: Element, name: str, reading: _Reading) -> None:
    if name in OTHERS:
        reading.tell(f"Source laissée de côté, parce que c’est {OTHERS[name]} et non un texte")
        return
    takers = {
        "Users": _take_users,
        "CodeBook": _take_codes,
        "Variables": _take_variables,
        "Case": _take_case,
        "TextSource": _take_source,
        "Note": _take_note,
    }
    takers[name](one, reading)


def _take_users(one: Element, reading: _Reading) -> None:
    for user in children(one, "User"):
        if (guid := guids.read(user.get("guid"))) is not None:
            reading.coders[guid] = Coder(guid, user.get("name") or user.get("id") or "")


def _take_codes(one: Element, reading: _Reading) -> None:
    parts = children(one, "Codes")
    reading.codes = tuple(code for part in parts for code in _codes(part, reading, 0))
    reading.names = {code.guid: code.name for code in flat(reading.codes)}


def _codes(one: Element, reading: _Reading, depth: int) -> Iterator[Code]:
    if depth > DEEPEST:
        raise UnreadableProjectError(DAMAGED)
    for each in children(one, "Code"):
        guid = guids.read(each.get("guid"))
        if guid is None:
            reading.tell("Code laissé de côté, parce qu’il n’a pas d’identifiant valable")
            continue
        yield Code(
            guid,
            " ".join(each.get("name", "").split()),
            description=words(each, "Description"),
            color=each.get("color"),
            is_codable=each.get("isCodable", "true").strip().lower() in ("true", "1"),
            codes=tuple(_codes(each, reading, depth + 1)),
        )


def _take_variables(one: Element, reading: _Reading) -> None:
    for each in children(one, "Variable"):
        guid, kind = guids.read(each.get("guid")), each.get("typeOfVariable", "")
        if guid is not None:
            type_ = VariableType(kind) if kind in set(VariableType) else VariableType.TEXT
            described = words(each, "Description")
            reading.variables[guid] = Variable(guid, each.get("name", ""), type_, described)


def _take_case(one: Element, reading: _Reading) -> None:
    if (guid := guids.read(one.get("guid"))) is None:
        return
    if children(one, "CodeRef") or children(one, "SelectionRef"):
        reading.tell("Codes ou extraits propres à un cas, laissés de côté")
    values = {}
    for each in children(one, "VariableValue"):
        variable, value = _value(each, reading)
        if variable is not None and value is not None:
            values[variable] = value
    sources = [guids.read(each.get("targetGUID")) for each in children(one, "SourceRef")]
    known = tuple(each for each in sources if each is not None)
    reading.cases.append(Case(guid, one.get("name", ""), values, known))


def _value(one: Element, reading: _Reading) -> tuple[uuid.UUID | None, Value | None]:
    guid, value = None, None
    for each in one:
        if parsed.local(each) == "VariableRef":
            guid = guids.read(each.get("targetGUID"))
            continue
        value = parsed.value(parsed.local(each), each.text or "")
        if value is None:
            reading.tell("Valeur d’une variable laissée de côté, parce qu’elle est illisible")
    return (guid if guid in reading.variables else None), value


def _take_source(one: Element, reading: _Reading) -> None:
    guid, name = guids.read(one.get("guid")), one.get("name", "")
    written = texts.text_of(one, reading.archive, reading.tell) if guid else None
    if guid is None or written is None:
        return
    text, moves = texts.placed(written, name, reading.origin, reading.tell)
    landmarks, codings = [], []
    for selection in children(one, "PlainTextSelection"):
        span = parsed.span(selection)
        start, end = moves.span(*span) if span else (0, 0)
        if not start < end <= len(text):
            reading.tell(f"Extrait hors du texte, laissé de côté, dans «\u00a0{name}\u00a0»")
            continue
        laid = list(_codings(selection, (start, end), reading))
        codings += laid
        landmark = guids.read(selection.get("guid"))
        if landmark is not None and not laid:
            described = words(selection, "Description")
            landmarks.append(Landmark(landmark, selection.get("name", ""), start, end, described))
    if text:
        codings += _codings(one, (0, len(text)), reading)  # laid on the whole source
    notes = tuple(_references(one))
    reading.sources.append(Source(guid, name, text, tuple(codings), tuple(landmarks), notes))


def _codings(one: Element, span: tuple[int, int], reading: _Reading) -> Iterator[Coding]:
    lines = words(one, "Description").split("\n")
    for each in children(one, "Coding"):
        guid, codes = guids.read(each.get("guid")), children(each, "CodeRef")
        code = guids.read(codes[0].get("targetGUID")) if codes else None
        if guid is None or code is None:
            reading.tell("Codage laissé de côté, parce qu’il ne dit pas son code")
            continue
        about = f"{reading.names.get(code)}\u00a0: "
        yield Coding(
            guid,
            code,
            *span,
            coder=reading.coder(each.get("creatingUser"), one.get("creatingUser")),
            made_at=parsed.moment(each.get("creationDateTime") or one.get("creationDateTime")),
            remark=next((line[len(about) :] for line in lines if line.startswith(about)), ""),
            notes=tuple(_references(each)),
        )


def _references(one: Element) -> Iterator[Note]:
    """The notes that an element refers to: their words come at the end of the description."""
    for each in children(one, "NoteRef"):
        if (guid := guids.read(each.get("targetGUID"))) is not None:
            yield Note(guid, "", "")


def _take_note(one: Element, reading: _Reading) -> None:
    guid = guids.read(one.get("guid"))
    text = texts.text_of(one, reading.archive, reading.tell) if guid else None
    if guid is not None and text is not None:
        coder = reading.coder(one.get("creatingUser"))
        made_at = parsed.moment(one.get("creationDateTime"))
        reading.notes[guid] = Note(guid, one.get("name", ""), plain(text).text, coder, made_at)


def _project(reading: _Reading) -> Project:
    head = Head(
        name=reading.name,
        origin=reading.origin,
        codes=reading.codes,
        variables=tuple(reading.variables.values()),
        description=reading.description,
        made_at=reading.made_at,
    )
    return Project(
        head,
        tuple(reading.coders.values()),
        tuple(reading.cases),
        tuple(_noted(each, reading.notes) for each in reading.sources),
        tuple(_counted(reading.told)),
    )


def _noted(source: Source, notes: dict[uuid.UUID, Note]) -> Source:
    codings = tuple(replace(each, notes=_found(each.notes, notes)) for each in source.codings)
    return replace(source, codings=codings, notes=_found(source.notes, notes))


def _found(wanted: Iterable[Note], notes: dict[uuid.UUID, Note]) -> tuple[Note, ...]:
    return tuple(notes[each.guid] for each in wanted if each.guid in notes)


def _counted(told: Counter[str]) -> Iterator[str]:
    for sentence, count in told.items():
        yield f"{sentence} ({count}\u00a0fois)." if count > 1 else f"{sentence}."
