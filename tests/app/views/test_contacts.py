"""The contacts room: added by hand or from a file, corrected, found again."""

import io
import uuid

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Clsm, Contact, InvitationState
from app.services import contacts
from app.views.paging import PAGE_SIZE
from tests import factories

FORM = {
    "name": " Nadia  Bellecour ",
    "email": "N.Bellecour@Exemple.fr",
    "audience": "coordinateur",
    "clsm": "CLSM du Val-de-Sauldre",
}
HEADER = "courriel;nom;profil;clsm\n"


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def rows(reply: TestResponse) -> list[list[str]]:
    table = read(reply).select("tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in table]


def errors(reply: TestResponse) -> list[str]:
    return [each.text for each in read(reply).select(".error-summary li")]


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Contact)) or 0


def send_file(client: FlaskClient, data: bytes) -> TestResponse:
    file = (io.BytesIO(data), "contacts.csv")
    return client.post("/equipe/contacts/importer", data={"file": file})


def test_an_empty_room_says_what_to_do(staff: FlaskClient) -> None:
    page = read(staff.get("/equipe/contacts/"))
    links = [(each.text, each["href"]) for each in page.select(".empty a")]
    assert links == [
        ("Importer un fichier", "/equipe/contacts/importer"),
        ("Ajouter un contact", "/equipe/contacts/nouveau"),
    ]


def test_a_contact_is_added_once(staff: FlaskClient) -> None:
    assert read(staff.get("/equipe/contacts/nouveau"))
    first = staff.post("/equipe/contacts/nouveau", data=FORM)
    assert (first.status_code, first.location) == (302, "/equipe/contacts/")
    assert rows(staff.get("/equipe/contacts/")) == [
        [
            "Nadia Bellecour",
            "Coordinatrice ou coordinateur de CLSM",
            "CLSM du Val-de-Sauldre",
            "jamais invitée ou invité",
        ]
    ]
    again = staff.post("/equipe/contacts/nouveau", data=FORM | {"name": "Une autre"})
    said = "Un contact a déjà cette adresse. Rien n’a été changé."
    assert (again.status_code, errors(again)) == (422, [f"Adresse électronique\u00a0: {said}"])
    name = read(again).select_one("#name")
    assert name is not None
    assert (name["value"], count()) == ("Une autre", 1)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": " "}, "Nom\u00a0: Donnez le nom, tel qu’il sera écrit dans les messages."),
        ({"name": "x" * 201}, "Nom\u00a0: Écrivez moins de 200 caractères."),
        ({"email": ""}, "Adresse électronique\u00a0: Donnez l’adresse électronique."),
        (
            {"email": "nadia@"},
            "Adresse électronique\u00a0: Cette adresse n’est pas complète. "
            "Écrivez par exemple nom@organisme.fr.",
        ),
        ({"audience": "maire"}, "Profil\u00a0: Choisissez dans la liste."),
        ({"audience": None}, "Profil\u00a0: Choisissez dans la liste."),
        ({"clsm": "x" * 201}, "CLSM (facultatif)\u00a0: Écrivez moins de 200 caractères."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    staff: FlaskClient, changes: dict[str, str | None], error: str
) -> None:
    data = {name: value for name, value in (FORM | changes).items() if value is not None}
    reply = staff.post("/equipe/contacts/nouveau", data=data)
    assert (reply.status_code, errors(reply), count()) == (422, [error], 0)


def test_a_name_that_shows_nothing_is_none(staff: FlaskClient) -> None:
    reply = staff.post("/equipe/contacts/nouveau", data=FORM | {"name": "\u200b\u00ad \x00"})
    assert reply.status_code == 422
    assert errors(reply) == ["Nom\u00a0: Donnez le nom, tel qu’il sera écrit dans les messages."]
    assert count() == 0


def test_a_contact_is_corrected(staff: FlaskClient) -> None:
    contact = factories.contact(db.session, email="faux@exemple.fr")
    db.session.commit()
    address = f"/equipe/contacts/{contact.id}"
    page = read(staff.get(address))
    shown = {each["name"]: each.get("value") for each in page.select(".narrow input[id]")}
    assert shown == {
        "name": "Nadia Bellecour",
        "email": "faux@exemple.fr",
        "clsm": "CLSM du Val-de-Sauldre",
    }
    assert staff.post(address, data=FORM | {"email": "juste@exemple.fr"}).status_code == 302
    db.session.rollback()
    assert contacts.find(db.session, "juste@exemple.fr") is not None


def test_a_correction_cannot_take_somebody_elses_address(staff: FlaskClient) -> None:
    contact = factories.contact(db.session)
    factories.contact(db.session, email="n.bellecour@exemple.fr")
    db.session.commit()
    reply = staff.post(f"/equipe/contacts/{contact.id}", data=FORM)
    assert (reply.status_code, len(errors(reply))) == (422, 1)


@pytest.mark.parametrize("way", ["", "/refus"])
def test_a_contact_that_is_not_there(staff: FlaskClient, way: str) -> None:
    reply = staff.post(f"/equipe/contacts/{uuid.uuid4()}{way}", data=FORM)
    assert reply.status_code == 404


def test_a_no_given_by_telephone(staff: FlaskClient) -> None:
    contact = factories.contact(db.session)
    made = factories.invitation(
        db.session, campaign=factories.campaign(db.session), contact=contact
    )
    db.session.commit()
    assert staff.post(f"/equipe/contacts/{contact.id}/refus").status_code == 302
    db.session.rollback()
    assert (contact.opted_out_at is None, made.state) == (False, InvitationState.DECLINED)
    assert "Ne veut plus de message depuis le" in rows(staff.get("/equipe/contacts/"))[0][3]


def test_the_list_is_filtered_and_paged(staff: FlaskClient) -> None:
    for number in range(PAGE_SIZE + 1):
        # An address drawn at random could hold the number that is looked for below.
        email = f"p{number}@exemple.fr"
        factories.contact(db.session, email=email, name=f"Personne {number:03}", audience="elu")
    factories.contact(db.session, name="Zoé", audience="usager")
    db.session.commit()

    def first_and_count(query: str) -> tuple[str, int]:
        listed = rows(staff.get(f"/equipe/contacts/?{query}"))
        return listed[0][0], len(listed)

    assert first_and_count("") == ("Personne 000", PAGE_SIZE)
    assert first_and_count("page=2") == ("Personne 100", 2)
    assert first_and_count("page=99") == ("Personne 100", 2)
    assert first_and_count("page=-1") == ("Personne 000", PAGE_SIZE)
    assert first_and_count("page=abc") == ("Personne 000", PAGE_SIZE)
    assert first_and_count("profil=usager") == ("Zoé", 1)
    assert first_and_count("profil=%00") == ("Personne 000", PAGE_SIZE)
    assert first_and_count("q=personne+042") == ("Personne 042", 1)
    nobody = read(staff.get("/equipe/contacts/?q=%00introuvable"))
    assert [each.text for each in nobody.select(".empty p:first-child")] == [
        "Personne ne correspond."
    ]
    assert first_and_count("profil=elu&page=2") == ("Personne 100", 1)


def test_a_file_is_imported_and_sent_again(staff: FlaskClient) -> None:
    assert read(staff.get("/equipe/contacts/importer"))
    data = f"{HEADER}z@exemple.fr;Zoé L’Été;élue;CLSM d’Étaples\nfaux;B;élu;\n".encode("cp1252")
    first, second = send_file(staff, data), send_file(staff, data)
    counts = [[each.text for each in read(page).select(".counts b")] for page in (first, second)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert counts == [["1", "0", "1"], ["0", "1", "1"]]
    assert "Fichier lu en Windows-1252" in first.text
    assert rows(first) == [["3", "l’adresse électronique n’est pas valable"]]
    assert rows(staff.get("/equipe/contacts/"))[0][:3] == [
        "Zoé L’Été",
        "Élue ou élu",
        "CLSM d’Étaples",
    ]
    assert count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Ce fichier est vide."),
        (
            b"Nom;Ville\nA;B\n",
            "Colonnes trouvées\u00a0: Nom, Ville. Colonnes nécessaires\u00a0: courriel, nom, "
            "profil. Il manque\u00a0: courriel, profil.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_imports_nothing(
    staff: FlaskClient, data: bytes, said: str
) -> None:
    reply = send_file(staff, data)
    assert (reply.status_code, errors(reply)) == (422, [f"Fichier CSV\u00a0: {said}"])
    assert count() == 0


def test_no_file_at_all(staff: FlaskClient) -> None:
    reply = staff.post("/equipe/contacts/importer", data={})
    assert (reply.status_code, errors(reply)) == (
        422,
        ["Fichier CSV\u00a0: Choisissez un fichier."],
    )


def test_a_file_without_one_good_line_imports_nothing(staff: FlaskClient) -> None:
    reply = send_file(staff, f"{HEADER}faux;A;élue;CLSM neuf\n".encode())
    assert (reply.status_code, count()) == (422, 0)
    assert db.session.scalar(select(func.count()).select_from(Clsm)) == 0


def test_a_file_that_is_too_big(staff: FlaskClient) -> None:
    reply = staff.post(
        "/equipe/contacts/importer",
        data=b"x" * (1024 * 1024 + 1),
        content_type="multipart/form-data; boundary=limite",
    )
    assert reply.status_code == 413
    assert [each.text for each in read(reply).select("h1")] == ["Votre envoi est trop volumineux"]


def test_an_old_page_loses_nothing_that_was_typed(app: Flask, staff: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    reply = staff.post("/equipe/contacts/nouveau", data=FORM | {"csrf_token": "vieux"})
    assert (reply.status_code, errors(reply)) == (
        422,
        [
            "Cette page est restée ouverte trop longtemps. Relisez, puis envoyez à nouveau\u00a0: "
            "rien n’est perdu."
        ],
    )
    name = read(reply).select_one("#name")
    assert name is not None
    assert (name["value"].strip(), count()) == ("Nadia Bellecour", 0)
