"""The pages by which a file comes in: choose, match columns, preview, yes; nothing half done."""

import io
import itertools
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Clsm, Contact, Import, RoleName
from app.models.base import now
from app.services import accounts, contact_searches, imports, oppositions, spreadsheets
from app.tasks import purge_imports
from tests import factories
from tests.workbooks import SHEET, with_part, workbook

REFUSED_NO = "Refuséecette personne a demandé à ne plus recevoir de message"
CONTACTS, CLSMS = "/equipe/contacts/importer", "/equipe/clsm/importer"
HEADER = "courriel;nom;profil;clsm\n"
LINES = (
    f"{HEADER}z@exemple.fr;Zoé L’Été;élue;CLSM d’Étaples\nfaux;=B;élu;\n"
    "non@exemple.fr;N;élue;\nz@exemple.fr;Zoé;élue;\n"
).encode("cp1252")


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def words(node: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(each.text.split()) for each in node.select(selector)]


def rows(page: BeautifulSoup) -> list[list[str]]:
    found = page.select("tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in found]


def counts(page: BeautifulSoup) -> list[int]:
    return [int(each) for each in words(page, ".counts b")]


def errors(reply: TestResponse) -> list[str]:
    return words(read(reply), ".error-summary li")


def send(
    client: FlaskClient, data: bytes, *, to: str = CONTACTS, name: str = "c.csv"
) -> TestResponse:
    """Send a form whose body is made here: the client's own would use temporary files."""
    head = f'--limite\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + b"\r\n--limite--\r\n"
    return client.post(to, data=body, content_type="multipart/form-data; boundary=limite")


def preview(client: FlaskClient, data: bytes, **options: str) -> tuple[str, BeautifulSoup]:
    """Send a file whose columns are known; return the address of its preview, and the page."""
    reply = send(client, data, **options)
    assert reply.status_code == 303, reply.text
    return reply.location, read(client.get(reply.location))


def yes(client: FlaskClient, address: str, page: BeautifulSoup) -> BeautifulSoup:
    """Say yes to a preview; return the page that follows."""
    field = page.select_one("[name=seen]")
    assert field is not None
    reply = client.post(address, data={"seen": field["value"]})
    assert (reply.status_code, reply.location) == (303, address)
    return read(client.get(address))


def count(model: type[Contact] | type[Clsm] | type[Import] = Contact) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_is_previewed_then_imported_once(staff: FlaskClient) -> None:
    oppositions.oppose(db.session, "non@exemple.fr")
    db.session.commit()
    address, page = preview(staff, LINES)
    assert counts(page) == [1, 0, 0, 1, 2]
    assert rows(page) == [
        ["2", "Zoé L’Été", "z@exemple.fr", "À ajouter"],
        ["3", "faux · =B · élu", "Refuséel’adresse électronique n’est pas valable"],
        [
            "4",
            "N",
            "non@exemple.fr",
            REFUSED_NO,
        ],
        ["5", "Zoé", "z@exemple.fr", "Fusionnéemême adresse que la ligne 2"],
    ]
    assert words(page, "form button")[1:] == [
        "Importer ce contact",
        "Effacer ce fichier, ne rien importer",
    ]
    assert count() == 0
    report = yes(staff, address, page)
    assert counts(report) == [1, 0, 0, 1, 2]
    assert rows(report) == [
        ["3", "l’adresse électronique n’est pas valable"],
        ["4", "cette personne a demandé à ne plus recevoir de message"],
    ]
    again = yes(staff, address, page)
    assert (counts(again), count()) == ([1, 0, 0, 1, 2], 1)


@pytest.mark.parametrize(
    ("chosen", "lines"),
    [
        ("added", ["2"]),
        ("merged", ["5"]),
        ("remarques", ["5"]),
        ("refused", ["3"]),
        ("x", list("2345")),
    ],
)
def test_the_preview_is_narrowed(staff: FlaskClient, chosen: str, lines: list[str]) -> None:
    address, _ = preview(staff, LINES.replace(b"non@", b"oui@"))
    found = [row[0] for row in rows(read(staff.get(f"{address}?lignes={chosen}")))]
    assert found == (["2", "4"] if chosen == "added" else lines)


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


def test_what_was_imported_leaves_only_its_refused_lines(staff: FlaskClient) -> None:
    address, page = preview(staff, LINES)
    yes(staff, address, page)
    kept = imports.sheet(db.session.scalars(select(Import)).one())
    assert kept.titles == ["courriel", "nom", "profil", "clsm", "motif"]
    assert kept.records == [
        (3, ["faux", "=B", "élu", "", "l’adresse électronique n’est pas valable"])
    ]


@pytest.mark.parametrize("is_done", [False, True])
def test_the_refused_lines_are_downloaded_mended_and_sent_again(
    staff: FlaskClient, *, is_done: bool
) -> None:
    address, page = preview(staff, LINES)
    if is_done:
        yes(staff, address, page)
    reply = staff.get(f"{address}/refus")
    assert reply.headers["Content-Disposition"] == "attachment; filename=lignes-refusees.csv"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.data.decode("utf-8-sig") == (
        "courriel;nom;profil;clsm;motif\r\n"
        "faux;'=B;élu;;l’adresse électronique n’est pas valable\r\n"
    )
    mended = reply.data.replace(b"faux", b"juste@exemple.fr")
    again, page = preview(staff, mended)
    yes(staff, again, page)
    names = [each.name for each in contact_searches.matching(db.session)]
    assert names == (["=B", "N", "Zoé L’Été"] if is_done else ["=B"])
    assert "motif" not in staff.get(f"{again}/refus").text.splitlines()[0].split(";")[:-1]


def test_a_workbook_gives_a_workbook_back(staff: FlaskClient) -> None:
    data = workbook(("Courriel", "Nom", "Profil"), ("faux", "=1+1", "élu"), ("a@b.fr", "A", "élu"))
    address, page = preview(staff, data, name="c.xlsx")
    assert counts(page) == [1, 0, 0, 0, 1]
    sheet = load_workbook(io.BytesIO(staff.get(f"{address}/refus").data)).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Courriel", "Nom", "Profil", "motif"],
        ["faux", None, "élu", "l’adresse électronique n’est pas valable"],
    ]


UNKNOWN = "Mél pro;Qui;Titre;Divers\na@exemple.fr;Anne;élue;x\nb@exemple.fr;Bob;élu;\n".encode()


def test_columns_are_matched_on_a_page(staff: FlaskClient) -> None:
    reply = send(staff, UNKNOWN)
    address = reply.location
    assert (reply.status_code, address.endswith("/colonnes")) == (303, True)
    page = read(staff.get(address))
    assert words(page, ".narrow label")[:2] == [
        "Colonne 1 : Mél pro",
        "Colonne 2 : Qui",
    ]
    assert words(page, ".narrow .form-text")[:4] == [
        "Par exemple : a@exemple.fr · b@exemple.fr",
        "Par exemple : Anne · Bob",
        "Par exemple : élue · élu",
        "Par exemple : x",
    ]
    wrong = staff.post(address, data={"column_0": "courriel", "column_1": "courriel"})
    assert (wrong.status_code, errors(wrong)) == (
        422,
        [
            "« Nom » : choisissez la colonne qui le donne.",
            "« Profil » : choisissez la colonne, ou un profil pour toutes les lignes.",
            "Colonne 2 : Qui : « Adresse électronique » est déjà choisi pour une autre colonne.",
        ],
    )
    title = read(wrong).select_one("title")
    assert title is not None
    assert title.text == "Erreur : Ce que contient chaque colonne - Recueil"
    chosen = [each["value"] for each in read(wrong).select(".narrow select option[selected]")]
    assert chosen[:2] == ["courriel", "courriel"]
    right = {"column_0": "courriel", "column_1": "nom", "column_2": "profil"}
    done = staff.post(address, data=right)
    assert (done.status_code, done.location) == (303, address.removesuffix("/colonnes"))
    page = read(staff.get(done.location))
    assert counts(page) == [2, 0, 0, 0, 0]
    yes(staff, done.location, page)
    assert [each.name for each in contact_searches.matching(db.session)] == ["Anne", "Bob"]


def test_a_profile_for_the_whole_file(staff: FlaskClient) -> None:
    address = send(staff, b"courriel;nom\na@exemple.fr;A\n").location
    done = staff.post(address, data={"column_0": "courriel", "column_1": "nom", "audience": "elu"})
    yes(staff, done.location, read(staff.get(done.location)))
    assert [each.audience for each in contact_searches.matching(db.session)] == ["elu"]


@pytest.mark.parametrize("value", ["inconnu", "<b>", ""])
def test_a_column_that_is_not_offered(staff: FlaskClient, value: str) -> None:
    address = send(staff, UNKNOWN).location
    data = {"column_0": value, "column_1": "nom", "column_2": "profil"}
    assert staff.post(address, data=data).status_code == 422


def test_a_column_twice_in_the_titles_is_asked_about(staff: FlaskClient) -> None:
    reply = send(staff, b"courriel;email;nom;profil\na@b.fr;c@d.fr;A;elu\n")
    assert reply.location.endswith("/colonnes")


def test_a_changed_preview_is_read_again(staff: FlaskClient) -> None:
    address, page = preview(staff, LINES)
    factories.contact(db.session, email="z@exemple.fr", clsm="")
    db.session.commit()
    shown = yes(staff, address, page)
    assert words(shown, ".alert") == [
        "Vos données ont changé depuis cet aperçu. Relisez-le, puis importez."
    ]
    assert (counts(shown), count()) == ([1, 1, 0, 1, 1], 1)
    done = yes(staff, address, shown)
    assert (words(done, "h1"), count()) == (["Import terminé"], 2)


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


def test_a_file_is_its_sender_s_own(
    app: Flask, staff: FlaskClient, signed_in: Callable[..., FlaskClient]
) -> None:
    address, _ = preview(staff, LINES)
    other = signed_in(RoleName.STAFF, RoleName.ADMINISTRATOR)
    for method, way in itertools.product(("GET", "POST"), ("", "/colonnes", "/refus")):
        if (method, way) == ("POST", "/refus"):
            continue
        reply = other.open(address + way, method=method)
        assert (reply.status_code, words(read(reply), "h1")) == (404, ["Ce fichier n’est plus là"])
    other.post(f"{address}/abandonner")
    assert (count(Import), staff.get(address).status_code) == (1, 200)
    assert other.get(address.replace("contacts", "clsm")).status_code == 404


def test_a_file_lives_a_day(staff: FlaskClient) -> None:
    address, _ = preview(staff, LINES)
    kept = db.session.scalars(select(Import)).one()
    kept.created_at = now() - timedelta(hours=25)
    db.session.commit()
    assert staff.get(address).status_code == 404
    purge_imports()
    assert count(Import) == 0


def test_a_file_is_dropped_when_asked(staff: FlaskClient) -> None:
    address, _ = preview(staff, LINES)
    reply = staff.post(f"{address}/abandonner")
    assert (reply.status_code, reply.location, count(Import)) == (303, CONTACTS, 0)


def test_an_account_takes_its_files_with_it(staff: FlaskClient) -> None:
    preview(staff, LINES)
    account = accounts.find(db.session, "staff@recueil.example")
    db.session.delete(account)
    db.session.commit()
    assert count(Import) == 0


def test_an_old_page_imports_nothing(app: Flask, staff: FlaskClient) -> None:
    address, page = preview(staff, LINES)
    app.config["WTF_CSRF_ENABLED"] = True
    field = page.select_one("[name=seen]")
    assert field is not None
    reply = staff.post(address, data={"seen": field["value"], "csrf_token": "vieux"})
    assert words(read(staff.get(reply.location)), ".alert") == [
        "La page était restée ouverte trop longtemps. Recommencez."
    ]
    assert send(staff, LINES).status_code == 422
    staff.post(f"{address}/abandonner", data={"csrf_token": "vieux"})
    assert (count(), count(Import)) == (0, 1)


@pytest.mark.parametrize("to", [CONTACTS, CLSMS, "/equipe/clsm/", "/equipe/contacts/exporter"])
def test_only_the_team_may_come_in(client: FlaskClient, researcher: FlaskClient, to: str) -> None:
    assert client.get(to).status_code == 302
    assert researcher.get(to).status_code == 403


def test_a_file_that_is_not_there(staff: FlaskClient) -> None:
    assert staff.get(f"{CONTACTS}/{uuid.uuid4()}").status_code == 404


def test_a_directory_of_clsms_is_imported(staff: FlaskClient) -> None:
    assert words(read(staff.get("/equipe/clsm/")), ".empty a") == ["Importer l’annuaire"]
    data = workbook(
        ("Nom", "Région", "Dépt"), ("CLSM de Brest", "Bretagne", 29), ("Faux", "Corse", 29)
    )
    address, page = preview(staff, data, to=CLSMS, name="c.xlsx")
    assert rows(page) == [
        ["2", "CLSM de Brest", "29 Finistère, Bretagne", "À ajouter"],
        [
            "3",
            "Faux · Corse · 29",
            "Refuséele département Finistère (29) n’est pas dans la région Corse, "
            "mais dans Bretagne",
        ],
    ]
    yes(staff, address, page)
    factories.contact(db.session, clsm="clsm de brest")
    factories.contact(db.session, clsm="CLSM écrit à la main")
    db.session.commit()
    listed = rows(read(staff.get("/equipe/clsm/")))
    assert listed == [
        ["CLSM de Brest", "Bretagne", "29 Finistère", "1 : contacts de CLSM de Brest", "Proposé"],
        [
            "CLSM écrit à la main",
            "non précisée",
            "non précisé",
            "1 : contacts de CLSM écrit à la main",
            "Non proposé",
        ],
    ]
    assert [row[0] for row in rows(read(staff.get("/equipe/clsm/?region=53&q=brest")))] == [
        "CLSM de Brest"
    ]
    nothing = read(staff.get("/equipe/clsm/?q=introuvable&region=%00"))
    assert words(nothing, ".empty p")[0] == "Aucun CLSM ne correspond."


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
