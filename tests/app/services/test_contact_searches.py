"""Finding contacts by what is in clear and by words, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.models import Contact
from app.models.base import now
from app.services import clsms, contact_searches, contact_tags, contacts
from app.services.contact_searches import Filters, State
from app.services.contacts import NewContact
from tests import factories


@pytest.fixture
def people(session: Session) -> list[Contact]:
    """Three contacts who differ in everything that can be looked for."""
    directory = clsms.Directory(session)
    directory.publish("CLSM de Kerlann", region="53", departement="29")
    session.flush()
    made = [
        contacts.add(session, new)
        for new in (
            NewContact(
                email="e@exemple.fr",
                name="Élodie Zaïd",
                audience="elu",
                clsm="CLSM de Kerlann",
                tags=("Maire", "réseau"),
                notes="à l’été",
            ),
            NewContact(email="yann@mairie.fr", name="Yann Œuvrard", audience="usager"),
            NewContact(
                email="a@exemple.fr", name="eric Abel", audience="usager", clsm="CLSM du Haut"
            ),
        )
    ]
    made[1].opted_out_at = now()
    made[2].bounced_at = now() - timedelta(days=1)
    session.commit()
    return made


def names(session: Session, **filters: object) -> list[str]:
    found = contact_searches.matching(session, Filters(**filters))  # type: ignore[arg-type]
    return [contact.name for contact in found]


def test_all_by_name(session: Session, people: list[Contact]) -> None:
    assert names(session) == ["Élodie Zaïd", "eric Abel", "Yann Œuvrard"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"audience": "usager"}, ["eric Abel", "Yann Œuvrard"]),
        ({"region": "53"}, ["Élodie Zaïd"]),
        ({"region": "11"}, []),
        ({"departement": "29"}, ["Élodie Zaïd"]),
        ({"clsm": "aucun"}, ["Yann Œuvrard"]),
        ({"tag": "Maire"}, ["Élodie Zaïd"]),
        ({"tag": "inconnue"}, []),
        ({"state": State.REACHABLE}, ["Élodie Zaïd"]),
        ({"state": State.OPPOSED}, ["Yann Œuvrard"]),
        ({"state": State.BOUNCED}, ["eric Abel"]),
        ({"words": "ELODIE kerlann"}, ["Élodie Zaïd"]),
        ({"words": "oeuvr mairie"}, ["Yann Œuvrard"]),
        ({"words": "kerlann abel"}, []),
        ({"words": "à l'ete"}, ["Élodie Zaïd"]),
        ({"words": "abel", "audience": "elu"}, []),
    ],
)
def test_each_filter(
    session: Session, people: list[Contact], filters: dict[str, object], found: list[str]
) -> None:
    assert names(session, **filters) == found


def test_a_clsm_by_its_id(session: Session, people: list[Contact]) -> None:
    assert names(session, clsm=str(people[0].clsm_id)) == ["Élodie Zaïd"]


def test_a_tag_is_one_however_it_is_typed(session: Session, people: list[Contact]) -> None:
    everybody = contact_searches.ids(session, Filters())
    assert contact_tags.add(session, everybody, "maire") == 2
    assert contact_tags.add(session, everybody, "MAIRE") == 0
    assert contact_tags.counted(session) == [("Maire", 3), ("réseau", 1)]
    usagers = contact_searches.ids(session, Filters(audience="usager"))
    assert contact_tags.remove(session, usagers, "mairé") == 2
    assert contact_tags.remove(session, usagers, "inconnue") == 0
    session.commit()
    assert contact_tags.counted(session) == [("Maire", 1), ("réseau", 1)]


def test_whoever_was_erased_since_is_left_out(session: Session, people: list[Contact]) -> None:
    everybody = contact_searches.ids(session, Filters())
    contacts.erase(session, people[2])
    session.commit()
    found = contact_searches.load(session, everybody)
    assert [contact.name for contact in found] == ["Élodie Zaïd", "Yann Œuvrard"]


def test_more_than_one_question_to_the_database(session: Session) -> None:
    for _ in range(3):
        factories.contact(session)
    ids = contact_searches.ids(session, Filters())
    assert len(contact_searches.load(session, ids * 400)) == 1200
