"""What both sides of a rendezvous are told, as it arrives: real SMTP, and the calendar parsed."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from icalendar import Calendar, Event
from sqlalchemy import select

from app.extensions import db
from app.mail import rendezvous
from app.mail.rendezvous import By
from app.models import Notice, SlotPlace
from app.services import bookings, slots
from app.services.appointments import Change
from app.services.slots import Terms
from app.task_queue import run_waiting
from app.tasks import remind_rendezvous, sweep_notices
from tests import interviews
from tests.smtp import Inbox, serving

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"
BASE = "https://recueil.exemple.fr"
PERSON, CONDUCTOR = "n.bellecour@exemple.fr", "c.morvan@centre.example"
DAY = "jeudi 3\u00a0décembre\u00a02099 à 14\u00a0h"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as inbox:
        yield inbox


@pytest.fixture
def mailing(make_app: Callable[..., Flask], inbox: Inbox) -> Flask:
    """An application whose mail server is `inbox`."""
    return make_app(
        MAIL_PORT=inbox.port,
        MAIL_SUPPRESS_SEND=False,
        BASE_URL=BASE,
        MAIL_DEFAULT_SENDER="Recueil <recueil@exemple.fr>",
        CONTACT_EMAIL="equipe@exemple.fr",
    )


def deliver(app: Flask, inbox: Inbox, *changes: Change | None, by: By = By.PERSON) -> None:
    """Tell these changes, and let the worker send all that waits."""
    inbox.raw.clear()
    for change in changes:
        assert change is not None
        rendezvous.tell(db.session, change, by=by)
    db.session.commit()
    sweep_notices.enqueue()
    run_waiting(app)


def received(inbox: Inbox, to: str) -> EmailMessage:
    (found,) = (message for message in inbox.messages if message["To"] == to)
    return found


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text.replace("\r\n", "\n")


def calendar(message: EmailMessage) -> tuple[str, str, Event]:
    """Return the method of the part, that of the calendar, and its event; the file is the same."""
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    inside, file = (part.get_content() for part in parts)
    assert inside == file
    read = Calendar.from_ical(inside)
    (event,) = read.walk("VEVENT")
    return parts[0]["Content-Type"].params["method"], str(read["METHOD"]), event


def told(inbox: Inbox) -> dict[str, tuple[str, str, int]]:
    """Return, for each recipient, the subject, the method and the sequence."""
    found = {}
    for message in inbox.messages:
        _, method, event = calendar(message)
        found[message["To"]] = (message["Subject"], method, int(event["SEQUENCE"]))
    return found


def test_both_sides_are_invited(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session, hours="le soir"), interviews.slot(db.session)
    deliver(mailing, inbox, bookings.take(db.session, who.id, slot.id))
    assert told(inbox) == {
        PERSON: (f"Votre rendez-vous du {DAY}", "REQUEST", 0),
        CONDUCTOR: (f"Rendez-vous du {DAY}", "REQUEST", 0),
    }
    assert plain(received(inbox, PERSON)) == (
        "Bonjour Nadia Bellecour,\n\nVotre rendez-vous est fixé\u00a0:\n"
        "jeudi 3\u00a0décembre\u00a02099, de 14\u00a0h à 15\u00a0h (heure de Paris), "
        "en visioconférence, avec Claire Morvan.\n"
        "Pour nous rejoindre\u00a0: https://visio.exemple.fr/salle\n\n"
        "Une invitation est jointe, pour votre agenda. Son titre, «\u00a0Rendez-vous\u00a0», ne "
        "dit rien d’autre.\n\n"
        "Pour le déplacer, l’annuler ou effacer vos coordonnées\u00a0:\n"
        f"{BASE}/entretien/{who.token}\n\n"
        "Ce lien n’est qu’à vous\u00a0: ne le transmettez pas. Refuser l’invitation dans votre "
        "agenda ne nous prévient pas\u00a0: passez par ce lien, ou répondez à ce message.\n\n"
        "L’équipe de l’appel à témoignages\n"
    )
    assert plain(received(inbox, CONDUCTOR)) == (
        "Bonjour Claire Morvan,\n\nUn rendez-vous est pris\u00a0:\n"
        "jeudi 3\u00a0décembre\u00a02099, de 14\u00a0h à 15\u00a0h (heure de Paris), "
        "en visioconférence.\nhttps://visio.exemple.fr/salle\n\n"
        "Personne attendue\u00a0: Nadia Bellecour\n"
        f"Adresse électronique\u00a0: {PERSON}\nCe qu’elle a précisé\u00a0: le soir\n\n"
        "Ces coordonnées ne servent qu’à ce rendez-vous\u00a0: effacez ce message ensuite. "
        "L’invitation jointe ne porte aucun nom, votre agenda peut être partagé.\n\nRecueil\n"
    )
    assert received(inbox, PERSON)["Reply-To"] == "equipe@exemple.fr"


@pytest.mark.parametrize(("to", "other"), [(PERSON, CONDUCTOR), (CONDUCTOR, PERSON)])
def test_a_shared_calendar_says_nothing(mailing: Flask, inbox: Inbox, to: str, other: str) -> None:
    who, slot = interviews.person(db.session, phone="06 12 34 56 78"), interviews.slot(db.session)
    deliver(mailing, inbox, bookings.take(db.session, who.id, slot.id))
    booking = bookings.of(db.session, who)
    assert booking is not None
    part, method, event = calendar(received(inbox, to))
    assert (part, method) == ("REQUEST", "REQUEST")
    times = ("DTSTAMP", "DTSTART", "DTEND")
    assert {name: str(event[name]) for name in event if name not in times} == {
        "UID": booking.uid,
        "SEQUENCE": "0",
        "SUMMARY": "Rendez-vous",
        "DESCRIPTION": "Les détails sont dans le message reçu avec cette invitation.",
        "LOCATION": "En visioconférence\u00a0: https://visio.exemple.fr/salle",
        "CLASS": "PRIVATE",
        "STATUS": "CONFIRMED",
        "ORGANIZER": "mailto:recueil@exemple.fr",
        "ATTENDEE": f"mailto:{to}",
    }
    assert event.decoded("DTSTART") == datetime(2099, 12, 3, 13, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2099, 12, 3, 14, tzinfo=UTC)
    hidden = (other, "Morvan", "Bellecour", "06 12", who.token, "CLSM", "mental", "Recueil")
    words = event.to_ical().decode()
    assert [word for word in hidden if word in words] == []


def test_who_conducts_is_only_a_name_to_the_person(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    deliver(mailing, inbox, bookings.take(db.session, who.id, slot.id))
    (raw,) = (raw for raw, m in zip(inbox.raw, inbox.messages, strict=True) if m["To"] == PERSON)
    everything = [plain(received(inbox, PERSON)), raw.decode()]
    assert [CONDUCTOR in each for each in everything] == [False, False]


def test_a_move_raises_the_sequence(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    later = interviews.slot(db.session, starts_at=slot.starts_at + timedelta(hours=2))
    deliver(mailing, inbox, bookings.take(db.session, who.id, slot.id))
    first = calendar(received(inbox, PERSON))[2]
    deliver(mailing, inbox, bookings.take(db.session, who.id, later.id))
    moved = "jeudi 3\u00a0décembre\u00a02099 à 16\u00a0h"
    assert told(inbox) == {
        PERSON: (f"Votre rendez-vous a changé\u00a0: {moved}", "REQUEST", 1),
        CONDUCTOR: (f"Rendez-vous du {moved}", "REQUEST", 1),
    }
    second = calendar(received(inbox, PERSON))[2]
    assert second["UID"] == first["UID"]
    assert second.decoded("DTSTART") == later.starts_at


def test_moving_to_somebody_else_frees_the_first(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    other = interviews.slot(
        db.session, conducted_by="Samir", conductor_email="samir@centre.example"
    )
    bookings.take(db.session, who.id, slot.id)
    deliver(mailing, inbox, bookings.take(db.session, who.id, other.id))
    assert told(inbox) == {
        PERSON: (f"Votre rendez-vous a changé\u00a0: {DAY}", "REQUEST", 1),
        "samir@centre.example": (f"Rendez-vous du {DAY}", "REQUEST", 1),
        CONDUCTOR: (f"Rendez-vous annulé\u00a0: {DAY}", "CANCEL", 1),
    }
    assert "Bellecour" not in plain(received(inbox, CONDUCTOR))
    assert plain(received(inbox, CONDUCTOR)).split("\n\n")[1].splitlines()[0] == (
        "La personne a choisi un autre moment. Ce rendez-vous n’est plus à votre agenda\u00a0:"
    )


def test_cancelled_by_the_person(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, who.id, slot.id)
    deliver(mailing, inbox, bookings.give_up(db.session, who.id))
    assert told(inbox) == {
        PERSON: (f"Votre rendez-vous du {DAY} est annulé", "CANCEL", 1),
        CONDUCTOR: (f"Rendez-vous annulé\u00a0: {DAY}", "CANCEL", 1),
    }
    assert str(calendar(received(inbox, PERSON))[2]["STATUS"]) == "CANCELLED"
    assert plain(received(inbox, PERSON)).split("\n\n")[1].splitlines()[0] == (
        "Votre rendez-vous est annulé, comme vous l’avez demandé\u00a0:"
    )


def test_cancelled_by_the_team(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session, capacity=2)
    without_email = interviews.person(db.session, email="", phone="06 12 34 56 78")
    for each in (who, without_email):
        bookings.take(db.session, each.id, slot.id)
    changes = slots.cancel(db.session, slot.id)
    inbox.raw.clear()
    deliver(mailing, inbox, *changes, by=By.TEAM)
    assert sorted(message["To"] for message in inbox.messages) == [CONDUCTOR, CONDUCTOR, PERSON]
    assert plain(received(inbox, PERSON)) == (
        "Bonjour Nadia Bellecour,\n\n"
        "Nous devons annuler votre rendez-vous, et nous vous prions de nous en excuser\u00a0:\n"
        "jeudi 3\u00a0décembre\u00a02099, de 14\u00a0h à 15\u00a0h (heure de Paris), "
        "en visioconférence.\n\n"
        "Si vous le voulez bien, choisissez un autre moment ici\u00a0:\n"
        f"{BASE}/entretien/{who.token}\n\n"
        "Le fichier joint le retire de votre agenda, si vous en tenez un.\n\n"
        "L’équipe de l’appel à témoignages\n"
    )


def test_erased_the_link_is_not_told_again(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    token = who.token
    bookings.take(db.session, who.id, slot.id)
    deliver(mailing, inbox, bookings.withdraw(db.session, who.id), by=By.ERASURE)
    assert [token in plain(message) for message in inbox.messages] == [False, False]
    assert {method for _, method, _ in told(inbox).values()} == {"CANCEL"}


def test_what_waits_for_who_is_erased_does_not_leave(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    rendezvous.send_link(db.session, who)
    booked = bookings.take(db.session, who.id, slot.id)
    assert booked is not None
    rendezvous.tell(db.session, booked, by=By.PERSON)
    db.session.commit()
    deliver(mailing, inbox, bookings.withdraw(db.session, who.id), by=By.ERASURE)
    assert told(inbox) == {
        PERSON: (f"Votre rendez-vous du {DAY} est annulé", "CANCEL", 1),
        CONDUCTOR: (f"Rendez-vous annulé\u00a0: {DAY}", "CANCEL", 1),
    }
    assert len(inbox.messages) == 2
    assert plain(received(inbox, CONDUCTOR)) == (
        "Bonjour Claire Morvan,\n\n"
        "Ce rendez-vous est annulé, et les coordonnées de la personne sont effacées\u00a0:\n"
        "jeudi 3\u00a0décembre\u00a02099, de 14\u00a0h à 15\u00a0h (heure de Paris), "
        "en visioconférence.\n\n"
        "Si un message vous les donnait, effacez-le aussi.\n\nRecueil\n"
    )


def test_cancelled_then_erased_the_conductor_is_still_told(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, who.id, slot.id)
    cancelled = bookings.give_up(db.session, who.id)
    assert cancelled is not None
    rendezvous.tell(db.session, cancelled, by=By.PERSON)
    assert bookings.withdraw(db.session, who.id) is None
    deliver(mailing, inbox)
    assert told(inbox) == {CONDUCTOR: (f"Rendez-vous annulé\u00a0: {DAY}", "CANCEL", 1)}


def test_what_has_left_no_longer_says_whom_it_was_about(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    deliver(mailing, inbox, bookings.take(db.session, who.id, slot.id))
    db.session.rollback()
    assert [each.recontact_id for each in db.session.scalars(select(Notice))] == [None, None]


def test_a_new_address_is_told(mailing: Flask, inbox: Inbox) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, who.id, slot.id)
    terms = Terms(
        duration_minutes=60,
        place=SlotPlace.VIDEO,
        where="https://autre.exemple.fr",
        conducted_by="Samir Haddad",
        conductor_email="samir@centre.example",
        capacity=1,
    )
    deliver(mailing, inbox, *slots.rewrite(db.session, slot.id, slot.starts_at, terms), by=By.TEAM)
    assert {to: found[1:] for to, found in told(inbox).items()} == {
        PERSON: ("REQUEST", 1),
        "samir@centre.example": ("REQUEST", 1),
        CONDUCTOR: ("CANCEL", 1),
    }
    assert plain(received(inbox, PERSON)).split("\n\n")[1] == (
        "Votre rendez-vous garde son jour et son heure, mais un détail a changé. Voici comment il "
        "est maintenant\u00a0:\njeudi 3\u00a0décembre\u00a02099, de 14\u00a0h à 15\u00a0h (heure "
        "de Paris), en visioconférence, avec Samir Haddad.\n"
        "Pour nous rejoindre\u00a0: https://autre.exemple.fr"
    )


@pytest.mark.parametrize(
    ("place", "where", "expected"),
    [
        (SlotPlace.ON_SITE, "12, rue des Lilas\u00a0; Lille", "12, rue des Lilas\u00a0; Lille"),
        (SlotPlace.PHONE, "", "Par téléphone"),
        (SlotPlace.PHONE, "01 23 45 67 89", "Par téléphone\u00a0: 01 23 45 67 89"),
    ],
)
def test_where_it_takes_place(
    mailing: Flask, inbox: Inbox, place: SlotPlace, where: str, expected: str
) -> None:
    who = interviews.person(db.session, phone="06 12 34 56 78")
    slot = interviews.slot(db.session, place=place, where=where)
    deliver(mailing, inbox, bookings.take(db.session, who.id, slot.id))
    assert str(calendar(received(inbox, PERSON))[2]["LOCATION"]) == expected


def test_the_reminder_leaves_once(
    mailing: Flask, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, slot = interviews.person(db.session), interviews.slot(db.session)
    bookings.take(db.session, who.id, slot.id)
    db.session.commit()
    eve = slot.starts_at - timedelta(days=1)
    monkeypatch.setattr(bookings, "now", lambda: eve)
    for _ in range(2):
        remind_rendezvous.enqueue()
        run_waiting(mailing)
    (message,) = inbox.messages
    assert (message["To"], message["Subject"]) == (
        PERSON,
        "Rappel\u00a0: votre rendez-vous du jeudi 3\u00a0décembre\u00a02099",
    )
    assert f"{BASE}/entretien/{who.token}" in plain(message).splitlines()
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    "path",
    [
        path
        for room in ("interviews", "referrals")
        for path in sorted((TEMPLATES / room / "mail").glob("*.txt"))
    ],
    ids=lambda path: f"{path.parent.parent.name}-{path.stem}",
)
def test_no_sentence_is_cut_before_its_sign(path: Path) -> None:
    """A mail programme breaks lines at spaces: none is before « : ; ! ? » », nor after « « »."""
    words = re.sub(r"{[%{#].*?[%}#]}", "x", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"\S* [:;!?»]|« \S*", words) == []
