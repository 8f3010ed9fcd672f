"""The personal page: opening it changes nothing, names nobody; its buttons book, move, cancel."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from html5lib import HTMLParser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Booking, Notice, Recontact, Slot, SlotPlace
from app.services import bookings, slots
from tests import interviews

WHEN = "jeudi 3 décembre 2099, de 14 h à 15 h"
UNKNOWN = "a" * 22
ACTS = ("choisir", "annuler", "rappel", "effacer")


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def words(reply: TestResponse, selector: str) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in read(reply).select(selector)]


def everything() -> list[object]:
    db.session.rollback()
    tables = ("recontacts", "slots", "bookings", "notices")
    return [db.session.execute(text(f"SELECT * FROM {table}")).all() for table in tables]


@pytest.fixture
def who(app: Flask) -> Recontact:
    made = interviews.person(db.session, phone="06 98 76 54 32", hours="le soir")
    db.session.commit()
    return made


@pytest.fixture
def slot(app: Flask) -> Slot:
    made = interviews.slot(db.session)
    db.session.commit()
    return made


def book(who: Recontact, slot: Slot) -> None:
    bookings.take(db.session, who.id, slot.id)
    db.session.commit()


def kept() -> list[tuple[Slot, int]]:
    db.session.rollback()
    return [(each.slot, each.sequence) for each in db.session.scalars(select(Booking))]


def notice_count() -> int:
    return len(db.session.scalars(select(Notice)).all())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("is_booked", [False, True])
def test_a_scanner_that_opens_it_changes_nothing(
    client: FlaskClient, who: Recontact, slot: Slot, method: str, is_booked: bool
) -> None:
    if is_booked:
        book(who, slot)
    before = everything()
    replies = [client.open(f"/entretien/{who.token}", method=method)]
    replies += [client.open(f"/entretien/{who.token}/{act}", method=method) for act in ACTS]
    assert [reply.status_code for reply in replies] == [200, 302, 302, 302, 302]
    assert everything() == before


@pytest.mark.parametrize("is_booked", [False, True])
def test_the_page_names_nobody(
    client: FlaskClient, who: Recontact, slot: Slot, is_booked: bool
) -> None:
    other = interviews.person(db.session, name="Sami Haddad", email="sami@exemple.fr")
    book(other, interviews.slot(db.session, capacity=2, conductor_email="autre@centre.example"))
    if is_booked:
        book(who, slot)
    page = client.get(f"/entretien/{who.token}").text
    hidden = ("Nadia", "Bellecour", "n.bellecour", "06 98", "le soir", "Sami", "Haddad", "@centre")
    assert [word for word in hidden if word in page] == []


def test_free_slots_are_said_in_words(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    interviews.slot(
        db.session,
        starts_at=slot.starts_at + timedelta(days=1, minutes=30),
        place=SlotPlace.ON_SITE,
        where="12 rue des Lilas, Lille",
    )
    db.session.commit()
    page = client.get(f"/entretien/{who.token}")
    assert words(page, "h1") == ["Choisissez un moment pour notre échange"]
    assert words(page, "label.form-check-label") == [
        f"{WHEN}, en visioconférence, avec Claire Morvan",
        "vendredi 4 décembre 2099, de 14 h 30 à 15 h 30, sur place (12 rue des Lilas, Lille), "
        "avec Claire Morvan",
    ]
    # How to connect is for who has booked.
    assert "visio.exemple.fr" not in page.text


def test_booking(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    address = f"/entretien/{who.token}"
    assert client.post(f"{address}/choisir", data={"slot": slot.id}).location == address
    assert (kept(), notice_count()) == ([(slot, 0)], 2)
    page = client.get(address)
    assert words(page, "[role=status], h1, #fixe, .receipt dd") == [
        "Votre rendez-vous est fixé.",
        "Votre rendez-vous",
        WHEN,
        "en visioconférence",
        "https://visio.exemple.fr/salle",
        "Claire Morvan",
    ]
    assert words(page, ".empty p:first-child") == [
        "Aucun autre créneau n’est libre pour l’instant."
    ]


def test_a_second_press_changes_nothing(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    for _ in range(2):
        client.post(f"/entretien/{who.token}/choisir", data={"slot": slot.id})
    assert (kept(), notice_count()) == ([(slot, 0)], 2)


def test_moving(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    later = interviews.slot(db.session, starts_at=slot.starts_at + timedelta(days=1))
    book(who, slot)
    address = f"/entretien/{who.token}"
    page = client.get(address)
    assert words(page, "label.form-check-label") == [
        "vendredi 4 décembre 2099, de 14 h à 15 h, en visioconférence, avec Claire Morvan"
    ]
    client.post(f"{address}/choisir", data={"slot": later.id})
    assert kept() == [(later, 1)]
    assert words(client.get(address), "[role=status]") == ["Votre rendez-vous est déplacé."]


def test_what_has_just_been_taken_keeps_what_one_had(
    client: FlaskClient, who: Recontact, slot: Slot
) -> None:
    full = interviews.slot(db.session, starts_at=slot.starts_at + timedelta(days=1))
    book(who, slot)
    book(interviews.person(db.session), full)
    reply = client.post(f"/entretien/{who.token}/choisir", data={"slot": full.id})
    assert (reply.status_code, words(reply, "title, h1")) == (
        409,
        ["Erreur : Votre rendez-vous - Recueil", "Votre rendez-vous"],
    )
    assert words(reply, ".error-summary li") == [
        "Créneaux libres : Une autre personne vient de prendre la dernière place de ce créneau. "
        "Choisissez-en un autre parmi ceux qui restent."
    ]
    link = read(reply).select_one(".error-summary a")
    assert link is not None
    assert len(read(reply).select(str(link["href"]))) == 1
    assert sorted(sequence for _, sequence in kept()) == [0, 0]


@pytest.mark.parametrize("made_up", ["", "jamais", "00000000-0000-0000-0000-00000000000g"])
def test_what_is_not_a_slot(client: FlaskClient, who: Recontact, slot: Slot, made_up: str) -> None:
    reply = client.post(f"/entretien/{who.token}/choisir", data={"slot": made_up})
    expected = (
        (
            409,
            [
                "Erreur : Ce créneau n’est plus proposé. Choisissez-en un autre parmi ceux qui "
                "restent."
            ],
        )
        if made_up
        else (422, ["Erreur : Choisissez un créneau."])
    )
    assert (reply.status_code, words(reply, ".invalid-feedback")) == expected
    assert kept() == []


def test_a_cancelled_or_past_slot_is_refused(
    client: FlaskClient, who: Recontact, slot: Slot
) -> None:
    slots.cancel(db.session, slot.id)
    over = interviews.slot(db.session, starts_at=interviews.PAST)
    db.session.commit()
    for gone in (slot, over):
        reply = client.post(f"/entretien/{who.token}/choisir", data={"slot": gone.id})
        assert (reply.status_code, words(reply, ".error-summary li")) == (
            409,
            [
                "Créneaux libres : Ce créneau n’est plus proposé. Choisissez-en un autre parmi "
                "ceux qui restent."
            ],
        )
    assert kept() == []


def test_by_telephone_the_number_is_asked(client: FlaskClient) -> None:
    who = interviews.person(db.session)
    slot = interviews.slot(db.session, place=SlotPlace.PHONE, where="")
    db.session.commit()
    path = f"/entretien/{who.token}/choisir"
    missing = client.post(path, data={"slot": slot.id, "phone": ""})
    assert (missing.status_code, words(missing, ".invalid-feedback")) == (
        422,
        ["Erreur : Ce rendez-vous se tient par téléphone : écrivez le numéro où vous appeler."],
    )
    assert len(read(missing).select("input[type=radio][checked]")) == 1
    assert client.post(path, data={"slot": slot.id, "phone": "12"}).status_code == 422
    assert kept() == []
    client.post(path, data={"slot": slot.id, "phone": "06 12 34 56 78"})
    assert kept() == [(slot, 0)]
    assert db.session.scalars(select(Recontact.phone)).all() == ["06 12 34 56 78"]


def test_cancelling_twice_is_told_once(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    book(who, slot)
    address = f"/entretien/{who.token}"
    for _ in range(2):
        assert client.post(f"{address}/annuler").location == address
    assert (kept(), notice_count()) == ([], 2)
    assert len(words(client.get(address), "label.form-check-label")) == 1


def test_asking_to_be_called(client: FlaskClient) -> None:
    who = interviews.person(db.session, email="")
    db.session.commit()
    address = f"/entretien/{who.token}"
    sent = {"rappel-phone": "06 12 34 56 78", "rappel-hours": "le mardi"}
    assert client.post(f"{address}/rappel", data=sent).location == address
    db.session.rollback()
    assert (who.phone, who.hours, who.asks_call) == ("06 12 34 56 78", "le mardi", True)
    page = client.get(address)
    assert words(page, "[role=status]") == [
        "C’est noté : nous vous appellerons pour fixer le rendez-vous."
    ]
    assert "06 12 34 56 78" not in [each.get("value") for each in read(page).select("input")]
    # The number that we have is not asked again.
    client.post(f"{address}/rappel", data={"rappel-phone": "", "rappel-hours": "le jeudi"})
    db.session.rollback()
    assert (who.phone, who.hours) == ("06 12 34 56 78", "le jeudi")


def test_a_number_is_wanted_of_whoever_gave_none(client: FlaskClient) -> None:
    who = interviews.person(db.session, email="lea@exemple.fr", phone="")
    db.session.commit()
    reply = client.post(f"/entretien/{who.token}/rappel", data={"rappel-hours": "le jeudi"})
    told = "Erreur\u00a0: Écrivez votre numéro de téléphone."
    shown = [each.text for each in read(reply).select(".invalid-feedback")]
    assert (reply.status_code, shown) == (422, [told])


def test_a_wrong_number_is_said_and_nothing_is_lost(client: FlaskClient, who: Recontact) -> None:
    sent = {"rappel-phone": "12", "rappel-hours": "le mardi"}
    reply = client.post(f"/entretien/{who.token}/rappel", data=sent)
    page = read(reply)
    assert (reply.status_code, len(page.select("details[open] .invalid-feedback"))) == (422, 1)
    typed = [page.select_one(f"#{name}") for name in sent]
    assert [each and each.get("value", each.text.strip()) for each in typed] == ["12", "le mardi"]
    assert [each["autocomplete"] for each in typed if each] == ["tel", "off"]


def test_erasing_oneself(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    book(who, slot)
    address = f"/entretien/{who.token}"
    reply = client.post(f"{address}/effacer")
    assert (reply.status_code, words(reply, "h1")) == (200, ["Vos coordonnées sont effacées"])
    assert (kept(), db.session.scalars(select(Recontact)).all()) == ([], [])
    assert notice_count() == 2
    again = [client.get(address), client.post(f"{address}/effacer")]
    assert [reply.status_code for reply in again] == [404, 404]


def test_one_never_acts_on_another(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    other = interviews.person(db.session, name="Sami")
    book(other, slot)
    for act in ("annuler", "effacer"):
        client.post(f"/entretien/{who.token}/{act}")
    assert kept() == [(slot, 0)]


def test_a_rendezvous_that_is_over(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    over = interviews.slot(db.session, starts_at=interviews.PAST)
    db.session.add(Booking(slot_id=over.id, seat=1, recontact_id=who.id, uid="ancien"))
    db.session.commit()
    page = client.get(f"/entretien/{who.token}")
    assert words(page, "h1 + .falc + p") == [
        "Votre dernier rendez-vous était fixé au lundi 5 janvier 2026, de 10 h à 11 h. Si vous le "
        "souhaitez, vous pouvez en prendre un autre."
    ]
    client.post(f"/entretien/{who.token}/choisir", data={"slot": slot.id})
    assert kept() == [(slot, 0)]


@pytest.mark.parametrize("token", [UNKNOWN, "coupé", "x%00", "a" * 5000])
def test_an_unknown_link(client: FlaskClient, token: str) -> None:
    replies = [client.get(f"/entretien/{token}")]
    replies += [client.post(f"/entretien/{token}/{act}") for act in ACTS]
    assert [(reply.status_code, words(reply, "h1")) for reply in replies] == [
        (404, ["Ce lien ne mène plus à rien"])
    ] * 5


@given(token=st.text(max_size=40), slot=st.text(max_size=40), typed=st.text(max_size=60))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_token_ever_breaks_it(app: Flask, token: str, slot: str, typed: str) -> None:
    client = app.test_client()
    who = interviews.person(db.session)
    db.session.commit()
    data = {"slot": slot, "phone": typed, "rappel-phone": typed, "rappel-hours": typed}
    replies = [client.open(f"/entretien/{token}", method="GET")]
    for each in (token, who.token):
        replies += [client.post(f"/entretien/{each}/{act}", data=data) for act in ACTS]
    assert [reply.status_code for reply in replies if reply.status_code >= 500] == []


@pytest.mark.parametrize("act", ["annuler", "effacer"])
def test_an_old_page_changes_nothing(make_app: Callable[..., Flask], act: str) -> None:
    client = make_app().test_client()
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    book(who, slot)
    reply = client.post(f"/entretien/{who.token}/{act}", data={"csrf_token": "vieux"})
    assert (reply.location, kept()) == (f"/entretien/{who.token}", [(slot, 0)])
    assert words(client.get(reply.location), "[role=status]") == [
        "La page était restée ouverte trop longtemps. Appuyez à nouveau."
    ]


def test_an_old_page_shows_what_was_chosen(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    db.session.commit()
    reply = client.post(f"/entretien/{who.token}/choisir", data={"slot": slot.id})
    assert (reply.status_code, kept()) == (422, [])
    assert [each["value"] for each in read(reply).select("[checked]")] == [str(slot.id)]
