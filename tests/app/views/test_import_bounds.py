"""Files that should not come in, and the way in: never half imported, never kept in clear."""

import io
import time
from contextlib import suppress

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.extensions import db
from app.models import Clsm, Import
from app.services import imports, spreadsheets
from tests.importing import (
    CLSMS,
    CONTACTS,
    HEADER,
    LINES,
    count,
    errors,
    preview,
    read,
    send,
    words,
)
from tests.workbooks import SHEET, with_part, workbook


def test_between_two_pages_the_file_is_only_kept_encrypted(staff: FlaskClient) -> None:
    preview(staff, LINES)
    raw = db.session.execute(text("SELECT content, choices FROM imports")).one()
    assert [b"exemple" in bytes(str(value), "utf-8") for value in raw] == [False, False]


def test_nothing_is_written_to_the_disk_on_the_way(
    staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    lines = "".join(f"p{n}@exemple.fr;Personne {n};élue;\n" for n in range(19_000))
    assert len(HEADER + lines) > 600_000
    assert send(staff, (HEADER + lines).encode()).status_code == 303


def test_a_failure_in_the_middle_imports_nothing(
    staff: FlaskClient, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    address, page = preview(staff, LINES)
    field = page.select_one("[name=seen]")
    assert field is not None

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(imports, "finish", fail)
    with suppress(RuntimeError):
        staff.post(address, data={"seen": field["value"]})
    monkeypatch.undo()
    assert (count(), count(Clsm)) == (0, 0)
    assert words(read(staff.get(address)), "h1") == ["Aperçu avant d’importer"]


def test_a_file_without_one_good_line_imports_nothing(staff: FlaskClient) -> None:
    address, page = preview(staff, f"{HEADER}faux;A;élue;CLSM neuf\n".encode())
    assert words(page, ".empty p")[0] == "Il n’y a rien à importer."
    assert page.select("[name=seen]") == []
    staff.post(address, data={"seen": ""})
    assert (count(), count(Clsm)) == (0, 0)


@pytest.mark.parametrize("to", [CONTACTS, CLSMS])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Ce fichier est vide."),
        (b"%PDF-1.7", f"Ce fichier est un document PDF. {spreadsheets.HOW_TO_SAVE}"),
        (b"nom\n", "Ce fichier n’a que sa première ligne\u00a0: rien dessous."),
        (b"nom\n" + b"x\n" * 20_001, spreadsheets.TOO_LONG),
    ],
    ids=range(4),
)
def test_a_file_that_cannot_be_read_imports_nothing(
    staff: FlaskClient, to: str, data: bytes, said: str
) -> None:
    reply = send(staff, data, to=to)
    shown = " ".join(f"Fichier (.xlsx ou .csv)\u00a0: {said}".split())
    assert (reply.status_code, errors(reply)) == (422, [shown])
    assert count(Import) == 0


def test_no_file_at_all(staff: FlaskClient) -> None:
    reply = staff.post(CONTACTS, data={})
    shown = "Fichier (.xlsx ou .csv) : Choisissez un fichier."
    assert (reply.status_code, errors(reply)) == (422, [shown])


class Endless(io.RawIOBase):
    """A request's body that nobody could hold; it counts what is read of it."""

    def __init__(self, size: int) -> None:
        self.size = self.left = size
        self.largest = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size - self.left

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.left = 0 if whence == io.SEEK_END else self.size - offset
        return self.tell()

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        size = min(len(buffer), self.left)
        self.left -= size
        self.largest = max(self.largest, size)
        return size


def test_two_hundred_megabytes_are_refused_in_words(staff: FlaskClient) -> None:
    size = 200 * 1024 * 1024
    body, start = Endless(size), time.monotonic()
    reply = staff.post(
        CONTACTS,
        input_stream=body,
        content_length=size,
        content_type="multipart/form-data; boundary=limite",
    )
    shown = " ".join(f"Fichier (.xlsx ou .csv) : {spreadsheets.TOO_BIG}".split())
    assert (reply.status_code, errors(reply)) == (413, [shown])
    assert (body.left, body.largest <= 1024 * 1024, count(Import)) == (0, True, 0)
    assert time.monotonic() - start < 5


def test_a_million_rows_are_refused_in_words(staff: FlaskClient) -> None:
    start = time.monotonic()
    reply = send(staff, b"courriel;nom;profil\n" + b"a;b;c\n" * 1_000_000)
    shown = " ".join(f"Fichier (.xlsx ou .csv) : {spreadsheets.TOO_LONG}".split())
    assert (reply.status_code, errors(reply)) == (422, [shown])
    assert time.monotonic() - start < 10


def test_a_bomb_is_refused_in_words(staff: FlaskClient) -> None:
    bomb = with_part(workbook(("a", "b")), SHEET, b" " * (100 * 1024 * 1024))
    reply = send(staff, bomb, name="c.xlsx")
    assert reply.status_code == 422
    assert errors(reply)[0].startswith(
        "Fichier (.xlsx ou .csv) : Ce classeur, une fois décompressé"
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.one_of(
        st.binary(max_size=200), st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b)
    )
)
def test_no_bytes_give_a_500(staff: FlaskClient, data: bytes) -> None:
    reply = send(staff, data)
    assert reply.status_code in (303, 422)
    if reply.status_code == 303:
        assert staff.get(reply.location).status_code in (200, 302)


LINE = st.text(alphabet='aé@.;,"\n\t ’<&=0', max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(LINE, max_size=5), to=st.sampled_from([CONTACTS, CLSMS]))
def test_no_lines_give_a_500(staff: FlaskClient, lines: list[str], to: str) -> None:
    text = "\n".join(["courriel;nom;profil;region;departement", "a@b.fr;A;elu;x;y", *lines])
    reply = send(staff, text.encode(), to=to)
    assert reply.status_code in (303, 422)
    if reply.status_code == 303:
        address = reply.location
        assert [staff.get(address).status_code, staff.get(f"{address}/refus").status_code] == [
            200,
            200,
        ]
