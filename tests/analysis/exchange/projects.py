"""Projects that hypothesis makes, and how they are written and checked."""

import io
import uuid
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from lxml import etree

import analysis.exchange
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
    Variable,
    VariableType,
    flat,
)
from analysis.exchange.refi_qda import Writer, read

SCHEMA = Path(analysis.exchange.__file__).with_name("Project.xsd")
AWKWARD = ["\r\n", "\n", "\r", "é", "🧠", "\U00020000", "\ufeff", "\x00", "\x0b", '<&">', "]]>"]
VALUES: dict[VariableType, st.SearchStrategy[Any]] = {
    VariableType.TEXT: st.text(st.characters(exclude_categories=["Cs"])),
    VariableType.BOOLEAN: st.booleans(),
    VariableType.INTEGER: st.integers(-(10**9), 10**9),
    VariableType.FLOAT: st.floats(-1e6, 1e6, allow_nan=False, width=32),
    VariableType.DATE: st.dates(date(1900, 1, 1)),
    VariableType.MOMENT: st.datetimes(
        datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis wants it bare
        timezones=st.just(UTC),
    ).map(lambda moment: moment.replace(microsecond=0)),
}
guids = st.uuids()
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
texts = st.lists(st.sampled_from(AWKWARD) | words, min_size=1, max_size=12).map("".join)
moments = st.none() | VALUES[VariableType.MOMENT]


@lru_cache(maxsize=1)
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def complaints(packed: bytes) -> list[str]:
    """What the schema of the standard says against a project."""
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        document = etree.fromstring(package.read("project.qde"))
    found = schema()
    found.validate(document)
    return [str(error) for error in found.error_log]


def packed(project: Project) -> bytes:
    stream = io.BytesIO()
    with Writer(stream, project.head) as writer:
        for case in project.cases:
            writer.add_case(case)
        for source in project.sources:
            writer.add_source(source)
    return stream.getvalue()


def unpacked(data: bytes) -> Project:
    return read(io.BytesIO(data))


@st.composite
def projects(draw: st.DrawFn) -> Project:
    codes = draw(st.lists(_codes, min_size=1, max_size=4).map(tuple))
    listed = [code.guid for code in flat(codes)]
    kinds = st.sampled_from(VariableType)
    variables = draw(
        st.lists(st.builds(Variable, guids, words, kinds, words), max_size=3, unique_by=_guid)
    )
    coders = [None, *draw(st.lists(st.builds(Coder, guids, words), max_size=3))]
    sources = draw(st.lists(_sources(listed, coders), max_size=4, unique_by=_guid))
    cases = [
        Case(
            draw(guids),
            draw(words),
            {each.guid: draw(VALUES[each.type]) for each in variables if draw(st.booleans())},
            (source.guid,),
        )
        for source in sources
    ]
    head = Head(draw(words), "Recueil", codes, tuple(variables), draw(words), draw(moments))
    return Project(head, (), tuple(cases), tuple(sources))


def _guid(thing: Any) -> uuid.UUID:
    return thing.guid  # type: ignore[no-any-return]


_leaves = st.builds(Code, guids, words, words, st.none() | st.just("#a0B1c2"), st.booleans())
_codes = st.builds(
    Code, guids, words, words, st.none(), st.booleans(), st.lists(_leaves, max_size=3).map(tuple)
)


@st.composite
def _sources(draw: st.DrawFn, codes: Sequence[uuid.UUID], coders: Sequence[Coder | None]) -> Source:
    text = draw(texts.filter(bool))
    notes = st.lists(
        st.builds(Note, guids, words, words, st.sampled_from(coders), moments), max_size=1
    ).map(tuple)

    def span() -> tuple[int, int]:
        start = draw(st.integers(0, len(text) - 1))
        return start, draw(st.integers(start + 1, len(text)))

    codings = [
        Coding(
            draw(guids),
            draw(st.sampled_from(codes)),
            *span(),
            draw(st.sampled_from(coders)),
            draw(moments),
            draw(st.sampled_from(["", "score 0,84"])),
            draw(notes),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    landmarks = [Landmark(draw(guids), draw(words), *span()) for _ in range(2)]
    return Source(draw(guids), draw(words), text, tuple(codings), tuple(landmarks), draw(notes))
