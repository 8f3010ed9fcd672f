"""The contacts room: added by hand or from a file, corrected, found again."""

import io
import uuid
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from openpyxl import load_workbook
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Clsm, Contact, ContactExport, InvitationState
from app.services import (
    accounts,
    clsms,
    contact_files,
    contact_searches,
    contact_tags,
    contacts,
    oppositions,
)
from app.services.contact_words import Lexicon
from app.views.paging import PAGE_SIZE
from tests import factories

FORM = {
    "name": " Nadia  Bellecour ",
    "email": "N.Bellecour@Exemple.fr",
    "audience": "coordinateur",
    "clsm": "CLSM du Val-de-Sauldre",
}


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


@pytest.mark.parametrize(("field", "label"), [("name", "Nom"), ("clsm", "CLSM (facultatif)")])
def test_a_name_cannot_bring_a_header(staff: FlaskClient, field: str, label: str) -> None:
    forged = FORM | {field: "Nadia\r\nBcc: autre@exemple.fr"}
    reply = staff.post("/equipe/contacts/nouveau", data=forged)
    said = "Écrivez sur une seule ligne\u00a0: un retour à la ligne n’a pas sa place ici."
    assert (reply.status_code, errors(reply)) == (422, [f"{label}\u00a0: {said}"])
    assert count() == 0


def test_an_address_cannot_bring_a_header(staff: FlaskClient) -> None:
    forged = FORM | {"email": "n@exemple.fr\r\nBcc: autre@exemple.fr"}
    assert staff.post("/equipe/contacts/nouveau", data=forged).status_code == 422
    assert count() == 0


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
        "tags": "",
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


def test_whoever_said_no_is_not_typed_again(staff: FlaskClient) -> None:
    oppositions.oppose(db.session, "n.bellecour@exemple.fr")
    other = factories.contact(db.session)
    db.session.commit()
    said = (
        "Adresse électronique\u00a0: La personne qui a cette adresse a demandé à ne plus recevoir "
        "de message\u00a0: son refus tient toujours. Rien n’a été changé."
    )
    for address in ("/equipe/contacts/nouveau", f"/equipe/contacts/{other.id}"):
        reply = staff.post(address, data=FORM)
        assert (reply.status_code, errors(reply)) == (422, [said])
        name = read(reply).select_one("#name")
        assert name is not None
        assert name["value"] == "Nadia Bellecour"
    assert count() == 1


def test_tags_and_notes_are_kept(staff: FlaskClient) -> None:
    more = {"tags": "Maire, réseau ; maire", "notes": "À rappeler\r\nen mai "}
    assert staff.post("/equipe/contacts/nouveau", data=FORM | more).status_code == 302
    (contact,) = contact_searches.matching(db.session)
    assert ([each.tag for each in contact.tags], contact.notes) == (
        ["Maire", "réseau"],
        "À rappeler\nen mai",
    )
    address = f"/equipe/contacts/{contact.id}"
    page = read(staff.get(address))
    assert [page.select("#tags")[0]["value"], page.select("#notes")[0].text.strip()] == [
        "Maire, réseau",
        "À rappeler\nen mai",
    ]
    assert staff.post(address, data=FORM | {"tags": "réseau", "notes": ""}).status_code == 302
    db.session.expire_all()
    assert ([each.tag for each in contact.tags], contact.notes) == (["réseau"], None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"tags": "x" * 61},
            "Étiquettes (facultatif)\u00a0: Une étiquette a 60 caractères au plus.",
        ),
        ({"notes": "x" * 2001}, "Notes (facultatif)\u00a0: Écrivez moins de 2000 caractères."),
    ],
)
def test_tags_and_notes_too_long(staff: FlaskClient, changes: dict[str, str], error: str) -> None:
    reply = staff.post("/equipe/contacts/nouveau", data=FORM | changes)
    assert (reply.status_code, errors(reply), count()) == (422, [error], 0)


def test_a_tag_for_all_that_are_listed(staff: FlaskClient) -> None:
    for audience in ("elu", "elu", "usager"):
        factories.contact(db.session, audience=audience)
    db.session.commit()
    address = "/equipe/contacts/etiquettes?profil=elu"
    reply = staff.post(address, data={"tag": " Réseau ", "faire": "ajouter"})
    assert (reply.status_code, reply.location) == (302, "/equipe/contacts/?profil=elu")
    page = read(staff.get(reply.location))
    assert [each.text for each in page.select(".alert")] == [
        "Étiquette «\u00a0Réseau\u00a0» ajoutée\u00a0: 2\u00a0contacts."
    ]
    assert len(rows(staff.get("/equipe/contacts/?etiquette=R%C3%A9seau"))) == 2
    staff.post(address, data={"tag": "réseau", "faire": "retirer"})
    assert contact_searches.ids(db.session, contact_searches.Filters(tag="Réseau")) == []


@pytest.mark.parametrize(
    ("tag", "error"),
    [
        ("", "Écrivez l’étiquette."),
        ("x" * 61, "Une étiquette a 60 caractères au plus."),
        ("a, b", "Une seule à la fois, sans virgule ni point-virgule."),
    ],
)
def test_a_tag_that_is_not_one(staff: FlaskClient, tag: str, error: str) -> None:
    factories.contact(db.session)
    db.session.commit()
    reply = staff.post("/equipe/contacts/etiquettes", data={"tag": tag, "faire": "ajouter"})
    assert (reply.status_code, errors(reply)) == (422, [f"Étiquette\u00a0: {error}"])
    assert [each["value"] for each in read(reply).select("#tag")] == [tag]


@pytest.mark.parametrize("said_no", [False, True])
def test_a_contact_is_erased_and_its_no_kept(staff: FlaskClient, *, said_no: bool) -> None:
    contact = factories.contact(db.session, email="n.bellecour@exemple.fr")
    db.session.commit()
    address = f"/equipe/contacts/{contact.id}"
    if said_no:
        staff.post(f"{address}/refus")
    page = read(staff.get(address))
    assert [each.text for each in page.select("button.btn-danger")][-1] == "Effacer ce contact"
    assert staff.post(f"{address}/effacer").location == "/equipe/contacts/"
    assert (count(), staff.get(address).status_code) == (0, 404)
    again = staff.post("/equipe/contacts/nouveau", data=FORM)
    assert (again.status_code, count()) == ((422, 0) if said_no else (302, 1))


def test_an_old_page_erases_nothing(app: Flask, staff: FlaskClient) -> None:
    contact = factories.contact(db.session)
    db.session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    staff.post(f"/equipe/contacts/{contact.id}/effacer", data={"csrf_token": "vieux"})
    staff.post("/equipe/contacts/etiquettes", data={"tag": "x", "csrf_token": "vieux"})
    assert (count(), contact_tags.counted(db.session)) == (1, [])


def test_the_history_is_told(staff: FlaskClient) -> None:
    contact = factories.contact(db.session)
    campaign = factories.campaign(db.session, title="Premier appel")
    made = factories.invitation(
        db.session, campaign=campaign, contact=contact, state=InvitationState.ANSWERED
    )
    contact.created_at = datetime(2026, 5, 1, 8, tzinfo=UTC)
    made.sent_at = datetime(2026, 5, 2, 8, tzinfo=UTC)
    made.answered_on = date(2026, 5, 4)
    db.session.commit()
    shown = rows(staff.get(f"/equipe/contacts/{contact.id}"))
    assert shown == [
        ["4 mai 2026", "A répondu", "Premier appel"],
        ["2 mai 2026 à 10 h 00", "Invitation envoyée", "Premier appel"],
        ["1er mai 2026 à 10 h 00", "Ajout à la main", "aucune"],
    ]


def test_contacts_are_exported_as_they_are_listed(staff: FlaskClient) -> None:
    clsms.Directory(db.session).publish("CLSM de Kerlann", region="53", departement="29")
    contact = factories.contact(
        db.session, email="=a@exemple.fr", name="+Zoé", audience="elu", clsm="CLSM de Kerlann"
    )
    contact.created_at = datetime(2026, 5, 1, 8, tzinfo=UTC)
    factories.contact(db.session, audience="usager")
    db.session.commit()
    page = read(staff.get("/equipe/contacts/exporter?profil=elu"))
    assert [each.text for each in page.select("h1")] == ["Exporter 1\u00a0contact"]
    form, other = page.select_one("main form"), page.select_one("[formaction]")
    assert form is not None
    assert other is not None
    assert [form["action"], other["formaction"]] == [
        "/equipe/contacts/contacts.xlsx?profil=elu",
        "/equipe/contacts/contacts.csv?profil=elu",
    ]
    reply = staff.post("/equipe/contacts/contacts.csv?profil=elu")
    assert reply.headers["Content-Disposition"] == "attachment; filename=contacts.csv"
    assert (reply.mimetype, reply.headers["Cache-Control"]) == ("text/csv", "no-store")
    assert reply.data.decode("utf-8-sig").splitlines() == [
        "courriel;nom;profil;clsm;région;département;étiquettes;notes;état;ajouté le",
        "'=a@exemple.fr;'+Zoé;Élue ou élu;CLSM de Kerlann;Bretagne;29 Finistère;;;"
        "peut recevoir un message;2026-05-01",
    ]
    book = staff.post("/equipe/contacts/contacts.xlsx?profil=elu")
    sheet = load_workbook(io.BytesIO(book.data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:3] == ["'=a@exemple.fr", "'+Zoé", "Élue ou élu"]


def test_an_export_can_be_imported_again(app: Flask, staff: FlaskClient) -> None:
    factories.contact(db.session, email="=a@exemple.fr", name="+Zoé", audience="elu")
    db.session.commit()
    lexicon = Lexicon.of(app.extensions["questionnaires"])
    for kind in ("csv", "xlsx"):
        data = staff.post(f"/equipe/contacts/contacts.{kind}").data
        (row,) = contact_files.parse(data, lexicon)[1]
        assert row.wanted == contacts.NewContact(
            email="=a@exemple.fr", name="+Zoé", audience="elu", clsm="CLSM du Val-de-Sauldre"
        )


def test_an_export_is_for_the_team_alone(client: FlaskClient, researcher: FlaskClient) -> None:
    for address in ("/equipe/contacts/contacts.csv", "/equipe/contacts/contacts.xlsx"):
        assert client.post(address).status_code == 302
        assert researcher.post(address).status_code == 403
    assert traces() == []


def traces() -> list[tuple[int | None, str, int]]:
    db.session.rollback()
    query = select(ContactExport.account_id, ContactExport.format, ContactExport.contacts)
    return [tuple(row) for row in db.session.execute(query.order_by(ContactExport.exported_at))]


def test_an_export_leaves_a_trace_that_names_nobody(staff: FlaskClient) -> None:
    factories.contact(db.session, email="a@exemple.fr", name="Zoé Secrète", audience="elu")
    factories.contact(db.session, audience="usager")
    db.session.commit()
    me = accounts.find(db.session, "staff@recueil.example")
    assert me is not None
    whose = me.id
    staff.post("/equipe/contacts/contacts.csv?q=secrete")
    staff.post("/equipe/contacts/contacts.xlsx")
    assert traces() == [(whose, "csv", 1), (whose, "xlsx", 2)]
    shown = rows(staff.get("/equipe/contacts/exporter"))
    assert [row[1:] for row in shown] == [
        ["Claire Morvan", "2", "Excel"],
        ["Claire Morvan", "1", "CSV"],
    ]
    raw = db.session.execute(text("SELECT * FROM contact_exports")).all()
    assert [word for word in ("Zoé", "exemple", "secrete") if word in str(raw)] == []
    db.session.delete(db.session.merge(me))
    db.session.commit()
    assert [who for who, *_ in traces()] == [None, None]


def test_an_old_page_exports_nothing(app: Flask, staff: FlaskClient) -> None:
    factories.contact(db.session)
    db.session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    reply = staff.post("/equipe/contacts/contacts.csv?profil=elu")
    assert (reply.status_code, reply.location) == (302, "/equipe/contacts/exporter?profil=elu")
    assert traces() == []


def test_looking_at_an_address_exports_nothing(staff: FlaskClient) -> None:
    assert staff.get("/equipe/contacts/contacts.csv").status_code == 405
    assert traces() == []


def test_somebody_without_clsm_has_a_region_of_their_own(staff: FlaskClient) -> None:
    place = {"clsm": "", "region": "", "departement": "29"}
    staff.post("/equipe/contacts/nouveau", data=FORM | place)
    found = db.session.execute(select(Contact.region, Contact.departement, Contact.clsm_id)).one()
    assert tuple(found) == ("53", "29", None)
    for query in ("region=53", "departement=29"):
        assert len(rows(staff.get(f"/equipe/contacts/?{query}"))) == 1
    assert rows(staff.get("/equipe/contacts/?region=inconnue")) == []
    line = staff.post("/equipe/contacts/contacts.csv").data.decode("utf-8-sig").splitlines()[1]
    assert line.split(";")[3:6] == ["", "Bretagne", "29 Finistère"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"region": "52", "departement": "29", "clsm": ""},
            "Département (facultatif)\u00a0: Le département Finistère (29) n’est pas dans la "
            "région Pays de la Loire, mais dans Bretagne.",
        ),
        (
            {"region": "52", "clsm": "clsm de kerlann"},
            "Région (facultatif)\u00a0: L’annuaire place ce CLSM en région Bretagne. "
            "Laissez la région vide, ou corrigez le CLSM.",
        ),
        ({"region": "99"}, "Région (facultatif)\u00a0: Choisissez dans la liste."),
    ],
)
def test_a_place_that_cannot_be(staff: FlaskClient, changes: dict[str, str], error: str) -> None:
    clsms.Directory(db.session).publish("CLSM de Kerlann", region="53", departement="29")
    db.session.commit()
    reply = staff.post("/equipe/contacts/nouveau", data=FORM | changes)
    assert (reply.status_code, errors(reply), count()) == (422, [error], 0)


def test_a_region_typed_with_a_new_clsm_is_the_clsm_s(staff: FlaskClient) -> None:
    staff.post("/equipe/contacts/nouveau", data=FORM | {"region": "24"})
    assert db.session.scalars(select(Clsm.region)).all() == ["24"]
    assert db.session.scalars(select(Contact.region)).all() == [None]


@pytest.mark.parametrize(
    "query",
    [
        "clsm=99999999999",
        "clsm=-1",
        "clsm=%00",
        "region=99",
        "departement=x",
        "etat=x",
        "etiquette=%00",
    ],
)
def test_a_filter_that_names_nothing(staff: FlaskClient, query: str) -> None:
    factories.contact(db.session)
    db.session.commit()
    assert len(rows(staff.get(f"/equipe/contacts/?{query}"))) == 1


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
