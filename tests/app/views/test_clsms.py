"""The directory by hand: a CLSM entered, corrected, retired, brought back, erased; and by whom."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Clsm, ClsmEvent, ClsmKind, Contact
from app.services import clsms
from tests import factories

NEW = "/equipe/clsm/nouveau"
FORM = {
    "name": " CLSM  de Kerlann ",
    "region": "",
    "departement": "29",
    "kind": "intercommunal",
    "tags": "littoral, Rural",
    "is_public": "y",
}


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def rows(reply: TestResponse) -> list[list[str]]:
    table = read(reply).select("tbody tr")
    return [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in table]


def errors(reply: TestResponse) -> list[str]:
    return [" ".join(each.text.split()) for each in read(reply).select(".error-summary li")]


def entered(staff: FlaskClient, **changes: str) -> str:
    """Enter a CLSM; return the address of its page."""
    reply = staff.post(NEW, data=FORM | changes)
    assert reply.status_code == 302
    return f"/equipe/clsm/{db.session.scalar(select(func.max(Clsm.id)))}"


def known() -> list[tuple[object, ...]]:
    db.session.rollback()
    found = db.session.scalars(select(Clsm).order_by(Clsm.id))
    return [
        (
            each.name,
            each.region,
            each.departement,
            each.kind,
            [tag.tag for tag in each.tags],
            each.is_public,
        )
        for each in found
    ]


def test_a_clsm_is_entered(staff: FlaskClient) -> None:
    assert read(staff.get(NEW))
    entered(staff)
    kept = ("CLSM de Kerlann", "53", "29", ClsmKind.INTERCOMMUNAL, ["Rural", "littoral"], True)
    assert known() == [kept]
    assert clsms.public_names(db.session) == ["CLSM de Kerlann"]
    assert rows(staff.get("/equipe/clsm/")) == [
        [
            "CLSM de KerlannRural, littoral",
            "Bretagne",
            "29 Finistère",
            "Intercommunal",
            "aucun",
            "Proposé",
        ]
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "\u200b "}, "Nom du CLSM : Donnez le nom du CLSM."),
        ({"name": "x" * 201}, "Nom du CLSM : Écrivez moins de 200 caractères."),
        (
            {"name": "clsm de l’ÉTÉ"},
            "Nom du CLSM : Un CLSM de l’annuaire porte déjà ce nom. Rien n’a été changé.",
        ),
        ({"region": "99"}, "Région (facultatif) : Choisissez dans la liste."),
        ({"departement": "20"}, "Département (facultatif) : Choisissez dans la liste."),
        (
            {"region": "52"},
            "Département (facultatif) : Le département Finistère (29) n’est pas dans la région "
            "Pays de la Loire, mais dans Bretagne.",
        ),
        ({"kind": "royal"}, "Type (facultatif) : Choisissez dans la liste."),
        (
            {"tags": "x" * 61},
            "Étiquettes (facultatif) : Une étiquette a 60 caractères au plus.",
        ),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_what_is_wrong_is_said_and_nothing_is_lost(
    staff: FlaskClient, changes: dict[str, str], error: str, *, is_new: bool
) -> None:
    entered(staff, name="CLSM de l’Été")
    address = NEW if is_new else entered(staff)
    before = known()
    reply = staff.post(address, data=FORM | {"tags": "neuve"} | changes)
    assert (reply.status_code, errors(reply)) == (422, [error])
    assert read(reply).title.text.startswith("Erreur\u00a0: ")  # type: ignore[union-attr]
    tags = read(reply).select_one("#tags")
    assert tags is not None
    assert tags["value"] == changes.get("tags", "neuve")
    assert known() == before


def test_a_correction_follows_to_the_contacts_and_is_written_down(staff: FlaskClient) -> None:
    address = entered(staff)
    factories.contact(db.session, clsm="CLSM de Kerlann")
    db.session.commit()
    wanted = FORM | {"name": "CLSM du Pays de Kerlann", "departement": "", "region": "28"}
    reply = staff.post(address, data=wanted | {"tags": "", "kind": "", "is_public": ""})
    assert (reply.status_code, reply.location) == (302, address)
    contact = db.session.scalars(select(Contact)).one()
    assert contact.clsm is not None
    assert contact.clsm.name == "CLSM du Pays de Kerlann"
    assert known() == [("CLSM du Pays de Kerlann", "28", None, None, [], False)]
    history = rows(staff.get(address))
    assert [row[1:] for row in history] == [
        [
            "Correctionnom : « CLSM du Pays de Kerlann », au lieu de « CLSM de Kerlann »"
            "région : Normandie, au lieu de Bretagnedépartement : rien, au lieu de Finistère"
            "type : rien, au lieu de intercommunalétiquettes : rien, au lieu de Rural, littoral"
            "proposé dans les questionnaires : non, au lieu de oui",
            "Claire Morvan",
        ],
        ["Ajout à la main", "Claire Morvan"],
    ]


def test_nothing_changed_is_not_written_down(staff: FlaskClient) -> None:
    address = entered(staff)
    assert staff.post(address, data=FORM).status_code == 302
    assert len(rows(staff.get(address))) == 1


def test_without_the_box_the_public_does_not_see_it(staff: FlaskClient) -> None:
    form = {name: value for name, value in FORM.items() if name != "is_public"}
    staff.post(NEW, data=form)
    assert (clsms.public_names(db.session), clsms.names(db.session)) == ([], ["CLSM de Kerlann"])


def test_a_retired_clsm_is_offered_nowhere_and_keeps_its_contacts(staff: FlaskClient) -> None:
    address = entered(staff)
    factories.contact(db.session, clsm="CLSM de Kerlann")
    db.session.commit()
    for _ in range(2):
        assert staff.post(f"{address}/retirer").status_code == 302
    assert (clsms.public_names(db.session), clsms.names(db.session)) == ([], [])
    assert rows(staff.get("/equipe/clsm/")) == []
    assert [row[-1] for row in rows(staff.get("/equipe/clsm/?etat=retires"))] == ["Retiré"]
    assert len(rows(staff.get("/equipe/contacts/?region=53"))) == 1
    staff.post(f"{address}/remettre")
    assert clsms.public_names(db.session) == ["CLSM de Kerlann"]
    told = [row[1] for row in rows(staff.get(address))]
    assert told == ["Remis dans l’annuaire", "Retiré de l’annuaire", "Ajout à la main"]


def test_only_a_clsm_without_contact_is_erased(staff: FlaskClient) -> None:
    address = entered(staff)
    factories.contact(db.session, clsm="CLSM de Kerlann")
    db.session.commit()
    staff.post(f"{address}/effacer")
    assert len(known()) == 1
    db.session.delete(db.session.scalars(select(Contact)).one())
    db.session.commit()
    staff.post(f"{address}/effacer")
    assert known() == []
    assert db.session.scalar(select(func.count()).select_from(ClsmEvent)) == 0


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["CLSM A", "CLSM B"]),
        ("type=communal", ["CLSM A"]),
        ("etiquette=mer", ["CLSM B"]),
        ("etat=non-proposes", ["CLSM B"]),
        ("region=53&q=b", ["CLSM B"]),
        ("type=x&etat=x&region=x", ["CLSM A", "CLSM B"]),
    ],
)
def test_the_directory_is_filtered(staff: FlaskClient, query: str, names: list[str]) -> None:
    entered(staff, name="CLSM A", kind="communal", tags="", departement="", region="28")
    entered(staff, name="CLSM B", tags="mer", kind="")
    db.session.execute(Clsm.__table__.update().values(is_public=Clsm.name == "CLSM A"))  # type: ignore[attr-defined]
    db.session.commit()
    shown = read(staff.get(f"/equipe/clsm/?{query}")).select("tbody th a")
    assert [each.text for each in shown] == names


@pytest.mark.parametrize("way", ["", "/retirer", "/remettre", "/effacer"])
def test_a_clsm_that_is_not_there(staff: FlaskClient, way: str) -> None:
    assert staff.post(f"/equipe/clsm/12{way}", data=FORM).status_code == 404
    assert staff.get("/equipe/clsm/99999999999").status_code == 404


@pytest.mark.parametrize("way", ["/retirer", "/effacer"])
def test_an_old_page_changes_nothing(app: Flask, staff: FlaskClient, way: str) -> None:
    address = entered(staff)
    app.config["WTF_CSRF_ENABLED"] = True
    assert staff.post(f"{address}{way}").location == address
    assert clsms.public_names(db.session) == ["CLSM de Kerlann"]
    reply = staff.post(address, data=FORM | {"name": "Autre"})
    assert (reply.status_code, 'value="Autre"' in reply.text) == (422, True)


def test_the_team_alone(client: FlaskClient, researcher: FlaskClient) -> None:
    for send in (client.get, client.post):
        assert send(NEW).status_code == 302
    for ask in (researcher.get, researcher.post):
        assert ask(NEW).status_code == 403
