"""A project, written as it comes: a source at a time, whatever their number."""

import tempfile
import uuid
import zipfile
from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import IO, BinaryIO

from analysis.exchange import guids
from analysis.exchange.names import Names
from analysis.exchange.plain import Plain, plain, safe
from analysis.exchange.project import (
    Case,
    Code,
    Coder,
    Coding,
    Head,
    Landmark,
    Note,
    Source,
    Variable,
    flat,
)
from analysis.exchange.refi_qda import elements
from analysis.exchange.refi_qda.elements import element

NAMESPACE = "urn:QDA-XML:project:1.0"
IN_MEMORY = 4 * 1024 * 1024  # of each part of the description; beyond, an unnamed file holds it
LONGEST_NAME = 60
OTHERS = "Codes hors de la grille"
_FIXED = (2000, 1, 1, 0, 0, 0)  # the same project gives the same bytes


class Writer:
    """Writes a ``.qdpx`` to a stream. To be closed, or used with ``with``.

    The texts go straight into the archive; what is said of them waits, because the schema wants
    cases before sources and sources before notes.
    """

    def __init__(self, stream: BinaryIO | IO[bytes], head: Head) -> None:
        self.lost = 0
        """How many characters could not be written as they were (``plain.plain``)."""
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._head = head
        self._unlisted: list[Code] = []
        self._types = {each.guid: each for each in head.variables}
        self._coders: dict[uuid.UUID, Coder] = {}
        self._names, self._case_names, self._code_names = Names(), Names(), Names()
        # Over the whole tree: importers drop the second code of a name, wherever it stands.
        self._named = {code.guid: self._code_names.of(code.name) for code in flat(head.codes)}
        self._parts = {name: _part() for name in ("Cases", "Sources", "Notes")}

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._drop()

    def add_code(self, code: Code) -> None:
        """List a code that the head does not: what was laid under it stays."""
        if code.guid not in self._named:
            self._named[code.guid] = self._code_names.of(code.name)
            self._unlisted.append(code)

    def add_case(self, case: Case) -> None:
        """Add a case; its sources may come before or after."""
        values = [
            elements.variable_value(guid, self._types[guid].type, value)
            for guid, value in case.values.items()
        ]
        references = [element("SourceRef", {"targetGUID": guid}) for guid in case.sources]
        told = {"guid": case.guid, "name": self._case_names.of(case.name)}
        self._write("Cases", element("Case", told, *values, *references))

    def add_source(self, source: Source) -> None:
        """Add a text with its codings; raises ``ValueError`` for one that lies outside of it."""
        _check(source, self._named)
        made = plain(source.text)
        self.lost += made.lost
        path = f"sources/{source.guid}.txt"
        self._zip.writestr(_entry(path), made.text.encode())
        described = element(
            "TextSource",
            {
                "guid": source.guid,
                "name": self._names.of(source.name),
                "plainTextPath": f"internal://{source.guid}.txt",
                "creationDateTime": self._head.made_at,  # QualCoder stops without it, here
            },
            *self._landmarks(source.landmarks, made),
            *self._selections(source, made),
            *self._notes(source.notes),
        )
        self._write("Sources", described)

    def close(self) -> None:
        """Write the description, and end the archive."""
        with self._zip.open(_entry("project.qde"), "w", force_zip64=True) as entry:
            for piece in self._described():
                entry.write(piece)
        self._drop()

    def _drop(self) -> None:
        for part in self._parts.values():
            part.close()
        self._zip.close()

    def _described(self) -> Iterable[bytes]:
        head = self._head
        opened = element(
            "Project",
            {
                "xmlns": NAMESPACE,
                "name": head.name,
                "origin": head.origin,
                "creationDateTime": head.made_at,
            },
        ).removesuffix("/>")
        yield f"{elements.DECLARATION}{opened}>\n".encode()
        yield from (self._users().encode(), self._codebook().encode(), self._variables().encode())
        for name, part in self._parts.items():
            if part.tell():  # a container must hold something
                yield f"<{name}>\n".encode()
                part.seek(0)
                while piece := part.read(65_536):
                    yield piece
                yield f"</{name}>\n".encode()
        yield f"{elements.text('Description', head.description)}</Project>\n".encode()

    def _users(self) -> str:
        names = Names()
        users = [
            element("User", {"guid": each.guid, "name": names.of(each.name)})
            for each in self._coders.values()
        ]
        return element("Users", None, *users) if users else ""

    def _codebook(self) -> str:
        codes = self._head.codes
        if self._unlisted:
            guid = guids.named("codes", OTHERS)
            self._named.setdefault(guid, self._code_names.of(OTHERS))
            others = Code(guid, OTHERS, is_codable=False, codes=tuple(self._unlisted))
            codes = (*codes, others)
        listed = [elements.code(code, self._named) for code in codes]
        return element("CodeBook", None, element("Codes", None, *listed)) if listed else ""

    def _variables(self) -> str:
        names = Names()
        listed = [_variable(each, names) for each in self._head.variables]
        return element("Variables", None, *listed) if listed else ""

    def _landmarks(self, landmarks: Iterable[Landmark], made: Plain) -> Iterable[str]:
        for each in landmarks:
            start, end = made.moves.span(each.start, each.end)
            told = {"guid": each.guid, "name": each.name}
            place = {"startPosition": start, "endPosition": end}
            yield element(
                "PlainTextSelection",
                told | place | {"creationDateTime": self._head.made_at},  # and here
                elements.text("Description", each.description),
            )

    def _selections(self, source: Source, made: Plain) -> Iterable[str]:
        """One selection for each span and coder, with all that they laid on it.

        QualCoder takes a selection's coder for that of every code in it: two coders on one span
        would be nobody, and what a pipeline proposed would come back as a person's.
        """
        grouped: dict[tuple[int, int], dict[Coder | None, list[Coding]]] = {}
        for coding in source.codings:
            span = made.moves.span(coding.start, coding.end)
            grouped.setdefault(span, {}).setdefault(coding.coder, []).append(coding)
        for (start, end), by_coder in grouped.items():
            name = f"{source.guid}:{start}:{end}"
            for rank, (coder, codings) in enumerate(by_coder.items()):
                remarks = [
                    f"{self._named[each.code]}\u00a0: {each.remark}"
                    for each in codings
                    if each.remark
                ]
                words = safe(" ".join(made.text[start : min(end, start + 200)].split()))
                yield element(
                    "PlainTextSelection",
                    {
                        "guid": guids.named("selection", f"{name}:{rank}" if rank else name),
                        "name": words[:LONGEST_NAME] or None,
                        "startPosition": start,
                        "endPosition": end,
                        "creatingUser": self._user(coder),
                        "creationDateTime": _last(codings),
                    },
                    elements.text("Description", "\n".join(remarks)),
                    *(self._coding(each) for each in codings),
                )

    def _coding(self, coding: Coding) -> str:
        told = {
            "guid": coding.guid,
            "creatingUser": self._user(coding.coder),
            "creationDateTime": coding.made_at,
        }
        # The code first: importers crash otherwise, and so says the schema.
        code = element("CodeRef", {"targetGUID": coding.code})
        return element("Coding", told, code, *self._notes(coding.notes))

    def _notes(self, notes: Iterable[Note]) -> Iterable[str]:
        for each in notes:
            described = element(
                "Note",
                {
                    "guid": each.guid,
                    "name": each.name,
                    "creatingUser": self._user(each.coder),
                    "creationDateTime": each.made_at,
                },
                elements.text("PlainTextContent", each.text or "\u2026"),
            )
            self._write("Notes", described)
            yield element("NoteRef", {"targetGUID": each.guid})

    def _user(self, coder: Coder | None) -> uuid.UUID | None:
        if coder is None:
            return None
        self._coders.setdefault(coder.guid, coder)
        return coder.guid

    def _write(self, part: str, described: str) -> None:
        self._parts[part].write(described.encode() + b"\n")


def _last(codings: Sequence[Coding]) -> datetime | None:
    """When the last was laid; none where one does not say: it would have this moment."""
    moments = [each.made_at for each in codings if each.made_at]
    return max(moments) if len(moments) == len(codings) else None


def _part() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(IN_MEMORY)


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _FIXED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _variable(one: Variable, names: Names) -> str:
    told = {"guid": one.guid, "name": names.of(one.name), "typeOfVariable": one.type.value}
    return element("Variable", told, elements.text("Description", one.description))


def _check(source: Source, known: Container[uuid.UUID]) -> None:
    if any(each.code not in known for each in source.codings):
        raise ValueError("a coding's code is in no codebook")
    laid: list[Coding | Landmark] = [*source.codings, *source.landmarks]
    for each in laid:
        if not 0 <= each.start < each.end <= len(source.text):
            raise ValueError(f"{each.guid} lies outside of its source")
