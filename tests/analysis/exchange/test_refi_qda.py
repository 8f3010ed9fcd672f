"""Projects: valid by the standard's own schema, and read back to the character."""

import io
import uuid
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from analysis.exchange.plain import plain, safe
from analysis.exchange.project import (
    Case,
    Code,
    Coder,
    Coding,
    Head,
    Landmark,
    Project,
    Source,
    flat,
)
from analysis.exchange.refi_qda import (
    Bounds,
    UnreadableProjectError,
    Writer,
    archives,
    elements,
    parsed,
    read,
)
from analysis.exchange.refi_qda.reading import FORBIDDEN, NOT_PROJECT
from tests.analysis.exchange.projects import complaints, packed, projects, unpacked

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
CODE, OTHER = (uuid.UUID(int=number) for number in (1, 2))
SOURCE, LAID = uuid.UUID(int=3), uuid.UUID(int=0xABCDEF)
HEAD = '<Project name="P" origin="NVivo" xmlns="urn:QDA-XML:project:1.0">'
CODEBOOK = (
    f'<CodeBook><Codes><Code guid="{CODE}" name="Freins" isCodable="true"/></Codes></CodeBook>'
)


def one(text: str, *spans: tuple[int, int]) -> Project:
    """A project of one source, a code on each span."""
    codings = tuple(Coding(uuid.uuid4(), CODE, *span) for span in spans)
    head = Head("P", "Recueil", (Code(CODE, "Freins"),))
    return Project(head, (), (Case(OTHER, "Cas"),), (Source(SOURCE, "S", text, codings),))


def archive(**files: str | bytes) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream


def foreign(selections: str, text: bytes, *, origin: str = "NVivo") -> Project:
    """A project as another program wrote it."""
    described = (
        f"{HEAD.replace('NVivo', origin)}{CODEBOOK}<Sources>"
        f'<TextSource guid="{{{str(SOURCE).upper()}}}" name="S" '
        f'plainTextPath="internal://{str(SOURCE).upper()}.txt">{selections}</TextSource>'
        "</Sources></Project>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("project.qde", described)
        package.writestr("Sources/.root", b"")
        package.writestr(f"Sources/{SOURCE}.TXT", text)
        package.writestr(f"Sources/{SOURCE}.docx", b"PK")
    return read(stream)


def selection(start: int, end: int) -> str:
    return (
        f'<PlainTextSelection guid="{uuid.uuid4()}" startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="{{{str(LAID).upper()}}}"><CodeRef targetGUID="{str(CODE).upper()}"/>'
        "</Coding></PlainTextSelection>"
    )


def quotes(project: Project) -> list[str]:
    return [s.text[c.start : c.end] for s in project.sources for c in s.codings]


@QUICK
@given(projects())
def test_what_is_written_is_valid(project: Project) -> None:
    assert complaints(packed(project)) == []


@QUICK
@given(projects())
def test_what_is_written_is_read_back(project: Project) -> None:
    back = unpacked(packed(project))
    assert back.told == ()
    assert [each.text for each in back.sources] == [plain(s.text).text for s in project.sources]
    for sent, came in zip(project.sources, back.sources, strict=True):
        moves = plain(sent.text).moves
        expected = {
            (c.guid, c.code, *moves.span(c.start, c.end), c.coder and c.coder.guid, len(c.notes))
            for c in sent.codings
        }
        assert expected == {
            (c.guid, c.code, c.start, c.end, c.coder and c.coder.guid, len(c.notes))
            for c in came.codings
        }
        assert {(m.guid, *moves.span(m.start, m.end)) for m in sent.landmarks} == {
            (m.guid, m.start, m.end) for m in came.landmarks
        }
    values = [
        {guid: safe(value) if isinstance(value, str) else value for guid, value in c.values.items()}
        for c in project.cases
    ]
    assert [len(each.values) for each in back.cases] == [len(each) for each in values]
    assert list(back.codes) == [each.guid for each in flat(project.head.codes)]


def test_the_same_project_gives_the_same_bytes() -> None:
    project = one("Le maire préside.", (3, 8))
    assert packed(project) == packed(project)


def test_lines_end_in_lf_and_places_follow() -> None:
    text = "\ufeffUn\r\ndeux 🧠\r\ntr\x0bois"
    spans = [(0, 3), (5, 9), (3, 5), (10, 11), (13, 18)]
    data = packed(one(text, *spans))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        raw = package.read(f"sources/{SOURCE}.txt")
    assert raw == "\u2060Un\ndeux 🧠\ntr\ufffdois".encode()
    assert quotes(unpacked(data)) == ["\u2060Un", "deux", "\n", "🧠", "tr\ufffdoi"]


def test_the_order_and_the_names_that_importers_want() -> None:
    twice = Head(
        "P",
        "Recueil 1",
        (Code(CODE, "Freins", codes=(Code(OTHER, "freins"),)),),
        made_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    )
    stream, coder = io.BytesIO(), Coder(uuid.UUID(int=9), "Claire")
    laid = Coding(LAID, OTHER, 0, 2, coder, datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    with Writer(stream, twice) as writer:
        for number in (3, 4):
            writer.add_source(Source(uuid.UUID(int=number), "S", "abc", (laid,)))
            writer.add_case(Case(uuid.UUID(int=number + 10), "S"))
    with zipfile.ZipFile(stream) as package:
        root = etree.fromstring(package.read("project.qde"))
    assert [etree.QName(each).localname for each in root] == [
        *("Users", "CodeBook", "Cases", "Sources")
    ]
    assert root.get("origin") == "Recueil 1"
    names = [each.get("name") for each in root.iter("{*}Code", "{*}TextSource")]
    assert names == ["Freins", "freins (2)", "S", "S (2)"]
    coding = next(root.iter("{*}Coding"))
    assert dict(coding.attrib) == {
        "guid": str(LAID),
        "creatingUser": str(coder.guid),
        "creationDateTime": "2026-11-20T08:00:00Z",
    }
    assert [etree.QName(each).localname for each in coding] == ["CodeRef"]


def test_a_program_that_reads_coders_on_selections_finds_each_of_them() -> None:
    """QualCoder reads who and when on the selection alone, and stops where it says no moment."""
    morning = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    pipeline, person = (Coder(uuid.UUID(int=n), str(n)) for n in (8, 9))
    laid = [
        Coding(uuid.UUID(int=20 + rank), code, 0, 2, coder, morning + timedelta(hours=rank))
        for rank, (code, coder) in enumerate([(CODE, pipeline), (OTHER, person), (OTHER, pipeline)])
    ]
    head = Head("P", "R", (Code(CODE, "A"), Code(OTHER, "B")), made_at=morning)
    stream = io.BytesIO()
    with Writer(stream, head) as writer:
        landmark = Landmark(uuid.UUID(int=30), "question", 0, 3)
        writer.add_source(Source(SOURCE, "S", "abc", tuple(laid), (landmark,)))
    assert complaints(stream.getvalue()) == []
    with zipfile.ZipFile(stream) as package:
        root = etree.fromstring(package.read("project.qde"))
    found = [
        (each.get("creatingUser"), each.get("creationDateTime"), len(each.findall("{*}Coding")))
        for each in root.iter("{*}PlainTextSelection")
    ]
    assert found == [
        (None, "2026-11-20T08:00:00Z", 0),
        (str(pipeline.guid), "2026-11-20T10:00:00Z", 2),
        (str(person.guid), "2026-11-20T09:00:00Z", 1),
    ]
    assert len({each.get("guid") for each in root.iter("{*}PlainTextSelection")}) == 3
    assert next(root.iter("{*}TextSource")).get("creationDateTime") == "2026-11-20T08:00:00Z"


def test_a_code_out_of_the_codebook_is_listed() -> None:
    stream = io.BytesIO()
    with Writer(stream, Head("P", "Recueil")) as writer:
        writer.add_code(Code(CODE, "Ancien"))
        writer.add_source(Source(SOURCE, "S", "abc", (Coding(LAID, CODE, 0, 1),)))
    assert complaints(stream.getvalue()) == []
    assert [each.name for each in unpacked(stream.getvalue()).codes.values()] == [
        "Codes hors de la grille",
        "Ancien",
    ]


@pytest.mark.parametrize("span", [(0, 0), (2, 1), (0, 4), (-1, 2)])
def test_a_coding_outside_of_its_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside"):
        packed(one("abc", span))


def test_what_other_programs_write_is_read() -> None:
    project = foreign(selection(0, 2), b"\xef\xbb\xbfUn\r\ndeux")
    assert quotes(project) == ["Un"]
    (source,) = project.sources
    assert (source.guid, source.codings[0].guid, source.codings[0].code) == (SOURCE, LAID, CODE)
    assert project.told == (
        "Dans «\u00a0S\u00a0», chaque fin de ligne (CRLF) a été comptée pour deux signes, selon "
        "la norme.",
    )


def test_ends_of_lines_count_as_each_program_counts_them() -> None:
    text = b"Un\r\ndeux"
    assert quotes(foreign(selection(4, 8), text)) == ["deux"]
    assert quotes(foreign(selection(3, 7), text, origin="ATLAS.ti Windows")) == ["deux"]


def test_emojis_of_other_programs_are_told_and_not_guessed() -> None:
    project = foreign(selection(2, 6), "🧠 deux".encode())
    assert (quotes(project), len(project.told)) == (["deux"], 1)


@pytest.mark.parametrize("number", [5.465064010866787e-44, 0.00012345678901234567, 5e-324, 1e300])
def test_a_number_comes_back_however_small(number: float) -> None:
    back = parsed.value("FloatValue", elements.written(number))
    assert isinstance(back, Decimal)
    assert float(back) == number


@pytest.mark.parametrize("words", ["1e99999999", "1e-99999999", "0." + "1" * 900, "NaN", "un"])
def test_a_number_that_would_fill_the_memory_is_none(words: str) -> None:
    assert parsed.value("FloatValue", words) is None


def test_what_cannot_be_taken_is_told() -> None:
    bad = selection(0, 99) + selection(0, 1).replace(f'<CodeRef targetGUID="{CODE}"/>', "")
    project = foreign(bad + selection(0, 98), b"Un")
    assert quotes(project) == []
    assert project.told == (
        "Extrait hors du texte, laissé de côté, dans «\u00a0S\u00a0» (2\u00a0fois).",
        "Codage laissé de côté, parce qu’il ne dit pas son code.",
    )


def test_a_code_on_the_whole_source() -> None:
    coding = f'<Coding guid="{LAID}"><CodeRef targetGUID="{CODE}"/></Coding>'
    assert quotes(foreign(coding, b"Tout")) == ["Tout"]


def described(xml: str) -> io.BytesIO:
    return archive(project_qde=xml)


BILLION = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("stream", "sentence"),
    [
        (io.BytesIO(b"PK\x03\x04"), archives.NOT_ZIP),
        (io.BytesIO(b""), archives.NOT_ZIP),
        (archive(autre_txt="x"), archives.NO_PROJECT),
        (described("<Project"), archives.DAMAGED),
        (described("<Autre/>"), NOT_PROJECT),
        (described(f"{BILLION}<Project name='&b;'/>"), FORBIDDEN),
        (
            described(f"{OUTSIDE}<Project name='P'><Description>&a;</Description></Project>"),
            FORBIDDEN,
        ),
    ],
)
def test_what_is_no_project_is_refused(stream: io.BytesIO, sentence: str) -> None:
    with pytest.raises(UnreadableProjectError) as refused:
        read(stream)
    assert str(refused.value) == sentence


def test_a_swollen_description_is_not_unpacked() -> None:
    bomb = described(HEAD + " " * 5_000_000 + "</Project>")
    assert len(bomb.getvalue()) < 10_000
    with pytest.raises(UnreadableProjectError) as refused:
        read(bomb, Bounds(description=1_000_000))
    assert str(refused.value) == archives.SWOLLEN


def test_swollen_texts_and_countless_entries_are_not_read() -> None:
    data = packed(one("a" * 100_000, (0, 1)))
    for bounds, sentence in (
        (Bounds(text=50_000), archives.SWOLLEN),
        (Bounds(texts=50_000), archives.SWOLLEN),
        (Bounds(entries=1), archives.TOO_MANY),
    ):
        with pytest.raises(UnreadableProjectError) as refused:
            read(io.BytesIO(data), bounds)
        assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "path",
    [
        "internal://../../etc/hostname",
        "/etc/hostname",
        "relative://../x.txt",
        "internal://C:\\x.txt",
    ],
)
def test_a_path_never_leaves_the_archive(path: str) -> None:
    source = f'<TextSource guid="{SOURCE}" name="S" plainTextPath="{path}"/>'
    project = read(described(f"{HEAD}<Sources>{source}</Sources></Project>"))
    assert project.sources == ()
    assert project.told == (
        "Source sans texte dans l’archive, laissée de côté\u00a0: «\u00a0S\u00a0».",
    )


def test_a_locked_archive_is_told() -> None:
    data = bytearray(packed(one("abc", (0, 1))))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of an encrypted entry, in the central directory
    with pytest.raises(UnreadableProjectError) as refused:
        read(io.BytesIO(bytes(data)))
    assert str(refused.value) == archives.LOCKED
