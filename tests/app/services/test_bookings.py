"""Bookings: one place for one person, kept until the next is had, and told to nobody else."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Booking, Recontact, SlotPlace
from app.models.base import PARIS
from app.services import bookings, slots
from tests import interviews

PAST = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def count(session: Session, model: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_place_is_taken(session: Session) -> None:
    who, slot = interviews.person(session, phone="06 12 34 56 78"), interviews.slot(session)
    change = bookings.take(session, who.id, slot.id)
    assert change is not None
    assert change.before is None
    assert change.after is not None
    booking = bookings.of(session, who)
    assert booking is not None
    assert (change.after.uid, change.after.sequence) == (booking.uid, 0)
    assert (booking.slot_id, booking.seat, booking.is_reminded) == (slot.id, 1, False)
    assert change.after.ends_at - change.after.starts_at == timedelta(hours=1)
    assert change.after.person.phone == "06 12 34 56 78"


def test_twice_the_same_is_once(session: Session) -> None:
    who, slot = interviews.person(session), interviews.slot(session, capacity=2)
    bookings.take(session, who.id, slot.id)
    assert bookings.take(session, who.id, slot.id) is None
    assert count(session, Booking) == 1


def test_the_last_place_goes_to_one(session: Session) -> None:
    slot = interviews.slot(session, capacity=2)
    for _ in range(2):
        bookings.take(session, interviews.person(session).id, slot.id)
    late = interviews.person(session)
    session.commit()
    with pytest.raises(bookings.SlotFullError):
        bookings.take(session, late.id, slot.id)
    session.rollback()
    assert [each.seat for each in slots.bookings(session, slot.id)] == [1, 2]


def test_the_lowest_free_seat_is_taken(session: Session) -> None:
    slot = interviews.slot(session, capacity=3)
    people = [interviews.person(session) for _ in range(3)]
    for each in people:
        bookings.take(session, each.id, slot.id)
    bookings.give_up(session, people[1].id)
    bookings.take(session, interviews.person(session).id, slot.id)
    assert [each.seat for each in slots.bookings(session, slot.id)] == [1, 2, 3]


def test_the_table_refuses_a_seat_twice(session: Session) -> None:
    slot = interviews.slot(session)
    for who in (interviews.person(session), interviews.person(session)):
        session.add(Booking(slot_id=slot.id, seat=1, recontact_id=who.id, uid=str(who.id)))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_move_keeps_the_identifier(session: Session) -> None:
    who, first = interviews.person(session), interviews.slot(session)
    second = interviews.slot(session, starts_at=first.starts_at + DAY)
    booked = bookings.take(session, who.id, first.id)
    moved = bookings.take(session, who.id, second.id)
    assert booked is not None
    assert moved is not None
    assert moved.before == booked.after
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.after.uid, moved.after.sequence) == (moved.before.uid, 1)
    assert slots.bookings(session, first.id) == []
    assert slots.free(session) == [first]


def test_a_place_is_kept_when_the_next_cannot_be_had(session: Session) -> None:
    who, mine = interviews.person(session), interviews.slot(session)
    full = interviews.slot(session, conductor_email="autre@centre.example")
    bookings.take(session, who.id, mine.id)
    bookings.take(session, interviews.person(session).id, full.id)
    session.commit()
    with pytest.raises(bookings.SlotFullError):
        bookings.take(session, who.id, full.id)
    session.rollback()
    booking = bookings.of(session, who)
    assert booking is not None
    assert (booking.slot_id, booking.sequence) == (mine.id, 0)


def test_a_slot_past_cancelled_or_unknown_is_refused(session: Session) -> None:
    who = interviews.person(session)
    past = interviews.slot(session, starts_at=PAST)
    cancelled = interviews.slot(session)
    slots.cancel(session, cancelled.id)
    session.commit()
    for slot_id in (past.id, cancelled.id, uuid.uuid4()):
        with pytest.raises(slots.SlotGoneError):
            bookings.take(session, who.id, slot_id)
        session.rollback()
    assert count(session, Booking) == 0


def test_another_rendezvous_may_follow_one_that_is_over(session: Session) -> None:
    who, over = interviews.person(session), interviews.slot(session, starts_at=PAST)
    session.add(Booking(slot_id=over.id, seat=1, recontact_id=who.id, uid="ancien", sequence=4))
    session.flush()
    change = bookings.take(session, who.id, interviews.slot(session).id)
    assert change is not None
    assert change.before is None
    assert change.after is not None
    assert (change.after.uid != "ancien", change.after.sequence) == (True, 0)


def test_by_telephone_a_number_is_needed(session: Session) -> None:
    who = interviews.person(session)
    slot = interviews.slot(session, place=SlotPlace.PHONE, where="")
    session.commit()
    with pytest.raises(bookings.PhoneNeededError):
        bookings.take(session, who.id, slot.id)
    session.rollback()
    change = bookings.take(session, who.id, slot.id, phone=" 06 12 34 56 78 ")
    assert change is not None
    assert change.after is not None
    assert change.after.person.phone == who.phone == "06 12 34 56 78"


def test_who_calls_a_given_number_needs_none(session: Session) -> None:
    who = interviews.person(session)
    slot = interviews.slot(session, place=SlotPlace.PHONE, where="Appelez le 01 23 45 67 89")
    assert bookings.take(session, who.id, slot.id) is not None
    assert who.phone is None


def test_giving_up_is_told_once(session: Session) -> None:
    who, slot = interviews.person(session), interviews.slot(session)
    bookings.take(session, who.id, slot.id)
    change = bookings.give_up(session, who.id)
    assert change is not None
    assert change.before is not None
    assert (change.before.sequence, change.after) == (1, None)
    assert bookings.give_up(session, who.id) is None
    assert slots.free(session) == [slot]


def test_what_has_begun_is_not_given_up(session: Session) -> None:
    who, over = interviews.person(session), interviews.slot(session, starts_at=PAST)
    session.add(Booking(slot_id=over.id, seat=1, recontact_id=who.id, uid="ancien"))
    session.flush()
    assert bookings.give_up(session, who.id) is None
    assert count(session, Booking) == 1


def test_withdrawing_leaves_nothing(session: Session) -> None:
    who, slot = interviews.person(session), interviews.slot(session)
    other = interviews.person(session, name="Sami")
    bookings.take(session, who.id, slot.id)
    who_id = who.id
    assert bookings.withdraw(session, who_id) is not None
    session.commit()
    assert session.scalars(select(Recontact)).all() == [other]
    assert count(session, Booking) == 0
    for act in (bookings.withdraw, bookings.give_up):
        with pytest.raises(bookings.ErasedError):
            act(session, who_id)
    with pytest.raises(bookings.ErasedError):
        bookings.take(session, who_id, slot.id)


def test_asking_to_be_called_then_booking(session: Session) -> None:
    who = interviews.person(session, hours="le soir")
    bookings.ask_call(session, who.id, phone="06 12 34 56 78", hours="")
    assert (who.phone, who.hours, who.asks_call) == ("06 12 34 56 78", "le soir", True)
    bookings.take(session, who.id, interviews.slot(session).id)
    assert who.asks_call is False


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the services believe that it is this moment."""
    for module in (bookings, slots):
        monkeypatch.setattr(module, "now", lambda: moment)


# The slot is on 3 December 2099, at 14 h in Paris.
EVE = datetime(2099, 12, 2, 9, 7, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "is_told"),
    [
        (EVE, True),
        (EVE - DAY, False),
        (EVE.replace(hour=7), False),
        (EVE.replace(hour=20), False),
        (EVE.replace(hour=19), True),
        (EVE + DAY, True),  # the worker slept: late is better than never
        (EVE + DAY + timedelta(hours=6), False),
    ],
)
def test_the_reminder_comes_the_day_before(
    session: Session, monkeypatch: pytest.MonkeyPatch, moment: datetime, is_told: bool
) -> None:
    who, slot = interviews.person(session), interviews.slot(session)
    bookings.take(session, who.id, slot.id)
    at(monkeypatch, moment)
    expected = ["n.bellecour@exemple.fr"] if is_told else []
    assert [each.person.email for each in bookings.remind(session)] == expected
    assert bookings.remind(session) == []


def test_no_reminder_for_what_was_booked_the_same_day(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, EVE)
    bookings.take(session, interviews.person(session).id, interviews.slot(session).id)
    assert bookings.remind(session) == []


def test_no_reminder_without_an_address(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    who = interviews.person(session, email="", phone="06 12 34 56 78")
    bookings.take(session, who.id, interviews.slot(session).id)
    at(monkeypatch, EVE)
    assert bookings.remind(session) == []


def test_a_move_is_reminded_anew(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    who, first = interviews.person(session), interviews.slot(session)
    later = interviews.slot(session, starts_at=first.starts_at + 9 * DAY)
    bookings.take(session, who.id, first.id)
    at(monkeypatch, EVE)
    assert len(bookings.remind(session)) == 1
    bookings.take(session, who.id, later.id)
    at(monkeypatch, EVE + 9 * DAY)
    assert [each.starts_at for each in bookings.remind(session)] == [later.starts_at]
