"""A qualitative project, whatever program holds it: sources, cases, codes, who laid what and when.

Offsets are Unicode code points of a source's text, ends left out.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | bool | int | float | Decimal | date | datetime


class VariableType(StrEnum):
    """What a variable's values are; the words of REFI-QDA."""

    TEXT = "Text"
    BOOLEAN = "Boolean"
    INTEGER = "Integer"
    FLOAT = "Float"
    DATE = "Date"
    MOMENT = "DateTime"


@dataclass(frozen=True, slots=True)
class Coder:
    """Who laid codings: a person, or a program."""

    guid: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code, and those beneath it. ``color`` is « #RRGGBB »."""

    guid: uuid.UUID
    name: str
    description: str = ""
    color: str | None = None
    is_codable: bool = True
    codes: tuple["Code", ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """What a case has one value of."""

    guid: uuid.UUID
    name: str
    type: VariableType = VariableType.TEXT
    description: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A memo."""

    guid: uuid.UUID
    name: str
    text: str
    coder: Coder | None = None
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coding:
    """A code on ``text[start:end]``. ``remark``: one line said of it, beside it."""

    guid: uuid.UUID
    code: uuid.UUID
    start: int
    end: int
    coder: Coder | None = None
    made_at: datetime | None = None
    remark: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Landmark:
    """A named span without any code: where an answer stands in a source."""

    guid: uuid.UUID
    name: str
    start: int
    end: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A text and what is laid on it."""

    guid: uuid.UUID
    name: str
    text: str
    codings: tuple[Coding, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Who or what is studied: its variables (GUID → value), its sources."""

    guid: uuid.UUID
    name: str
    values: Mapping[uuid.UUID, Value] = field(default_factory=dict)
    sources: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What a project says before its sources."""

    name: str
    origin: str
    codes: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()
    description: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A whole project. ``told``: in French, what of it could not be taken as it was."""

    head: Head
    coders: tuple[Coder, ...]
    cases: tuple[Case, ...]
    sources: tuple[Source, ...]
    told: tuple[str, ...] = ()

    @property
    def codes(self) -> dict[uuid.UUID, Code]:
        """Every code of the tree."""
        return {code.guid: code for code in flat(self.head.codes)}


def flat(codes: tuple[Code, ...]) -> list[Code]:
    """These codes and all those beneath, in reading order."""
    found, waiting = [], list(reversed(codes))
    while waiting:
        code = waiting.pop()
        found.append(code)
        waiting.extend(reversed(code.codes))
    return found
