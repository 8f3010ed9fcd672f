"""The directory of CLSMs: read from a file, offered to the public, apart from what staff type."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Clsm
from app.services import clsm_files, clsms
from app.services.clsm_files import Entry
from app.services.contact_files import UnreadableFileError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_as_offices_send_it(encoding: str) -> None:
    text = "Nom;Région;Département\nCLSM de l’Été;53;22\n;53;22\nCLSM de Brest;;\n"
    assert clsm_files.parse(text.encode(encoding)) == [
        Entry("CLSM de l’Été", "53", "22"),
        Entry("CLSM de Brest"),
    ]


def test_a_file_without_names() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        clsm_files.parse(b"Ville,Region\nBrest,53\n")
    assert str(refused.value) == (
        "Colonnes trouvées : ville, region. "
        "Colonne nécessaire : nom ; facultatives : region, departement."
    )


def test_only_the_directory_is_offered_to_the_public(client: FlaskClient) -> None:
    directory = clsms.Directory(db.session)
    directory.entry("CLSM du Val, suivi par Mme Martin", region="53")
    directory.publish("CLSM de l’Été", region="53", departement="22")
    db.session.commit()
    client.post("/temoigner/elu/rubrique/accord", data={"q_consentement_participation": "oui"})
    page = BeautifulSoup(client.get("/temoigner/elu/rubrique/territoire").text, "html5lib")
    assert [option["value"] for option in page.select("datalist option")] == ["CLSM de l’Été"]


def test_a_contacts_clsm_takes_the_directorys_name(client: FlaskClient) -> None:
    clsms.Directory(db.session).entry("clsm de l’ete", region="11")
    db.session.flush()
    clsms.Directory(db.session).publish("CLSM de l’Été", region="53", departement=None)
    db.session.flush()
    kept = db.session.scalars(select(Clsm)).one()
    assert (kept.name, kept.region, kept.is_public) == ("CLSM de l’Été", "53", True)
