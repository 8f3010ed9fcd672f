"""The pages by which a file comes in: choose, match columns, preview, yes."""

import io
import itertools
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from app.extensions import db
from app.models import Import, RoleName
from app.models.base import now
from app.services import accounts, contact_searches, imports, oppositions
from app.tasks import purge_imports
from tests import factories
from tests.importing import (
    CLSMS,
    CONTACTS,
    LINES,
    count,
    counts,
    errors,
    preview,
    read,
    rows,
    send,
    words,
    yes,
)
from tests.workbooks import workbook

REFUSED_NO = "Refuséecette personne a demandé à ne plus recevoir de message"


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
    assert title.text == "Erreur\u00a0: Ce que contient chaque colonne - Recueil"
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
    assert words(read(staff.get("/equipe/clsm/")), ".empty a") == [
        "Importer l’annuaire",
        "Ajouter un CLSM",
    ]
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
        [
            "CLSM de Brest",
            "Bretagne",
            "29 Finistère",
            "non précisé",
            "1 : contacts de CLSM de Brest",
            "Proposé",
        ],
        [
            "CLSM écrit à la main",
            "non précisée",
            "non précisé",
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
