"""People to reach: staff send the link, book for those who have no e-mail, and erase."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Booking, Notice, Recontact, SlotPlace
from app.services import bookings, notices
from tests import interviews

LIST = "/equipe/a-rappeler"
WHEN = "jeudi 3\u00a0décembre\u00a02099, de 14\u00a0h à 15\u00a0h"


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def words(node: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in node.select(selector)]


def subjects() -> list[tuple[str, str]]:
    db.session.rollback()
    read_ = [notices.read(each) for each in db.session.scalars(select(Notice))]
    return sorted((each.to, each.subject) for each in read_ if each)


def test_staff_read_how_to_reach_them(staff: FlaskClient) -> None:
    interviews.person(db.session, phone="06 12 34 56 78", hours="le soir")
    db.session.commit()
    cells = words(read(staff.get(LIST)), "tbody th, tbody td:nth-of-type(2)")
    assert cells == [
        "Nadia Bellecour 06 12 34 56 78 n.bellecour@exemple.fr le soir",
        "Rien encore",
    ]


def test_what_was_left_in_one_field_before_is_still_read(staff: FlaskClient) -> None:
    db.session.add(Recontact(means="06 12 34 56 78\nle soir", audience="usager"))
    db.session.commit()
    assert words(read(staff.get(LIST)), "tbody th .typed") == ["06 12 34 56 78 le soir"]


def test_the_link_is_sent_on_request(staff: FlaskClient) -> None:
    who = interviews.person(db.session)
    db.session.commit()
    assert staff.post(f"{LIST}/{who.id}/lien").location == LIST
    assert subjects() == [("n.bellecour@exemple.fr", "Choisir le moment de notre échange")]
    page = read(staff.get(LIST))
    assert words(page, "tbody .state") == ["Lien envoyé"]
    assert words(page, "tbody button.as-link") == ["Renvoyer le lien pour choisir un créneau"]


def test_no_link_without_an_address(staff: FlaskClient) -> None:
    who = interviews.person(db.session, email="", phone="06 12 34 56 78")
    db.session.commit()
    assert words(read(staff.get(LIST)), "tbody button.as-link") == []
    assert staff.post(f"{LIST}/{who.id}/lien").status_code == 404
    assert subjects() == []


def test_staff_book_for_somebody(staff: FlaskClient) -> None:
    who = interviews.person(db.session, email="")
    slot = interviews.slot(db.session, place=SlotPlace.PHONE, where="")
    db.session.commit()
    path = f"{LIST}/{who.id}/creneau"
    assert words(read(staff.get(path)), "label.form-check-label") == [
        f"{' '.join(WHEN.split())}, par téléphone, avec Claire Morvan"
    ]
    refused = staff.post(path, data={"slot": slot.id, "phone": ""})
    assert (refused.status_code, words(read(refused), ".invalid-feedback")) == (
        422,
        ["Erreur : Ce rendez-vous se tient par téléphone : écrivez le numéro où vous appeler."],
    )
    assert staff.post(path, data={"slot": slot.id, "phone": "06 12 34 56 78"}).location == LIST
    assert subjects() == [
        ("c.morvan@centre.example", "Rendez-vous du jeudi 3\u00a0décembre\u00a02099 à 14\u00a0h")
    ]
    cells = words(read(staff.get(LIST)), "tbody td:nth-of-type(2)")
    assert cells == [f"Fixé {' '.join(WHEN.split())} avec Claire Morvan"]


def test_a_slot_that_is_full_is_refused_kindly(staff: FlaskClient) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, interviews.person(db.session).id, slot.id)
    db.session.commit()
    reply = staff.post(f"{LIST}/{who.id}/creneau", data={"slot": slot.id})
    assert (reply.status_code, words(read(reply), ".error-summary li")) == (
        409,
        [
            "Créneaux libres : Une autre personne vient de prendre la dernière place de ce "
            "créneau. Choisissez-en un autre parmi ceux qui restent."
        ],
    )


def test_a_slot_must_be_chosen(staff: FlaskClient) -> None:
    who = interviews.person(db.session)
    interviews.slot(db.session)
    db.session.commit()
    reply = staff.post(f"{LIST}/{who.id}/creneau")
    assert (reply.status_code, words(read(reply), ".invalid-feedback")) == (
        422,
        ["Erreur : Choisissez un créneau."],
    )


def texts() -> dict[str, str]:
    """What each reads last, its second paragraph."""
    read_ = [notices.read(each) for each in db.session.scalars(select(Notice))]
    return {each.to: each.text.split("\n\n")[1].strip().splitlines()[0] for each in read_ if each}


@pytest.mark.parametrize(
    ("button", "person", "conductor"),
    [
        (
            0,
            "Votre rendez-vous est annulé, comme vous l’avez demandé\u00a0:",
            "La personne a annulé ce rendez-vous\u00a0:",
        ),
        (
            1,
            "Nous devons annuler votre rendez-vous, et nous vous prions de nous en excuser\u00a0:",
            "L’équipe a annulé ce rendez-vous\u00a0:",
        ),
    ],
)
def test_who_decided_to_cancel_is_said_rightly(
    staff: FlaskClient, button: int, person: str, conductor: str
) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, who.id, slot.id)
    db.session.commit()
    path = f"{LIST}/{who.id}/annuler"
    choice = read(staff.get(LIST)).select(f"form[action='{path}'] button")[button]
    staff.post(path, data={choice["name"]: choice["value"]})
    assert texts() == {"n.bellecour@exemple.fr": person, "c.morvan@centre.example": conductor}


def test_whom_we_cancel_and_cannot_write_to_is_to_be_called(staff: FlaskClient) -> None:
    who = interviews.person(db.session, email="", phone="06 12 34 56 78")
    bookings.take(db.session, who.id, interviews.slot(db.session).id)
    db.session.commit()
    staff.post(f"{LIST}/{who.id}/annuler", data={"par": "team"})
    page = read(staff.get(LIST))
    assert words(page, "tbody .state") == ["À appeler pour le fixer"]
    assert words(page, ".alert") == [
        "Le rendez-vous est annulé.",
        "Cette personne n’a pas d’adresse électronique : dites-lui que c’est annulé.",
    ]


@pytest.mark.parametrize(
    ("email", "told"),
    [
        (
            "n.bellecour@exemple.fr",
            ["Le rendez-vous est fixé, et les deux côtés sont prévenus par courriel."],
        ),
        (
            "",
            [
                "Le rendez-vous est fixé. Un courriel prévient Claire Morvan.",
                "Cette personne n’a pas d’adresse électronique : dites-lui le jour, l’heure et le "
                "nom.",
            ],
        ),
    ],
)
def test_who_reads_a_message_is_said_rightly(
    staff: FlaskClient, email: str, told: list[str]
) -> None:
    who, slot = interviews.person(db.session, email=email), interviews.slot(db.session)
    db.session.commit()
    path = f"{LIST}/{who.id}/creneau"
    staff.post(path, data={"slot": slot.id})
    assert words(read(staff.get(LIST)), ".alert") == told
    staff.post(path, data={"slot": slot.id})
    assert words(read(staff.get(LIST)), ".alert") == ["Ce rendez-vous était déjà fixé."]


def test_cancelled_by_telephone(staff: FlaskClient) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, who.id, slot.id)
    db.session.commit()
    for _ in range(2):
        assert staff.post(f"{LIST}/{who.id}/annuler").location == LIST
    day = "jeudi 3\u00a0décembre\u00a02099 à 14\u00a0h"
    assert subjects() == [
        ("c.morvan@centre.example", f"Rendez-vous annulé\u00a0: {day}"),
        ("n.bellecour@exemple.fr", f"Votre rendez-vous du {day} est annulé"),
    ]


def test_erasing_cancels_what_was_booked(staff: FlaskClient) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, who.id, slot.id)
    db.session.commit()
    path = f"{LIST}/{who.id}/effacer"
    assert staff.post(path).location == LIST
    assert [len(db.session.scalars(select(kind)).all()) for kind in (Recontact, Booking)] == [0, 0]
    assert len(subjects()) == 2
    assert all(each.is_secret for each in db.session.scalars(select(Notice)))
    assert staff.post(path).status_code == 404


def test_after_the_exchange_erasing_writes_to_nobody(staff: FlaskClient) -> None:
    who = interviews.person(db.session)
    over = interviews.slot(db.session, starts_at=interviews.PAST)
    db.session.add(Booking(slot_id=over.id, seat=1, recontact_id=who.id, uid="ancien"))
    db.session.commit()
    assert words(read(staff.get(LIST)), "tbody .state") == ["Rien encore"]
    staff.post(f"{LIST}/{who.id}/effacer")
    assert subjects() == []


@pytest.mark.parametrize("act", ["lien", "creneau", "annuler", "effacer"])
def test_nobody_is_404(staff: FlaskClient, act: str) -> None:
    assert staff.post(f"{LIST}/{uuid.uuid4()}/{act}").status_code == 404


@pytest.mark.parametrize("act", ["lien", "annuler", "effacer"])
def test_an_old_page_changes_nothing(staff: FlaskClient, act: str) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, who.id, slot.id)
    db.session.commit()
    staff.application.config["WTF_CSRF_ENABLED"] = True
    staff.post(f"{LIST}/{who.id}/{act}", data={"csrf_token": "vieux"})
    assert subjects() == []
    assert len(db.session.scalars(select(Booking)).all()) == 1


def test_moving_somebody(staff: FlaskClient) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    later = interviews.slot(db.session, starts_at=slot.starts_at + timedelta(days=1))
    bookings.take(db.session, who.id, slot.id)
    db.session.commit()
    path = f"{LIST}/{who.id}/creneau"
    page = read(staff.get(path))
    assert words(page, "h1, label") == [
        "Déplacer son rendez-vous",
        "vendredi 4 décembre 2099, de 14 h à 15 h, en visioconférence, avec Claire Morvan",
    ]
    assert staff.post(path, data={"slot": later.id}).location == LIST
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.slot_id, booking.sequence) == (later.id, 1)


def test_researchers_do_not_read_them(researcher: FlaskClient) -> None:
    assert researcher.get(LIST).status_code == 403


def test_a_number_erased_by_its_owner_tells_who_was_to_call(
    client: FlaskClient, staff: FlaskClient
) -> None:
    client.post("/etre-rappele?depuis=usager", data={"phone": "06 12 34 56 78"})
    signed = read(client.get("/etre-rappele/merci")).select("[name=left]")[0]["value"]
    who, slot = db.session.scalars(select(Recontact)).one(), interviews.slot(db.session)
    db.session.commit()
    staff.post(f"{LIST}/{who.id}/creneau", data={"slot": slot.id})
    client.post("/etre-rappele/effacer", data={"left": signed})
    db.session.rollback()
    assert db.session.scalars(select(Booking)).all() == []
    day = "jeudi 3\u00a0décembre\u00a02099 à 14\u00a0h"
    # What gave the number to the conductor had not left yet: it never does.
    assert subjects() == [("c.morvan@centre.example", f"Rendez-vous annulé\u00a0: {day}")]
