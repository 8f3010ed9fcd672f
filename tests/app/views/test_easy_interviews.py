"""The personal page in easy French: a rendezvous chosen, moved, cancelled, and leaving."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Recontact, Slot, SlotPlace
from app.services import bookings, slots
from app.views import booking_words
from tests import interviews
from tests.app.views.test_interviews import kept, read, words

EASY = "?facile=1"


@pytest.fixture
def who(app: Flask) -> Recontact:
    made = interviews.person(db.session)
    db.session.commit()
    return made


@pytest.fixture
def slot(app: Flask) -> Slot:
    made = interviews.slot(db.session, place=SlotPlace.ON_SITE, where="12 rue des Lilas")
    db.session.commit()
    return made


def page_of(who: Recontact) -> str:
    return f"/entretien/{who.token}"


def test_each_wording_leads_to_the_other(client: FlaskClient, who: Recontact, slot: Slot) -> None:
    for query, is_easy in (("", False), (EASY, True)):
        shown = read(client.get(page_of(who) + query))
        assert shown.body is not None
        assert shown.body["class"] == (["easy"] if is_easy else [])
        links = shown.select(".falc a")
        assert [link["href"] for link in links] == [page_of(who), page_of(who) + EASY]
        assert [bool(link.get("aria-current")) for link in links] == [not is_easy, is_easy]


def test_what_is_offered_is_said_a_sentence_a_line(
    client: FlaskClient, who: Recontact, slot: Slot
) -> None:
    interviews.slot(db.session, place=SlotPlace.PHONE, starts_at=slot.starts_at + timedelta(days=1))
    db.session.commit()
    labels = read(client.get(page_of(who) + EASY)).select("label.form-check-label")
    assert [each.get_text("\n").replace("\u00a0", " ").splitlines() for each in labels] == [
        [
            "Jeudi 3 décembre 2099, de 14 h à 15 h.",
            "L’adresse est : 12 rue des Lilas.",
            "Vous parlez avec Claire Morvan.",
        ],
        [
            "Vendredi 4 décembre 2099, de 14 h à 15 h.",
            "Nous vous appelons au téléphone.",
            "Vous parlez avec Claire Morvan.",
        ],
    ]


def test_one_books_moves_and_cancels_without_leaving_easy_french(
    client: FlaskClient, who: Recontact, slot: Slot
) -> None:
    later = interviews.slot(db.session, starts_at=slot.starts_at + timedelta(days=1))
    db.session.commit()
    there, told = page_of(who) + EASY, []
    acts = (("choisir", slot.id), ("choisir", later.id), ("annuler", None))
    for act, chosen in acts:
        form = read(client.get(there)).select_one(f"form[action='{page_of(who)}/{act}{EASY}']")
        assert form is not None
        reply = client.post(f"{page_of(who)}/{act}{EASY}", data={"slot": chosen} if chosen else {})
        assert reply.location == there
        told += words(client.get(there), ".alert")
    assert told == [
        "Vous avez un rendez-vous.",
        "Votre rendez-vous a changé.",
        "Vous n’avez plus de rendez-vous.",
    ]
    assert kept() == []


def test_what_is_wrong_is_said_in_easy_french(
    client: FlaskClient, who: Recontact, slot: Slot
) -> None:
    phone = interviews.slot(
        db.session,
        place=SlotPlace.PHONE,
        where="",
        starts_at=slot.starts_at + timedelta(days=2),
    )
    full = interviews.slot(db.session, starts_at=slot.starts_at + timedelta(days=3))
    bookings.take(db.session, interviews.person(db.session, email="a@exemple.fr").id, full.id)
    gone = interviews.slot(db.session, starts_at=slot.starts_at + timedelta(days=4))
    slots.cancel(db.session, gone.id)
    db.session.commit()
    choose = f"{page_of(who)}/choisir{EASY}"
    sent: list[dict[str, object]] = [
        {"phone": ""},
        {"slot": full.id},
        {"slot": gone.id},
        {"slot": phone.id, "phone": ""},
        {"slot": phone.id, "phone": "12"},
    ]
    replies = [client.post(choose, data=data) for data in sent]
    assert [words(reply, ".invalid-feedback") for reply in replies] == [
        ["Erreur : Choisissez un jour et une heure."],
        ["Erreur : Une autre personne a pris ce rendez-vous. Choisissez un autre jour."],
        ["Erreur : Ce rendez-vous n’est plus possible. Choisissez un autre jour."],
        [
            "Erreur : Nous vous appelons pour ce rendez-vous. Écrivez votre numéro de téléphone.",
        ],
        ["Erreur : Votre numéro a 10 chiffres. Par exemple : 06 12 34 56 78."],
    ]
    headings = [words(reply, "#erreurs") for reply in replies]
    assert headings == [["Vous devez changer une réponse"]] * 5
    assert [reply.status_code for reply in replies] == [422, 409, 409, 422, 422]
    assert all("easy" in (read(reply).body or {})["class"] for reply in replies)


def test_one_is_called_or_leaves_in_easy_french(client: FlaskClient, who: Recontact) -> None:
    there = page_of(who) + EASY
    number = {"rappel-phone": "06 12 34 56 78", "rappel-hours": ""}
    assert client.post(f"{page_of(who)}/rappel{EASY}", data=number).location == there
    shown = client.get(there)
    assert words(shown, ".alert") == ["Nous allons vous appeler."]
    assert words(shown, ".empty p")[0] == "Il n’y a pas de rendez-vous possible aujourd’hui."
    left = client.post(f"{page_of(who)}/effacer{EASY}")
    assert words(left, "h1") == ["Nous avons effacé votre nom et votre adresse"]
    assert client.get(there).status_code == 404


def test_everything_told_has_both_wordings() -> None:
    assert [len(set(each)) for each in booking_words.TOLD.values()] == [2] * 5
