"""Slots for staff: published in French, read with who booked, changed without hurting anybody."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from html5lib import HTMLParser
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Booking, Notice, Slot, SlotPlace
from app.models.base import today
from app.services import bookings, notices
from app.views.typed_moments import read_hour
from tests import interviews

LIST = "/equipe/creneaux"


def read(reply: TestResponse) -> BeautifulSoup:
    HTMLParser(strict=True).parse(reply.text)
    return BeautifulSoup(reply.text, "html5lib")


def words(reply: TestResponse, selector: str) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in read(reply).select(selector)]


def form(**more: object) -> dict[str, object]:
    """What is typed to publish one slot next week, at 14 h."""
    return {
        "day": (today() + timedelta(days=7)).isoformat(),
        "hours": "14 h",
        "duration": "60",
        "place": "video",
        "where": "https://visio.exemple.fr/salle",
        "conducted_by": "Claire Morvan",
        "conductor_email": "C.Morvan@centre.example",
        "capacity": "1",
    } | more


def published() -> list[Slot]:
    db.session.rollback()
    return list(db.session.scalars(select(Slot).order_by(Slot.starts_at)))


def recipients() -> list[str]:
    found = [notices.read(each) for each in db.session.scalars(select(Notice))]
    return sorted(each.to for each in found if each)


def sunday(month: int) -> date:
    """The last Sunday of a month to come: in March and October, clocks change."""
    year = next(
        year for year in (today().year, today().year + 1) if date(year, month, 24) > today()
    )
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("9", time(9)),
        ("9h", time(9)),
        ("09 h 05", time(9, 5)),
        ("14h30", time(14, 30)),
        ("14:30", time(14, 30)),
        ("14 H 30 min", time(14, 30)),
        ("14\u00a0h\u00a030", time(14, 30)),
    ],
)
def test_hours_as_people_write_them(typed: str, expected: time) -> None:
    assert read_hour(typed) == expected


@pytest.mark.parametrize(
    "typed", ["", "midi", "25 h", "14 h 75", "14h3", "14-30", "-9 h", "9 h 5 0"]
)
def test_what_is_not_an_hour(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its message is nobody's reading
        read_hour(typed)


def test_the_form_is_filled_with_oneself(staff: FlaskClient) -> None:
    page = read(staff.get(f"{LIST}/nouveau"))
    fields = [page.select_one(f"#{name}") for name in ("conductor_email", "duration", "capacity")]
    assert [each and each["value"] for each in fields] == ["staff@recueil.example", "60", "1"]


def test_one_slot(staff: FlaskClient) -> None:
    assert staff.post(f"{LIST}/nouveau", data=form()).location == LIST
    (slot,) = published()
    assert (slot.place, slot.where, slot.duration_minutes, slot.capacity) == (
        SlotPlace.VIDEO,
        "https://visio.exemple.fr/salle",
        60,
        1,
    )
    assert (slot.conducted_by, slot.conductor_email) == ("Claire Morvan", "c.morvan@centre.example")
    assert words(staff.get(LIST), "[role=status], h3, .state") == [
        "1 créneau publié.",
        "De 14 h à 15 h",
        "Personne n’a réservé",
    ]


def test_several_at_once_keep_their_hour_across_the_change(staff: FlaskClient) -> None:
    change = sunday(3)
    first, last = change - timedelta(days=6), change + timedelta(days=8)
    sent = form(
        day=f"{first:%d/%m/%Y}", hours="10 h 30, 9h,9 h", until=last.isoformat(), weekdays=["0"]
    )
    staff.post(f"{LIST}/nouveau", data=sent)
    assert [each.starts_at for each in published()] == [
        datetime.combine(first + timedelta(days=days), at, UTC)
        for days, hours in ((0, (8, 9)), (7, (7, 8)), (14, (7, 8)))
        for at in (time(hours[0]), time(hours[1], 30))
    ]


def test_sent_twice_is_published_once(staff: FlaskClient) -> None:
    staff.post(f"{LIST}/nouveau", data=form())
    again = staff.post(f"{LIST}/nouveau", data=form())
    assert (again.status_code, len(published())) == (422, 1)
    (told,) = words(again, "#hours-erreur")
    assert told.startswith("Erreur : Deux créneaux de la même personne se chevauchent : celui du ")


@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        ({"day": ""}, "day", "Donnez un jour, par exemple 03/12/2026."),
        ({"day": "demain"}, "day", "Donnez un jour, par exemple 03/12/2026."),
        ({"day": "2026-02-30"}, "day", "Donnez un jour, par exemple 03/12/2026."),
        ({"day": "2026-01-05"}, "day", "Ce jour est passé."),
        ({"day": "2099-01-05"}, "day", "Ce jour est dans plus d’un an : vérifiez l’année."),
        ({"hours": ""}, "hours", "Donnez au moins une heure, par exemple 14 h."),
        ({"hours": ",;"}, "hours", "Donnez au moins une heure, par exemple 14 h."),
        (
            {"hours": "9 h, 25 h"},
            "hours",
            "« 25 h » n’est pas une heure. Écrivez par exemple 14 h 30.",
        ),
        ({"hours": "23 h 30"}, "hours", "Commencé à 23:30, il finirait le lendemain."),
        ({"duration": "longtemps"}, "duration", "Donnez la durée, en minutes."),
        ({"duration": "4"}, "duration", "Donnez une durée de 5 à 600 minutes."),
        ({"capacity": "101"}, "capacity", "Donnez un nombre de 1 à 100."),
        ({"capacity": "0"}, "capacity", "Donnez le nombre de places."),
        ({"place": "lune"}, "place", "Choisissez dans la liste."),
        ({"place": "on_site", "where": ""}, "where", "Donnez l’adresse où venir."),
        (
            {"place": "video", "where": " "},
            "where",
            "Donnez le lien, ou dites comment rejoindre.",
        ),
        (
            {"conducted_by": ""},
            "conducted_by",
            "Donnez le nom de la personne qui conduit l’échange.",
        ),
        (
            {"conductor_email": "claire"},
            "conductor_email",
            "Cette adresse n’est pas complète. Écrivez par exemple nom@organisme.fr.",
        ),
        ({"weekdays": ["0"], "until": "jadis"}, "until", "Donnez un jour, par exemple 03/12/2026."),
        ({"weekdays": ["0"]}, "until", "Donnez le dernier jour où répéter."),
        (
            {"until": (today() + timedelta(days=9)).isoformat()},
            "until",
            "Cochez les jours de la semaine où répéter, ou effacez ce jour.",
        ),
        (
            {"weekdays": ["0"], "until": (today() + timedelta(days=5)).isoformat()},
            "until",
            "Ce jour vient avant le premier.",
        ),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    staff: FlaskClient, more: dict[str, object], field: str, reason: str
) -> None:
    reply = staff.post(f"{LIST}/nouveau", data=form(**more))
    assert (reply.status_code, published()) == (422, [])
    assert words(reply, ".invalid-feedback") == [f"Erreur : {reason}"]
    assert words(reply, "title") == ["Erreur : Publier des créneaux - Recueil"]
    assert [each["id"] for each in read(reply).select(".invalid-feedback")] == [f"{field}-erreur"]
    page = read(reply)
    assert page.select_one("#conducted_by, #duration") is not None
    kept = page.select_one(f"#{field}")
    assert kept is not None
    if isinstance(typed := more.get(field), str) and kept.name == "input":
        assert kept["value"].strip() == typed.strip()


@pytest.mark.parametrize(
    ("month", "season", "why"),
    [(3, "été", "n’existe pas"), (10, "hiver", "existe deux fois")],
)
def test_an_hour_that_the_clocks_make_impossible(
    staff: FlaskClient, month: int, season: str, why: str
) -> None:
    day = sunday(month)
    reply = staff.post(f"{LIST}/nouveau", data=form(day=day.isoformat(), hours="2 h 30"))
    assert (reply.status_code, published()) == (422, [])
    months = {3: "mars", 10: "octobre"}
    assert words(reply, "#hours-erreur") == [
        f"Erreur : Le dimanche {day.day} {months[month]} {day.year}, on passe à l’heure d’{season} "
        f": cette heure {why}. Choisissez-en une autre."
    ]


def test_too_many_at_once(staff: FlaskClient) -> None:
    last = today() + timedelta(days=300)
    sent = form(hours="9 h, 11 h, 14 h", weekdays=list("01234"), until=last.isoformat())
    reply = staff.post(f"{LIST}/nouveau", data=sent)
    (told,) = words(reply, "#day-erreur")
    assert (reply.status_code, published()) == (422, [])
    assert told.endswith(" créneaux : publiez-en 100 au plus à la fois.")


@pytest.fixture
def slot(staff: FlaskClient) -> Slot:
    made = interviews.slot(
        db.session,
        starts_at=datetime.combine(today() + timedelta(days=7), time(13), UTC),
        capacity=2,
    )
    db.session.commit()
    return made


def book(slot: Slot, **more: str) -> None:
    bookings.take(db.session, interviews.person(db.session, **more).id, slot.id)
    db.session.commit()


def shown(staff: FlaskClient, slot: Slot) -> dict[str, str]:
    """Return the form of a slot as its page shows it."""
    page = read(staff.get(f"{LIST}/{slot.id}"))
    fields = page.select("form.narrow input[name]")
    place = page.select_one("option[selected]")
    kept = {
        str(each["name"]): str(each["value"]) for each in fields if each["name"] != "csrf_token"
    }
    return kept | ({"place": str(place["value"])} if place else {})


def test_staff_read_who_booked(staff: FlaskClient, slot: Slot) -> None:
    book(slot, phone="06 12 34 56 78")
    page = staff.get(LIST)
    assert words(page, ".state, main li li") == [
        "1 place prise sur 2",
        "Nadia Bellecour, 06 12 34 56 78 , n.bellecour@exemple.fr",
    ]


def test_what_is_over_is_on_a_page_of_its_own(staff: FlaskClient, slot: Slot) -> None:
    interviews.slot(db.session, starts_at=interviews.PAST)
    db.session.commit()
    assert words(staff.get(f"{LIST}/passes"), "h2, h3") == [
        "Lundi 5 janvier 2026",
        "De 10 h à 11 h",
        "Après l’échange",
    ]
    assert len(words(staff.get(LIST), "h3")) == 1


def test_a_slot_that_nobody_booked_moves(staff: FlaskClient, slot: Slot) -> None:
    sent = shown(staff, slot) | {"hour": "16 h", "capacity": "5"}
    assert staff.post(f"{LIST}/{slot.id}", data=sent).location == LIST
    db.session.rollback()
    assert (slot.capacity, recipients()) == (5, [])


def test_a_new_address_is_told_to_who_booked(staff: FlaskClient, slot: Slot) -> None:
    book(slot)
    sent = shown(staff, slot) | {"where": "https://autre.exemple.fr"}
    staff.post(f"{LIST}/{slot.id}", data=sent)
    assert recipients() == ["c.morvan@centre.example", "n.bellecour@exemple.fr"]
    assert words(staff.get(LIST), "[role=status]") == [
        "Le créneau est corrigé. 1 personne est prévenue."
    ]


@pytest.mark.parametrize(
    ("more", "field"),
    [({"hour": "16 h"}, "day"), ({"place": "phone"}, "day"), ({"capacity": "1"}, "capacity")],
)
def test_what_hurts_who_booked_is_refused(
    staff: FlaskClient, slot: Slot, more: dict[str, str], field: str
) -> None:
    sent = shown(staff, slot) | more
    book(slot)
    book(slot, name="Sami")
    reply = staff.post(f"{LIST}/{slot.id}", data=sent)
    errors = [each["id"] for each in read(reply).select(".invalid-feedback")]
    assert (reply.status_code, errors, recipients()) == (422, [f"{field}-erreur"], [])
    db.session.rollback()
    assert (slot.place, slot.capacity) == (SlotPlace.VIDEO, 2)


def test_cancelling_asks_then_tells_everybody(staff: FlaskClient, slot: Slot) -> None:
    book(slot)
    book(slot, name="Sami Haddad", email="", phone="06 12 34 56 78")
    path = f"{LIST}/{slot.id}/annuler"
    assert words(staff.get(path), "h1, h2, main li") == [
        "Annuler ce créneau ?",
        "1 personne sera prévenue par courriel",
        "Nadia Bellecour, n.bellecour@exemple.fr",
        "1 personne est à appeler",
        "Sami Haddad, 06 12 34 56 78",
    ]
    assert (recipients(), staff.post(path).location) == ([], LIST)
    db.session.rollback()
    assert db.session.scalars(select(Booking)).all() == []
    assert recipients() == ["c.morvan@centre.example"] * 2 + ["n.bellecour@exemple.fr"]
    told = [
        "Le créneau est annulé. 1 personne est prévenue.",
        "1 personne n’a pas d’adresse : appelez, voir « À rappeler ».",
    ]
    assert words(staff.get(LIST), "[role=status]") == told
    staff.post(path)
    assert len(recipients()) == 3


@pytest.mark.parametrize("path", ["", "/annuler"])
def test_a_slot_that_is_not_there(staff: FlaskClient, path: str) -> None:
    over = interviews.slot(db.session, starts_at=interviews.PAST)
    db.session.commit()
    for slot_id in (uuid.uuid4(), over.id):
        assert staff.get(f"{LIST}/{slot_id}{path}").status_code == 404
        assert staff.post(f"{LIST}/{slot_id}{path}", data=form()).status_code == 404


def test_an_old_page_cancels_nothing(staff: FlaskClient, slot: Slot) -> None:
    staff.application.config["WTF_CSRF_ENABLED"] = True
    path = f"{LIST}/{slot.id}/annuler"
    assert staff.post(path, data={"csrf_token": "vieux"}).location == path
    db.session.rollback()
    assert slot.cancelled_at is None


def test_researchers_do_not_enter(researcher: FlaskClient) -> None:
    paths = (LIST, f"{LIST}/passes", f"{LIST}/nouveau")
    assert [researcher.get(path).status_code for path in paths] == [403, 403, 403]
